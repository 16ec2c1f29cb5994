/** The action of the audit entry that tells who has read personal data; the log finds it by the id of each person in it too. */
export const PERSONAL_DATA_READ = 'beneficiary.personal-data-read';

/** What is sealed of a person. */
export interface PersonalData {
  fullName: string;
  /** E.164, the main one first. */
  phones: string[];
  email: string | null;
  address: string | null;
  /** `kind` in lower-case kebab, for example `national-id`, `passport`. */
  governmentIds: Array<{ kind: string; number: string }>;
  bankAccount: { bank: string; number: string; holder: string | null } | null;
  /** Values of attributes that are marked personal, by key. */
  attributes: Record<string, unknown>;
}
