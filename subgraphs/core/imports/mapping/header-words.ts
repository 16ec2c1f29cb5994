import type { ImportField } from './import-field';

/**
 * Headers by what they mean, as {@link headerWords} writes them: lower case, words parted by blanks, without marks of Latin and Arabic letters.
 * Systems whose exports people bring: Rahat, 121, Kobo, SCOPE-like lists; then words of the languages.
 */
export const HEADERS: ReadonlyArray<readonly [ImportField, string]> = [
  ['referenceId', 'reference id,reference,ref,ref no,registration id,registration number,beneficiary id,household member id,id,uuid,person id,case number,case id,identifiant,numero de reference,id de referencia,codigo,رقم المرجع,الرقم المرجعي,सन्दर्भ नम्बर,nambari ya kumbukumbu,referentienummer,номер,id бенефіціара'],
  ['fullName', 'full name,name,beneficiary name,household head name,name of beneficiary,recipient name,head of household,nom complet,nom et prenom,nom et prenoms,nombre completo,nombre y apellidos,nome completo,الاسم,الاسم الكامل,الاسم الثلاثي,اسم المستفيد,नाम,पूरा नाम,पुरा नाम,नाम थर,jina,jina kamili,jina la mnufaika,naam,volledige naam,নাম,পুরো নাম,піб,повне імя,фио,полное имя,vollstandiger name'],
  ['firstName', 'first name,firstname,given name,given names,forename,prenom,prenoms,nombre,nombres,primeiro nome,الاسم الأول,पहिलो नाम,jina la kwanza,voornaam,प्रथम नाम,প্রথম নাম,імя,имя,vorname'],
  ['middleName', 'middle name,middlename,second name,fathers name,postnom,deuxieme prenom,segundo nombre,nome do meio,اسم الأب,बीचको नाम,jina la kati,tussenvoegsel,मध्य नाम,по батькові,отчество'],
  ['lastName', 'last name,lastname,surname,family name,nom,nom de famille,apellido,apellidos,sobrenome,apelido,ultimo nome,اللقب,اسم العائلة,थर,jina la ukoo,jina la mwisho,achternaam,उपनाम,পদবি,прізвище,фамилия,nachname'],
  ['phone', 'phone,phone number,phonenumber,mobile,mobile number,mobile phone,telephone,telephone number,tel,cell,cell phone,cellphone,contact,contact number,msisdn,beneficiary phone number,whatsapp,whatsapp number,whatsapp phone number,phone number payment,alternate phone,alternative phone number,numero de telephone,telephone mobile,portable,telefono,numero de telefono,celular,telemovel,telefone,numero de telefone,هاتف,رقم الهاتف,الهاتف,الجوال,رقم الجوال,फोन,फोन नम्बर,मोबाइल,मोबाइल नम्बर,सम्पर्क नम्बर,simu,nambari ya simu,namba ya simu,telefoon,telefoonnummer,mobiel,ফোন,ফোন নম্বর,মোবাইল,मोबाइल नंबर,फ़ोन नंबर,телефон,номер телефону,номер телефона,telefon,telefonnummer'],
  ['email', 'email,e mail,email address,mail,courriel,adresse e mail,adresse email,correo,correo electronico,البريد الإلكتروني,इमेल,barua pepe,e mailadres,ইমেইল,ईमेल,електронна пошта,электронная почта'],
  ['address', 'address,street,address street,address house number,address house number addition,address postal code,address city,street address,postal code,postcode,house number,adresse,rue,direccion,calle,endereco,morada,العنوان,ठेगाना,anwani,adres,straat,huisnummer,ঠিকানা,पता,адреса,адрес'],
  ['gender', 'gender,sex,genre,sexe,genero,sexo,الجنس,النوع,लिङ्ग,jinsia,jinsi,geslacht,লিঙ্গ,लिंग,стать,пол,geschlecht,cinsiyet,jenis kelamin'],
  ['birthDate', 'birth date,birthdate,date of birth,dob,birthday,birth day,date de naissance,ne le,fecha de nacimiento,data de nascimento,تاريخ الميلاد,تاريخ الولادة,जन्म मिति,tarehe ya kuzaliwa,geboortedatum,জন্ম তারিখ,जन्म तिथि,дата народження,дата рождения,geburtsdatum'],
  ['age', 'age,age in years,age years,edad,idade,العمر,السن,उमेर,umri,leeftijd,বয়স,आयु,उम्र,вік,возраст,alter'],
  ['preferredLanguage', 'preferred language,language,lang,language preference,langue,langue preferee,idioma,idioma preferido,lingua,اللغة,اللغة المفضلة,भाषा,lugha,taal,voorkeurstaal,ভাষা,мова,язык,sprache'],
  ['areaCode', 'area code,area,scope,admin area,area path,zone,code zone,codigo de area,رمز المنطقة,क्षेत्र कोड,eneo'],
  ['walletAddress', 'wallet address,wallet,wallet id,blockchain address,eth address,adresse du portefeuille,direccion de billetera,عنوان المحفظة'],
  ['governmentIds.national-id', 'national id,national id number,nationalid,government id,government id number,govt id,govt id number,id number,idnumber,id card,id card number,national identity number,nid,cin,cni,numero cni,carte d identite,numero de carte d identite,document id,documentid,dni,cedula,documento de identidad,bi,bilhete de identidade,رقم الهوية,الهوية,الرقم الوطني,राष्ट्रिय परिचयपत्र,kitambulisho,nambari ya kitambulisho,জাতীয় পরিচয়পত্র,आधार,паспорт id'],
  ['governmentIds.passport', 'passport,passport number,passport no,passeport,numero de passeport,pasaporte,numero de pasaporte,passaporte,جواز السفر,رقم جواز السفر,राहदानी,pasipoti,paspoort,পাসপোর্ট,паспорт,номер паспорта'],
  ['governmentIds.citizenship', 'citizenship,citizenship number,citizenship no,नागरिकता,नागरिकता नम्बर,ना प्र नं'],
  ['governmentIds.voter-id', 'voter id,voter card,voter id number,carte d electeur,numero de carte d electeur,मतदाता परिचयपत्र'],
  ['governmentIds.tax-number', 'tax number,tax id,tin,nif,rnokpp,рнокпп,інн,инн'],
  ['bankAccount.number', 'bank account number,account number,bank account,bankaccountnumber,iban,numero de compte,numero de compte bancaire,numero de cuenta,numero da conta,رقم الحساب,खाता नम्बर,बैंक खाता नम्बर,nambari ya akaunti,rekeningnummer,номер рахунку,номер счета,kontonummer'],
  ['bankAccount.bank', 'bank,bank name,banque,nom de la banque,banco,nombre del banco,nome do banco,البنك,اسم البنك,बैंक,बैंकको नाम,benki,jina la benki,банк,назва банку'],
  ['bankAccount.holder', 'account holder,account name,account holder name,bank account name,titulaire du compte,titular de la cuenta,titular da conta,صاحب الحساب,खातावालाको नाम,rekeninghouder'],
  ['household.reference', 'household id,household,household number,household reference,hh id,hhid,family id,id menage,numero de menage,id del hogar,رقم الأسرة,घरधुरी नम्बर,nambari ya kaya'],
  ['household.head', 'head household,headhousehold,is head of household,is household head,household head,chef de menage,jefe de hogar,رب الأسرة,घरमूली,mkuu wa kaya,gezinshoofd'],
  ['enrollment.multiplier', 'payment amount multiplier,amount multiplier,payment multiplier,multiplier,coefficient,multiplicateur,multiplicador'],
  ['enrollment.maxPayments', 'max payments,maximum payments,max number of payments,maximum number of payments,nombre maximal de paiements,numero maximo de pagos'],
  ['household.size', 'household size,hh size,family size,number of household members,household members,taille du menage,tamano del hogar,tamanho do agregado,حجم الأسرة,عدد أفراد الأسرة,परिवार सङ्ख्या,ukubwa wa kaya,gezinsgrootte'],
];
