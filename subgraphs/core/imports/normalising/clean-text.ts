const INVISIBLE = /[\u200b\u2060\ufeff\u00ad\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;
/** Joiners shape letters of Persian and Indic scripts: they stay inside of words. */
const JOINERS_AT_ENDS = /^[\u200c\u200d\s]+|[\u200c\u200d\s]+$/g;

/** One line of text as it is stored: Unicode NFC, no invisible marks, single blanks (of any kind of blank), none at the ends. */
export function cleanText(text: string): string {
  return text.normalize('NFC').replace(INVISIBLE, '').replace(/\s+/g, ' ').replace(JOINERS_AT_ENDS, '').normalize('NFC');
}

const EMPTY_WORDS = new Set(['n/a', 'n.a.', 'na', '#n/a', '#value!', '#ref!', '#null!', 'null', 'nil', 'nan', 'none', 'undefined', '(blank)', '(null)', 'aucun', 'ninguno', 'sin dato', 'sin datos', 'нет данных']);
const ONLY_MARKS = /^[\p{P}\p{S}\s]*$/u;

/** Whether a cell says that there is nothing. */
export function isEmptyMarker(cleaned: string): boolean {
  return ONLY_MARKS.test(cleaned) || EMPTY_WORDS.has(cleaned.toLowerCase());
}

/** The same for names: Na, Nil, None and Null are names of people, as long as they are written like names. */
export function isEmptyName(cleaned: string): boolean {
  return ONLY_MARKS.test(cleaned) || ['n/a', 'n.a.', '#n/a', 'null'].includes(cleaned) || ['N/A', 'N.A.', 'NULL', '#N/A'].includes(cleaned);
}

/** Lower case, without the marks of Latin and Arabic letters: "Féminin " and "FEMININ" are one word. Marks of other scripts are vowels and stay. */
export function folded(text: string): string {
  return cleanText(cleanText(text).normalize('NFKD').toLowerCase().replace(/(?<=[\p{Script=Latin}\p{Script=Arabic}]\p{M}*)\p{M}|\u0640/gu, '').normalize('NFKC'));
}
