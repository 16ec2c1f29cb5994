import { folded } from './clean-text';

/** What a language says for each meaning; words are parted by commas. */
type Vocabulary<Meaning extends string> = Readonly<Record<string, Partial<Readonly<Record<Meaning, string>>>>>;

export type Gender = 'FEMALE' | 'MALE' | 'OTHER' | 'UNKNOWN';

// In Spanish M is masculino beside F, and mujer beside H: it stands under both, so that it is not taken for either.
const GENDERS: Vocabulary<Gender> = {
  en: { FEMALE: 'f,female,woman,women,girl,w,lady', MALE: 'm,male,man,men,boy', OTHER: 'o,other,non-binary,nonbinary,non binary,third gender,transgender,x', UNKNOWN: 'u,unknown,not stated,prefer not to say,undisclosed,not specified' },
  fr: { FEMALE: 'féminin,féminine,femme,fille', MALE: 'masculin,homme,garçon,h', OTHER: 'autre', UNKNOWN: 'inconnu,non précisé' },
  es: { FEMALE: 'femenino,femenina,mujer,niña,hembra,f,m', MALE: 'masculino,hombre,varón,niño,h,m', OTHER: 'otro,otra', UNKNOWN: 'desconocido' },
  pt: { FEMALE: 'feminino,feminina,mulher,menina', MALE: 'masculino,homem,menino', OTHER: 'outro,outra', UNKNOWN: 'desconhecido' },
  ar: { FEMALE: 'أنثى,انثى,امرأة,مؤنث,بنت', MALE: 'ذكر,رجل,مذكر,ولد', OTHER: 'آخر,أخرى', UNKNOWN: 'غير معروف' },
  ne: { FEMALE: 'महिला,स्त्री,म', MALE: 'पुरुष,पु', OTHER: 'अन्य,तेस्रो लिङ्गी', UNKNOWN: 'थाहा छैन' },
  hi: { FEMALE: 'महिला,स्त्री,औरत,लड़की', MALE: 'पुरुष,आदमी,लड़का', OTHER: 'अन्य', UNKNOWN: 'अज्ञात' },
  bn: { FEMALE: 'মহিলা,নারী,মেয়ে', MALE: 'পুরুষ,ছেলে', OTHER: 'অন্যান্য,অন্য', UNKNOWN: 'অজানা' },
  ur: { FEMALE: 'عورت,خاتون,مؤنث', MALE: 'مرد,مذکر', OTHER: 'دیگر', UNKNOWN: 'نامعلوم' },
  sw: { FEMALE: 'mwanamke,ke,msichana,mke,kike,wa kike', MALE: 'mwanaume,mwanamume,me,mvulana,mume,kiume,wa kiume', OTHER: 'nyingine,nyinginezo', UNKNOWN: 'haijulikani' },
  nl: { FEMALE: 'vrouw,vrouwelijk,v,meisje', MALE: 'man,mannelijk,jongen', OTHER: 'anders,overig', UNKNOWN: 'onbekend' },
  uk: { FEMALE: 'жінка,жіноча,жіночий,жін,ж', MALE: 'чоловік,чоловіча,чоловічий,чол,ч', OTHER: 'інше,інша', UNKNOWN: 'невідомо' },
  ru: { FEMALE: 'женщина,женский,жен,ж', MALE: 'мужчина,мужской,муж,м', OTHER: 'другое,другой', UNKNOWN: 'неизвестно' },
  de: { FEMALE: 'weiblich,frau,mädchen', MALE: 'männlich,mann,junge', OTHER: 'divers,d', UNKNOWN: 'unbekannt' },
  it: { FEMALE: 'femmina,femminile,donna', MALE: 'maschio,maschile,uomo', OTHER: 'altro', UNKNOWN: 'sconosciuto' },
  tr: { FEMALE: 'kadın,kız', MALE: 'erkek', OTHER: 'diğer', UNKNOWN: 'bilinmiyor' },
  id: { FEMALE: 'perempuan,wanita', MALE: 'laki-laki,pria', OTHER: 'lainnya', UNKNOWN: 'tidak diketahui' },
  so: { FEMALE: 'dumar,dheddig,naag', MALE: 'rag,lab,nin', OTHER: 'kale' },
  am: { FEMALE: 'ሴት', MALE: 'ወንድ', OTHER: 'ሌላ' },
  fa: { FEMALE: 'زن,مونث', MALE: 'مرد,مذکر', OTHER: 'دیگر' },
  ps: { FEMALE: 'ښځه', MALE: 'نر,سړی' },
  my: { FEMALE: 'အမျိုးသမီး,မ', MALE: 'အမျိုးသား,ကျား', OTHER: 'အခြား' },
  km: { FEMALE: 'ស្រី', MALE: 'ប្រុស', OTHER: 'ផ្សេងទៀត' },
  vi: { FEMALE: 'nữ', MALE: 'nam', OTHER: 'khác' },
  zh: { FEMALE: '女', MALE: '男', OTHER: '其他' },
};

