import { getCountryCallingCode, isSupportedCountry, parsePhoneNumberFromString, type CountryCode, type PhoneNumber } from 'libphonenumber-js/min';
import { cleanText } from './clean-text';
import { asciiDigits } from './digits';

/** From so many digits on, a number without + is more likely to begin with a country code than to be a national one. */
const INTERNATIONAL_FROM = 11;
/** Shorter ones of a length that is not possible have lost digits. */
const UNUSUAL_FROM = 10;
const E164 = /^\+[1-9]\d{6,14}$/;
const SEPARATORS = /[;,/|]|\s(?:or|and|et|ou|y|o|und|na|або|и)\s/i;

/** The numbers of a cell: people write several. */
export function phonesIn(text: string): string[] {
  return text.split(SEPARATORS).map((part) => part.trim()).filter(Boolean);
}

/** A number, and whether no number like it is known in the country that its code names. */
export interface ReadPhone {
  number: string;
  unusual: boolean;
}

/**
 * A phone number in E.164, or null when it cannot be one. Numbers without country code are of `country`, whose numbering plan they are held to. Numbers that
 * no operator is known to hand out are taken as unusual when their length is possible; those of other countries even else: plans change faster than lists, and to lose the number that somebody can be reached by is worse than to ask for a look at it.
 */
export function phoneNumber(text: string, country: string): ReadPhone | null {
  const written = asciiDigits(cleanText(text).normalize('NFKC')).replace(/^'/, '').replace(/^(tel|phone|whatsapp|p):/i, '').replace(/^00/, '+');
  if (!/^\+?[\d\s().-]+$/.test(written)) return null;
  const digits = written.replace(/\D/g, '');
  const home = isSupportedCountry(country) ? (country as CountryCode) : undefined;
  const national = home && !written.startsWith('+') ? parsePhoneNumberFromString(digits, home) : undefined;
  // Nearly all numbers of a file end here, without being tried as foreign ones.
  const known = national?.isValid() ? settled(national) : undefined;
  if (known?.isValid() && E164.test(known.number)) return { number: known.number, unusual: false };
  const international = digits.startsWith('0') ? undefined : parsePhoneNumberFromString(`+${digits}`);
  const candidates = international?.isValid() || digits.length >= INTERNATIONAL_FROM ? [international, national] : [national, international];
  for (const candidate of candidates) {
    const found = candidate && settled(candidate);
    if (found?.isPossible() && E164.test(found.number)) return { number: found.number, unusual: !found.isValid() };
  }
  return international && mayBeForeign(international, digits, home) ? { number: `+${digits}`, unusual: true } : null;
}

/** As it is dialled from abroad: some plans know numbers without area code, some drop zeros one by one. Each step shortens it, so it ends. */
function settled(number: PhoneNumber): PhoneNumber | undefined {
  const again = parsePhoneNumberFromString(number.number);
  return again && again.number !== number.number ? settled(again) : again;
}

function mayBeForeign(number: PhoneNumber, digits: string, home: CountryCode | undefined): boolean {
  return digits.length >= UNUSUAL_FROM && E164.test(`+${digits}`) && (!home || number.countryCallingCode !== getCountryCallingCode(home));
}
