/** What people are found and told apart by. Each kind has keys of its own: a phone number never meets an account number of the same digits. */
export const identifierKinds = ['PHONE', 'GOVERNMENT_ID', 'BANK_ACCOUNT', 'EMAIL', 'WALLET', 'NAME_TOKEN', 'NAME_SOUND'] as const;

export type IdentifierKind = (typeof identifierKinds)[number];

/**
 * The form in which values are compared: the same number typed with other blanks, cases or marks is the same number. Empty when nothing of it counts.
 * Normalising twice changes nothing.
 */
export const normalise: Readonly<Record<'PHONE' | 'GOVERNMENT_ID' | 'BANK_ACCOUNT' | 'EMAIL' | 'WALLET', (value: string) => string>> = {
  PHONE: digits,
  GOVERNMENT_ID: lettersAndDigits,
  BANK_ACCOUNT: lettersAndDigits,
  EMAIL: (value) => value.normalize('NFKC').trim().toLowerCase(),
  WALLET: (value) => value.trim().toLowerCase(),
};

/**
 * The words of a name, as they are compared: without marks and cases, each once, sorted. "Núria  de la-Cruz" and "CRUZ de la nuria" have the same.
 * Words of one letter count only when there is nothing else.
 */
export function nameTokens(name: string): string[] {
  const words = plain(name).split(/[^\p{L}\p{M}\p{Nd}]+/u).filter(Boolean);
  const telling = words.filter((word) => [...word].length > 1);
  return [...new Set(telling.length > 0 ? telling : words)].sort();
}

/**
 * How the words of a Latin name roughly sound: of each its first letter and the consonants after it, one for those that are taken for each other.
 * "Achieng", "Acheng" and "Akieng" share one; it finds candidates, what they are is decided by comparing more. Other scripts: the words themselves.
 */
export function nameSounds(name: string): string[] {
  return [...new Set(nameTokens(name).map(soundOf))].sort();
}

const ALIKE: ReadonlyArray<readonly [RegExp, string]> = [
  [/ph/g, 'f'], [/[ck]h?|q/g, 'k'], [/[sz]h?/g, 's'], [/[td]h?/g, 't'], [/[bp]h?/g, 'p'], [/[gj]h?/g, 'j'], [/[vw]/g, 'v'], [/x/g, 'ks'],
];

function soundOf(word: string): string {
  if (!/^\p{Script=Latin}+$/u.test(word)) return word;
  const alike = ALIKE.reduce((text, [pattern, letter]) => text.replace(pattern, letter), word);
  const [first = '', ...rest] = alike.replace(/(.)\1+/g, '$1');
  return (/[aeiouy]/.test(first) ? 'a' : first) + rest.join('').replace(/[aeiouyh]/g, '').replace(/(.)\1+/g, '$1');
}

// Compatibility forms (ﬁ, ①, full-width) become plain, marks of Latin letters go. Marks of other scripts are vowels: without them words would be others.
function plain(text: string): string {
  return text.normalize('NFKD').toLowerCase().replace(/(?<=\p{Script=Latin}\p{M}*)\p{M}/gu, '').normalize('NFKC').toLowerCase();
}

function digits(value: string): string {
  return value.normalize('NFKC').replace(/\D/g, '');
}

function lettersAndDigits(value: string): string {
  return value.normalize('NFKC').toUpperCase().replace(/[^\p{L}\p{Nd}]/gu, '');
}
