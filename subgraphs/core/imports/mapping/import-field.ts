/** What a column can be. Paths are those of a registration; `attributes.<key>` is an attribute, `governmentIds.<kind>` a document such as `governmentIds.passport`. */
export const fixedFields = [
  'referenceId',
  'fullName',
  'firstName',
  'middleName',
  'lastName',
  'phone',
  'email',
  'address',
  'gender',
  'birthDate',
  'age',
  'preferredLanguage',
  'areaCode',
  'walletAddress',
  'bankAccount.bank',
  'bankAccount.number',
  'bankAccount.holder',
  'household.reference',
  'household.head',
  'household.size',
  'enrollment.multiplier',
  'enrollment.maxPayments',
  'IGNORE',
] as const;

export type ImportField = (typeof fixedFields)[number] | `governmentIds.${string}` | `attributes.${string}`;

/** Several columns may be this: phones and documents are lists, an address is written in parts, and anything may be ignored. */
const REPEATABLE: ReadonlySet<string> = new Set(['phone', 'address', 'IGNORE']);

export function mayRepeat(field: ImportField): boolean {
  return REPEATABLE.has(field) || field.startsWith('governmentIds.');
}

/** Whether a text names a field: what is stored as a mapping or typed by a client is checked with it. */
export function isImportField(text: string): text is ImportField {
  return (fixedFields as readonly string[]).includes(text) || /^governmentIds\.[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text) || /^attributes\.[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]{0,99}$/u.test(text);
}

/** Which column is what; `column` counts from 0. */
export interface ColumnMapping {
  column: number;
  header: string;
  field: ImportField | null;
}

/** A guess that a person may correct. */
export interface GuessedColumn extends ColumnMapping {
  /** From 0 to 1: 1 is a header known word by word, below 0.5 nobody should rely on it. */
  confidence: number;
}
