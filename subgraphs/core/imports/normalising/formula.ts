/**
 * A cell that no spreadsheet runs as a formula when an export is opened (OWASP "CSV Injection"): what begins like one gets an apostrophe, which a spreadsheet
 * takes for "this is text". Phone numbers and negative numbers begin so too and are harmless: they stay. Doing it twice changes nothing.
 */
export function neutraliseFormula(cell: string): string {
  if (/^[+-]?\d+([.,]\d+)?$/.test(cell)) return cell;
  return /^[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell;
}
