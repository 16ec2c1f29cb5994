import type { RowProblem } from './row-problem';

/** A person as a row tells: what the row does not tell is left out. */
export interface ImportedPerson {
  referenceId: string;
  fullName: string;
  /** E.164, the main one first, each once. */
  phones: string[];
  email: string;
  address: string;
  governmentIds: Array<{ kind: string; number: string }>;
  bankAccount: { bank: string; number: string; holder: string | null };
  gender: 'FEMALE' | 'MALE' | 'OTHER' | 'UNKNOWN';
  /** ISO 8601. With ESTIMATED only the year counts, and the day is the first of January. */
  birthDate: string;
  birthDatePrecision: 'DAY' | 'ESTIMATED';
  /** BCP 47. */
  preferredLanguage: string;
  areaCode: string;
  /** EIP-55 or all in one case; the checksum is checked where it is registered. */
  walletAddress: string;
  /** On what terms the person takes part in the project of the import. `multiplierHundredths`: 150 is one and a half times what others get. */
  enrollment: { multiplierHundredths?: number; maxPayments?: number };
  household: { reference: string | null; head: boolean | null; size: number | null };
  /** As text; the definition of an attribute says what type it becomes. */
  attributes: Record<string, string>;
}

export type DateOrder = 'DMY' | 'MDY' | 'YMD';

export interface NormaliseSettings {
  /** ISO 3166-1 alpha-2: whose numbers are meant when a phone number has no country code. */
  country: string;
  /** Declared, or detected over the file (`DateOrderDetector`); null: only dates that can be read in one way are taken. */
  dateOrder?: DateOrder | null;
  /** Whose words win where two languages share one. */
  languages?: readonly string[];
  /** The day (ISO 8601) that ages are counted back from and after which nobody can be born. Fixed for an import, so that a resumed one reads the same. */
  today: string;
}

export interface NormalisedRow {
  person: Partial<ImportedPerson>;
  problems: RowProblem[];
}
