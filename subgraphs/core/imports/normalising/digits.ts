const DIGIT = /\p{Nd}/u;
const known = new Map<string, string>();

/** Decimal digits of every script become ASCII: "९८४१" is "9841". */
export function asciiDigits(text: string): string {
  return text.replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    const found = known.get(digit) ?? valueOf(digit);
    known.set(digit, found);
    return found;
  });
}

/** Unicode keeps the ten digits of a script together and in order (chapter 4.6), sometimes several sets after another. */
function valueOf(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let first = code;
  while (DIGIT.test(String.fromCodePoint(first - 1))) first -= 1;
  return String((code - first) % 10);
}

/**
 * A long number that a spreadsheet has rounded for display and saved as displayed: 2.54708E+11, 2,54708E+11, 254708000000.0. What it was cannot be told.
 * `5E3` is no such thing: it may be a reference that somebody gave.
 */
export function isMangledNumber(text: string): boolean {
  const plain = asciiDigits(text).replace(/٫/g, '.').replace(/[\s']/g, '');
  return /^[+-]?\d+(?:[.,]\d*)?[eE]\+\d+$/.test(plain) || /^[+-]?\d+[.,]\d+[eE]\d+$/.test(plain) || /^\d{6,}[.,]0+$/.test(plain);
}
