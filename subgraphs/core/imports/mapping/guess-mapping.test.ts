import fc from 'fast-check';
import { guessMapping, isImportField, mayRepeat } from '.';

const fieldsOf = (...headers: string[]) => guessMapping(headers).map(({ field }) => field);

test.each([
  ['Rahat', ['Name*', 'Whatsapp Number*', 'Gender*', 'Birth Date', 'Wallet Address', 'Government ID', 'Village'], ['fullName', 'phone', 'gender', 'birthDate', 'walletAddress', 'governmentIds.national-id', 'attributes.village']],
  ['the community tool', ['householdHeadName', 'phone', 'govtIDNumber', 'bankedStatus'], ['fullName', 'phone', 'governmentIds.national-id', 'attributes.bankedStatus']],
  ['121', ['referenceId', 'phoneNumber', 'preferredLanguage', 'paymentAmountMultiplier', 'maxPayments', 'fullName', 'idNumber', 'age', 'bankAccountNumber', 'whatsappPhoneNumber', 'addressCity', 'scope'], ['referenceId', 'phone', 'preferredLanguage', 'enrollment.multiplier', 'enrollment.maxPayments', 'fullName', 'governmentIds.national-id', 'age', 'bankAccount.number', 'phone', 'address', 'areaCode']],
  ['Kobo', ['group_a/name', '3. What is your phone number?', 'group_b/date_of_birth'], ['fullName', 'phone', 'birthDate']],
  ['parts of names', ['name', 'middlename', 'firstname'], ['lastName', 'middleName', 'firstName']],
  ['French', ['Nom', 'Prénom', 'Téléphone', 'Sexe', 'Date de naissance', 'Village'], ['lastName', 'firstName', 'phone', 'gender', 'birthDate', 'attributes.village']],
  ['Spanish', ['Nombre', 'Teléfono', 'Género'], ['fullName', 'phone', 'gender']],
  ['Arabic', ['الاسم', 'رقم الهاتف', 'الجنس', 'تاريخ الميلاد'], ['fullName', 'phone', 'gender', 'birthDate']],
  ['Nepali', ['नाम', 'फोन नम्बर', 'लिङ्ग', 'जन्म मिति'], ['fullName', 'phone', 'gender', 'birthDate']],
  ['Swahili', ['Jina kamili', 'Nambari ya simu', 'Jinsia', 'Umri'], ['fullName', 'phone', 'gender', 'age']],
])('headers as in %s are understood', (_, headers, fields) => {
  expect(fieldsOf(...headers)).toEqual(fields);
});

test('a second column of a field that may be once is offered as an attribute, the better known one keeps it', () => {
  expect(fieldsOf('Q1: Gender', 'gender', 'Village', 'village*', '')).toEqual(['attributes.q1Gender', 'gender', 'attributes.village', 'attributes.village_2', null]);
});

test('whatever the headers, each column has a field that exists, and no field stands twice that may not', () => {
  const header = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('name', 'Nom', 'phone', 'sex', 'gender', 'Village', 'DOB', 'constructor', '__proto__', 'id'));
  fc.assert(
    fc.property(fc.array(header), (headers) => {
      const fields = guessMapping(headers).map(({ field }) => field).filter((field) => field !== null);
      expect(fields.every(isImportField)).toBe(true);
      const once = fields.filter((field) => !mayRepeat(field));
      expect(new Set(once).size).toBe(once.length);
    }),
  );
});