const ANSWERS: Vocabulary<'YES' | 'NO'> = {
  en: { YES: 'yes,y,true,1,t,x,✓', NO: 'no,n,false,0,f' },
  fr: { YES: 'oui,vrai,o', NO: 'non,faux' },
  es: { YES: 'sí,s,verdadero', NO: 'no,falso' },
  pt: { YES: 'sim,verdadeiro', NO: 'não' },
  ar: { YES: 'نعم', NO: 'لا,كلا' },
  ne: { YES: 'हो,छ,हजुर', NO: 'होइन,छैन' },
  hi: { YES: 'हाँ,हां,जी हाँ', NO: 'नहीं,नही' },
  bn: { YES: 'হ্যাঁ,হাঁ', NO: 'না' },
  ur: { YES: 'ہاں,جی', NO: 'نہیں' },
  sw: { YES: 'ndiyo,ndio', NO: 'hapana,la' },
  nl: { YES: 'ja,j,waar', NO: 'nee,onwaar' },
  uk: { YES: 'так', NO: 'ні' },
  ru: { YES: 'да', NO: 'нет' },
  de: { YES: 'ja,wahr', NO: 'nein,falsch' },
  it: { YES: 'si,vero', NO: 'no' },
  tr: { YES: 'evet', NO: 'hayır' },
  id: { YES: 'ya', NO: 'tidak' },
  so: { YES: 'haa', NO: 'maya' },
  am: { YES: 'አዎ', NO: 'አይ,አይደለም' },
  fa: { YES: 'بله,بلی', NO: 'خیر,نه' },
};

/** The gender that a word says; null when it is not known or means different things in the language that is asked first. */
export const genderOf = reader(GENDERS);

const answerOf = reader(ANSWERS);

/** What a yes or a no says; null when it is neither. */
export function yesOrNo(text: string, languages?: readonly string[]): boolean | null {
  const answer = answerOf(text, languages);
  return answer === null ? null : answer === 'YES';
}

/** The first language that has a word decides what it means: those asked for, then those above in their order. */
function reader<Meaning extends string>(vocabulary: Vocabulary<Meaning>): (text: string, languages?: readonly string[]) => Meaning | null {
  const byLanguage = new Map(Object.entries(vocabulary).map(([language, meanings]) => [language, wordsOf<Meaning>(meanings)]));
  return (text, languages = []) => {
    const word = folded(text).replace(/^[.\s]+|[.\s]+$/g, '');
    for (const language of [...languages.map((tag) => tag.split('-')[0] ?? ''), ...byLanguage.keys()]) {
      const meanings = byLanguage.get(language)?.get(word);
      if (meanings) return meanings.length === 1 ? (meanings[0] ?? null) : null;
    }
    return canonical(word, vocabulary);
  };
}

/** What was normalised once is its own word. */
function canonical<Meaning extends string>(word: string, vocabulary: Vocabulary<Meaning>): Meaning | null {
  const meanings = Object.keys(vocabulary.en ?? {}) as Meaning[];
  return meanings.find((meaning) => meaning.toLowerCase() === word) ?? null;
}

function wordsOf<Meaning extends string>(meanings: Partial<Readonly<Record<Meaning, string>>>): Map<string, Meaning[]> {
  const words = new Map<string, Meaning[]>();
  for (const [meaning, list] of Object.entries(meanings) as Array<[Meaning, string]>) {
    for (const word of new Set(list.split(',').map(folded))) words.set(word, [...(words.get(word) ?? []), meaning]);
  }
  return words;
}
