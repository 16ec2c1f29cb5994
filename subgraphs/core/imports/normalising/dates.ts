import { cleanText } from './clean-text';
import { asciiDigits } from './digits';
import type { DateOrder } from './imported-person';
import { monthNumber } from './month-names';
import type { ProblemCode } from './row-problem';

/** Day, month and year as somebody wrote them, before anybody decided what the numbers mean. */
export type WrittenDate =
  | { form: 'PARTS'; day: number; month: number; year: string }
  /** Two numbers of which either may be the day, and a year that comes last. */
  | { form: 'NUMBERS'; first: number; second: number; year: string }
  /** Three numbers of two digits: what each means only the order says. */
  | { form: 'SHORT_NUMBERS'; numbers: [number, number, number] }
  | { form: 'YEAR'; year: string }
  | { form: 'SERIAL'; serial: number };

const TIME = /[t ,]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*([ap]\.?m\.?)?\s*(z|[+-]\d{2}:?\d{2})?$/i;
const WORD = "([\\p{L}\\p{M}.'’]+)";
const DAY_MONTH_YEAR = new RegExp(`^(\\d{1,2})(?:st|nd|rd|th|er|ère|[.º°])?[\\s,/-]*(?:de |of |d')?${WORD}[\\s,/-]*(?:de |del |of )?(\\d{4}|\\d{2})$`, 'iu');
const MONTH_DAY_YEAR = new RegExp(`^${WORD}[\\s/-]*(\\d{1,2})(?:st|nd|rd|th)?[\\s,/-]+(\\d{4})$`, 'iu');

/** What is written, or null when it is no date in any form that is read. */
export function writtenDate(text: string, languages?: readonly string[]): WrittenDate | null {
  const plain = asciiDigits(cleanText(text)).replace(TIME, '');
  return numeric(plain) ?? named(plain, languages);
}

function numeric(plain: string): WrittenDate | null {
  const ymd = /^(\d{4})([-/. ])(\d{1,2})\2(\d{1,2})\.?$/.exec(plain) ?? /^(\d{4})()(\d{2})(\d{2})$/.exec(plain);
  if (ymd) return { form: 'PARTS', year: ymd[1] ?? '', month: Number(ymd[3]), day: Number(ymd[4]) };
  const numbers = /^(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})\.?$/.exec(plain);
  const [first, second, last = ''] = [Number(numbers?.[1]), Number(numbers?.[3]), numbers?.[4]];
  if (numbers && last.length === 2) return { form: 'SHORT_NUMBERS', numbers: [first, second, Number(last)] };
  if (numbers) return { form: 'NUMBERS', first, second, year: last };
  if (/^\d{4}$/.test(plain)) return { form: 'YEAR', year: plain };
  if (/^[1-9]\d{4}(\.\d+)?$/.test(plain)) return { form: 'SERIAL', serial: Math.floor(Number(plain)) };
  return null;
}

function named(plain: string, languages?: readonly string[]): WrittenDate | null {
  const dmy = DAY_MONTH_YEAR.exec(plain);
  const mdy = dmy ? null : MONTH_DAY_YEAR.exec(plain);
  const month = monthNumber((dmy ? dmy[2] : mdy?.[1]) ?? '', languages);
  const year = dmy?.[3] ?? mdy?.[3];
  if (month === undefined || year === undefined) return null;
  return { form: 'PARTS', day: Number(dmy?.[1] ?? mdy?.[2]), month, year };
}

export interface DateSettings {
  dateOrder?: DateOrder | null;
  languages?: readonly string[];
  today: string;
}

export type BirthDate = { day: string; precision: 'DAY' | 'ESTIMATED'; warning?: ProblemCode } | { problem: ProblemCode };

/** The day of birth that is written; a year alone is an estimate. Never guesses which number is the day. */
export function birthDate(text: string, settings: DateSettings): BirthDate {
  const written = writtenDate(text, settings.languages);
  if (!written) return { problem: 'DATE_INVALID' };
  if (written.form === 'YEAR') {
    const year = checked(written.year, 1, 1, settings.today);
    return 'problem' in year ? year : { ...year, precision: 'ESTIMATED' };
  }
  if (written.form === 'SERIAL') {
    const day = new Date(Date.UTC(1899, 11, 30) + written.serial * 86_400_000).toISOString().slice(0, 10);
    return day > settings.today ? { problem: 'DATE_IN_FUTURE' } : { day, precision: 'DAY', warning: 'DATE_FROM_SERIAL' };
  }
  const parts = ordered(written, settings.dateOrder ?? null);
  return parts ? checked(parts.year, parts.month, parts.day, settings.today) : { problem: 'DATE_AMBIGUOUS' };
}

function ordered(written: Exclude<WrittenDate, { form: 'YEAR' | 'SERIAL' }>, order: DateOrder | null): { year: string; month: number; day: number } | null {
  if (written.form === 'PARTS') return written;
  if (written.form === 'SHORT_NUMBERS') {
    const [first, second, third] = written.numbers;
    if (order === 'YMD') return { year: String(first).padStart(2, '0'), month: second, day: third };
    const year = String(third).padStart(2, '0');
    // Without an order even 31-12-99 may be a year first; only a number that no day can be settles it.
    return third > 31 || order ? ordered({ form: 'NUMBERS', first, second, year }, order) : null;
  }
  const { first, second, year } = written;
  if (order === 'DMY' || (order !== 'MDY' && (first > 12 || first === second))) return { year, month: second, day: first };
  if (order === 'MDY' || second > 12) return { year, month: first, day: second };
  return null;
}

function checked(written: string, month: number, day: number, today: string): BirthDate {
  const thisYear = Number(today.slice(0, 4));
  const year = written.length === 2 ? century(Number(written), thisYear) : Number(written);
  if (isOtherCalendar(year, thisYear)) return { problem: 'DATE_OTHER_CALENDAR' };
  const iso = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  const date = new Date(`${iso}T00:00:00Z`);
  if (year < 1850 || Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== iso) return { problem: 'DATE_INVALID' };
  return iso > today ? { problem: 'DATE_IN_FUTURE' } : { day: iso, precision: 'DAY' };
}

/** Hijri and Persian years are 1300 to 1500; Bikram Sambat is 57 ahead and Buddhist 543. Who wrote 2080 meant no day to come. */
export function isOtherCalendar(year: number, thisYear: number): boolean {
  return (year >= 1300 && year <= 1500) || (year > thisYear + 1 && year <= thisYear + 60) || (year >= 2400 && year <= 2700);
}

function century(year: number, thisYear: number): number {
  const recent = Math.floor(thisYear / 100) * 100 + year;
  return recent > thisYear ? recent - 100 : recent;
}
