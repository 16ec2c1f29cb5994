import type { NumberFormat } from './number-formats';

const DAY = 86_400_000;
/** Day 0 of the count from 1900, such that day 61 is 1 March 1900: the count has a 29 February 1900 that never was. */
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);
/** Spreadsheets keep 15 digits of a number; beyond it what is stored is rounded. */
const EXACT = 1e15;

/** The text that a person saw in a cell of a number; whole numbers in full, even where a narrow column showed 2.54708E+11. */
export function numberText(stored: string, format: NumberFormat, from1904: boolean): string {
  const value = Number(stored);
  if (stored.trim() === '' || !Number.isFinite(value)) return stored;
  if (format.kind === 'DATE') return dateText(value, from1904) ?? stored;
  // Digits are lost already: said in the form that the normalising refuses, never as digits that look whole.
  if (Math.abs(value) >= EXACT) return value.toExponential(5).replace('e', 'E').toUpperCase();
  const plain = String(Number(value.toPrecision(15)));
  return format.kind === 'ZEROS' && Number.isInteger(value) && value >= 0 ? plain.padStart(format.width, '0') : plain;
}

/** ISO 8601, with a time only when there is one. Null for what is no day, among them the 29 February 1900. */
function dateText(serial: number, from1904: boolean): string | null {
  if (serial < 0 || serial > 2_958_465 || (!from1904 && Math.floor(serial) === 60)) return null;
  const shift = !from1904 && serial < 60 ? 1 : 0;
  const moment = new Date(Math.round(((from1904 ? EPOCH_1904 : EPOCH_1900) + (serial + shift) * DAY) / 1000) * 1000);
  const [day = '', time = ''] = moment.toISOString().split('T');
  return serial % 1 === 0 ? day : `${day} ${time.slice(0, 8)}`;
}
