import fc from 'fast-check';
import { getCountries, getCountryCallingCode } from 'libphonenumber-js/min';
import { cleanText, folded } from './clean-text';
import { birthDate } from './dates';
import { asciiDigits, isMangledNumber } from './digits';
import { neutraliseFormula } from './formula';
import { languageTag } from './languages';
import { phoneNumber } from './phones';
import { genderOf, yesOrNo } from './words';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom(' ', '\u00a0', '\u200b', '\u200d', 'e', '\u0301', 'é', '٣', '९', '𝟗', '-', '+', '=', '@', "'", 'क', '\u093c', '\u0344', 'أ') }),
);

test.each([
  ['cleaned', cleanText],
  ['folded', folded],
  ['in ASCII digits', asciiDigits],
  ['neutralised', neutraliseFormula],
])('text that is %s once stays as it is', (_, normalise) => {
  fc.assert(fc.property(text, (given) => expect(normalise(normalise(given))).toBe(normalise(given))));
});

test('every decimal digit of Unicode becomes the ASCII digit of its value', () => {
  const digits = Array.from({ length: 0x1ffff }, (_, code) => code).filter((code) => (code < 0xd800 || code > 0xdfff) && /\p{Nd}/u.test(String.fromCodePoint(code)));
  expect(digits.length % 10).toBe(0);
  expect(digits.map((code) => asciiDigits(String.fromCodePoint(code))).join('')).toBe('0123456789'.repeat(digits.length / 10));
});

test('a phone number that was read is read as itself, in whatever country', () => {
  const countries = fc.constantFrom(...getCountries());
  const written = fc.oneof(
    fc.stringMatching(/^[+0]{0,2}[1-9]\d{5,14}$/),
    fc.tuple(countries, fc.stringMatching(/^\d{6,11}$/)).map(([country, digits]) => `+${getCountryCallingCode(country)}${digits}`),
  );
  fc.assert(
    fc.property(written, countries, countries, (given, country, other) => {
      const read = phoneNumber(given, country);
      if (!read) return;
      expect(read.number).toMatch(/^\+[1-9]\d{6,14}$/);
      expect(phoneNumber(read.number, country)?.number).toBe(read.number);
      if (!read.unusual) expect(phoneNumber(read.number, other)).toEqual(read);
    }),
    { numRuns: 2_000 },
  );
});

test('a date that was read is read as itself, in whatever order dates are written', () => {
  const orders = fc.constantFrom(null, 'DMY' as const, 'MDY' as const, 'YMD' as const);
  fc.assert(
    fc.property(fc.stringMatching(/^\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}$/), orders, orders, (given, order, other) => {
      const read = birthDate(given, { dateOrder: order, today: '2026-11-23' });
      if ('day' in read) expect(birthDate(read.day, { dateOrder: other, today: '2026-11-23' })).toEqual({ day: read.day, precision: 'DAY' });
    }),
  );
});

test('genders and languages that were read are read as themselves', () => {
  for (const gender of ['FEMALE', 'MALE', 'OTHER', 'UNKNOWN'] as const) for (const language of ['en', 'es', 'ar', 'xx']) expect(genderOf(gender, [language])).toBe(gender);
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zA-Z]{2,3}([-_][a-zA-Z]{2,4})?$/), (given) => {
      const tag = languageTag(given);
      if (tag !== null) expect(languageTag(tag)).toBe(tag);
    }),
  );
  expect([yesOrNo('true'), yesOrNo('false')]).toEqual([true, false]);
});

test('no number that was written in full counts as mangled, and each that a spreadsheet has rounded does', () => {
  fc.assert(fc.property(fc.stringMatching(/^\d{1,20}$/), (digits) => !isMangledNumber(digits)));
  fc.assert(fc.property(fc.bigInt({ min: 10n ** 11n, max: 10n ** 18n }), fc.constantFrom('.', ',', '٫'), (number, point) => {
    expect(isMangledNumber(Number(number).toExponential(5).replace('e', 'E').replace('.', point))).toBe(true);
  }));
});

test('nothing that is neutralised begins as a formula, save plain numbers', () => {
  fc.assert(fc.property(text, (given) => /^([^=+\-@\t\r\n＝＋－＠]|$|[+-]?\d+([.,]\d+)?$)/u.test(neutraliseFormula(given))));
});
