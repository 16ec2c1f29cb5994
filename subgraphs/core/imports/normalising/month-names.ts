import { folded } from './clean-text';

/** Languages in which months are understood, those with more files first: where two share a word for different months, the first wins unless asked for. */
const LANGUAGES = ['en', 'fr', 'es', 'pt', 'ar', 'sw', 'ne', 'nl', 'bn', 'hi', 'uk', 'ru', 'de', 'it', 'id', 'tr', 'so', 'am', 'ur', 'vi', 'pl', 'ro', 'ha', 'yo', 'ig', 'ti', 'om', 'rw', 'my', 'km', 'th', 'tl', 'zu'];

const byLanguage = new Map<string, ReadonlyMap<string, number>>();

/** The number of a month (1 to 12) by its long or short name; undefined when no language knows it. */
export function monthNumber(word: string, languages: readonly string[] = []): number | undefined {
  const name = folded(word).replace(/\.$/, '');
  for (const language of [...languages, ...LANGUAGES]) {
    const month = monthsOf(language.split('-')[0] ?? '').get(name);
    if (month !== undefined) return month;
  }
  return undefined;
}

function monthsOf(language: string): ReadonlyMap<string, number> {
  const known = byLanguage.get(language);
  if (known) return known;
  const months = LANGUAGES.includes(language) ? namesOf(language) : new Map<string, number>();
  byLanguage.set(language, months);
  return months;
}

/** Alone ("mars") and within a date ("5 березня"): many languages inflect them. */
function namesOf(language: string): Map<string, number> {
  const months = new Map<string, number>();
  for (const width of ['long', 'short'] as const) {
    for (const day of [undefined, 'numeric'] as const) {
      const format = new Intl.DateTimeFormat(`${language}-u-ca-gregory-nu-latn`, { month: width, day, timeZone: 'UTC' });
      for (let month = 0; month < 12; month += 1) {
        const name = format.formatToParts(Date.UTC(2001, month, 1)).find((part) => part.type === 'month')?.value ?? '';
        const word = folded(name).replace(/\.$/, '');
        if (word && !/^\d/.test(word) && !months.has(word)) months.set(word, month + 1);
      }
    }
  }
  return months;
}
