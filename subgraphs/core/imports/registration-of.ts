import type { z } from 'zod';
import { registerSchema, type Registration } from '../beneficiaries';
import type { ImportedPerson, RowProblem } from './normalising';
import { rowProblem } from './normalising';
import type { StoredSettings } from './settings';

/** A row as it would be registered, or what keeps it from that. */
export type Registrable = { registration: Registration; problems: RowProblem[] } | { registration: null; problems: RowProblem[] };

/** What the schema of registrations calls a field, and as which problem of a row it counts when a value does not fit. */
const FIELDS: Readonly<Record<string, [column: string, code: RowProblem['code']]>> = {
  walletAddress: ['walletAddress', 'WALLET_INVALID'],
  email: ['email', 'EMAIL_INVALID'],
  birthDate: ['birthDate', 'DATE_INVALID'],
  areaCode: ['areaCode', 'AREA_INVALID'],
  preferredLanguage: ['preferredLanguage', 'LANGUAGE_UNKNOWN'],
  phones: ['phone', 'PHONE_INVALID'],
};

/**
 * The person of a row, checked by the same schema as every registration. Without a reference of its own a row gets one from its batch and number, the same
 * each time it is read.
 */
export function registrationOf(person: Partial<ImportedPerson>, row: { number: number; batchId: string; projectId: string | null; settings: StoredSettings; attributes: Record<string, unknown> }): Registrable {
  const { household: _household, enrollment: _terms, attributes: _read, bankAccount, ...fields } = person;
  const parsed = registerSchema.safeParse({
    ...fields,
    referenceId: person.referenceId ?? referenceOf(row.batchId, row.number),
    areaCode: person.areaCode ?? row.settings.areaCode,
    attributes: row.attributes,
    projectId: row.projectId,
    ...(bankAccount ? { bankAccount: { ...bankAccount, bank: bankAccount.bank || 'unknown' } } : {}),
  });
  if (!parsed.success) return { registration: null, problems: problemsOf(parsed.error) };
  return { registration: parsed.data, problems: [] };
}

/** What a schema of people says of a row. */
export function problemsOf({ issues }: z.ZodError): RowProblem[] {
  return issues.map(({ path: [name] }) => rowProblem(...(FIELDS[String(name)] ?? [String(name), 'TEXT_INVALID'])));
}

function referenceOf(batchId: string, row: number): string {
  return `I-${batchId.slice(-12)}-${row}`;
}
