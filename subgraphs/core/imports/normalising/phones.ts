import { isSupportedCountry, parsePhoneNumberFromString, type CountryCode, type PhoneNumber } from 'libphonenumber-js/min';
import { cleanText } from './clean-text';
import { asciiDigits } from './digits';

/** From so many digits on, a number without + is more likely to begin with a country code than to be a national one. */
const INTERNATIONAL_FROM = 11;
const E164 = /^\+[1-9]\d{6,14}$/;
const SEPARATORS = /[;,/|]|\s(?:or|and|et|ou|y|o|und|na|або|и)\s/i;

/** The numbers of a cell: people write several. */
export function phonesIn(text: string): string[] {
  return text.split(SEPARATORS).map((part) => part.trim()).filter(Boolean);
}

/**
 * A phone number in E.164, or null when it cannot be one. Numbers without country code are of `country`. Numbers that no operator has handed out are taken
 * as long as their length is possible there: numbering plans change faster than their lists.
 */
export function phoneNumber(text: string, country: string): string | null {
  const written = asciiDigits(cleanText(text).normalize('NFKC')).replace(/^'/, '').replace(/^(tel|phone|whatsapp|p):/i, '').replace(/^00/, '+');
  if (!/^\+?[\d\s().-]+$/.test(written)) return null;
  const digits = written.replace(/\D/g, '');
  if (written.startsWith('+')) return possible(parsePhoneNumberFromString(`+${digits}`));
  const home = isSupportedCountry(country) ? (country as CountryCode) : undefined;
  const national = home && parsePhoneNumberFromString(digits, home);
  const international = digits.startsWith('0') ? undefined : parsePhoneNumberFromString(`+${digits}`);
  const valid = [national, international].find((number) => number?.isValid());
  if (valid) return possible(valid);
  const candidates = digits.length >= INTERNATIONAL_FROM ? [international, national] : [national, international];
  return possible(candidates.find((number) => possible(number) !== null));
}

function possible(number: PhoneNumber | undefined): string | null {
  return number?.isPossible() && E164.test(number.number) ? number.number : null;
}
