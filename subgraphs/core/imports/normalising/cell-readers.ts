import { hundredthsOf } from '../../multiplier';
import type { ImportField } from '../mapping/import-field';
import { cleanText } from './clean-text';
import { birthDate } from './dates';
import { asciiDigits, isMangledNumber } from './digits';
import type { NormaliseSettings } from './imported-person';
import { languageTag } from './languages';
import type { PersonDraft } from './person-draft';
import { phoneNumber, phonesIn } from './phones';
import type { ProblemCode } from './row-problem';
import { genderOf, yesOrNo } from './words';

/** Puts what a cell says into the draft; answers the problems of it. The text is clean and not empty. */
export type CellReader = (text: string, draft: PersonDraft, settings: NormaliseSettings) => ProblemCode[];

const CONTROL = /[\p{Cc}\p{Cs}]/u;
const MAX_TEXT = 2_000;
const MAX_REFERENCE = 100;
const MAX_NAME = 200;

const FIXED: Readonly<Record<Exclude<ImportField, `governmentIds.${string}` | `attributes.${string}`>, CellReader>> = {
  IGNORE: () => [],
  referenceId: identifier(MAX_REFERENCE, (text, { person }) => (person.referenceId = text)),
  fullName: line(MAX_NAME, (text, { person }) => (person.fullName = text)),
  firstName: line(MAX_NAME, (text, { names }) => (names.firstName = text)),
  middleName: line(MAX_NAME, (text, { names }) => (names.middleName = text)),
  lastName: line(MAX_NAME, (text, { names }) => (names.lastName = text)),
  address: line(500, (text, { address }) => address.push(text)),
  'bankAccount.bank': line(MAX_NAME, (text, { bankAccount }) => (bankAccount.bank = text)),
  'bankAccount.holder': line(MAX_NAME, (text, { bankAccount }) => (bankAccount.holder = text)),
  'bankAccount.number': identifier(MAX_REFERENCE, (text, { bankAccount }) => (bankAccount.number = text)),
  'household.reference': identifier(MAX_REFERENCE, (text, draft) => (household(draft).reference = text)),
  phone: (text, { person }, { country }) => {
    if (isMangledNumber(text)) return ['MANGLED_NUMBER'];
    const numbers = phonesIn(text).map((part) => phoneNumber(part, country));
    const good = numbers.filter((number) => number !== null);
    if (good.length > 0) person.phones = [...new Set([...(person.phones ?? []), ...good.map(({ number }) => number)])];
    if (good.length < numbers.length) return ['PHONE_INVALID'];
    return good.some(({ unusual }) => unusual) ? ['PHONE_UNUSUAL'] : [];
  },
  email: taken('EMAIL_INVALID', emailAddress, (email, { person }) => (person.email = email)),
  gender: taken('GENDER_UNKNOWN_WORD', (text, { languages }) => genderOf(text, languages), (gender, { person }) => (person.gender = gender)),
  preferredLanguage: taken('LANGUAGE_UNKNOWN', languageTag, (tag, { person }) => (person.preferredLanguage = tag)),
  areaCode: taken('AREA_INVALID', areaPath, (path, { person }) => (person.areaCode = path)),
  walletAddress: taken('WALLET_INVALID', (text) => (/^0x[0-9a-f]{40}$/i.test(text) ? text : null), (address, { person }) => (person.walletAddress = address)),
  birthDate: (text, { person }, settings) => {
    const read = birthDate(text, settings);
    if ('problem' in read) return [read.problem];
    person.birthDate = read.day;
    person.birthDatePrecision = read.precision;
    return read.warning ? [read.warning] : [];
  },
  age: taken('AGE_INVALID', (text) => wholeNumber(text, 130), (age, draft, { today }) => (draft.bornByAge = `${Number(today.slice(0, 4)) - age}-01-01`)),
  'household.head': taken('ANSWER_UNKNOWN_WORD', (text, { languages }) => yesOrNo(text, languages), (head, draft) => (household(draft).head = head)),
  'enrollment.multiplier': taken('NUMBER_INVALID', (text) => hundredthsOf(asciiDigits(text).replace(',', '.')), (multiplierHundredths, { person }) => (person.enrollment = { ...person.enrollment, multiplierHundredths })),
  'enrollment.maxPayments': taken('NUMBER_INVALID', (text) => wholeNumber(text, 1_000) || null, (maxPayments, { person }) => (person.enrollment = { ...person.enrollment, maxPayments })),
  'household.size': taken('NUMBER_INVALID', (text) => wholeNumber(text, 1_000), (size, draft) => (household(draft).size = size)),
};

/** How the cells of a field are read. */
export function readerOf(field: ImportField): CellReader {
  if (field.startsWith('attributes.')) {
    const key = field.slice('attributes.'.length);
    return identifier(MAX_TEXT, (text, { person }) => (person.attributes[key] = text));
  }
  if (field.startsWith('governmentIds.')) {
    const kind = field.slice('governmentIds.'.length);
    return identifier(MAX_REFERENCE, (number, { person }) => (person.governmentIds = [...(person.governmentIds ?? []), { kind, number }]));
  }
  return FIXED[field as keyof typeof FIXED];
}

/** Text whose digits count: ASCII digits, and never one that a spreadsheet has rounded. */
function identifier(max: number, put: (text: string, draft: PersonDraft) => unknown): CellReader {
  const kept = line(max, put);
  return (text, draft, settings) => (isMangledNumber(text) ? ['MANGLED_NUMBER'] : kept(asciiDigits(text.replace(/^'(?=\d)/, '')), draft, settings));
}

function line(max: number, put: (text: string, draft: PersonDraft) => unknown): CellReader {
  return (text, draft) => {
    if (text.length > max || CONTROL.test(text)) return ['TEXT_INVALID'];
    put(text, draft);
    return [];
  };
}

function taken<T>(code: ProblemCode, read: (text: string, settings: NormaliseSettings) => T | null, put: (value: T, draft: PersonDraft, settings: NormaliseSettings) => unknown): CellReader {
  return (text, draft, settings) => {
    const value = read(text, settings);
    if (value === null) return [code];
    put(value, draft, settings);
    return [];
  };
}

function household({ person }: PersonDraft): { reference: string | null; head: boolean | null; size: number | null } {
  return (person.household ??= { reference: null, head: null, size: null });
}

function wholeNumber(text: string, max: number): number | null {
  const digits = /^(\d{1,6})(?:[.,]0+)?$/.exec(asciiDigits(text))?.[1];
  return digits !== undefined && Number(digits) <= max ? Number(digits) : null;
}

function emailAddress(text: string): string | null {
  const address = text.replace(/^mailto:/i, '');
  return address.length <= 254 && /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>".]{2,}$/.test(address) ? address : null;
}

/** "KE / Kisumu / Nyando Town" is ke.kisumu.nyando-town. */
function areaPath(text: string): string | null {
  const path = cleanText(text.normalize('NFKD').replace(/(?<=\p{Script=Latin})\p{M}+/gu, '').normalize('NFC').toLowerCase())
    .split(/\s*[./>\\]\s*/)
    .map((name) => name.replace(/['’]/g, '').replace(/[\s_]+/g, '-'))
    .join('.');
  return path.length <= 200 && /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(path) ? path : null;
}
