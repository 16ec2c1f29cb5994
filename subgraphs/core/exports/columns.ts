import type { BeneficiaryPii, BeneficiaryRow } from '../beneficiaries';

/** One person of an export; `personal` is null where it may not be shown. */
export interface Exported {
  person: BeneficiaryRow;
  personal: BeneficiaryPii | null;
}

/** Who made the file, when, and which it is: on each row, because rows are what gets copied. */
export interface Watermark {
  exportId: string;
  by: string;
  at: string;
}

type Column = readonly [header: string, value: (one: Exported) => string];

const day = (date: Date | null): string => date?.toISOString().slice(0, 10) ?? '';

const OPEN: readonly Column[] = [
  ['referenceId', ({ person }) => person.referenceId],
  ['status', ({ person }) => person.status],
  ['gender', ({ person }) => person.gender],
  ['birthDate', ({ person }) => day(person.birthDate)],
  ['preferredLanguage', ({ person }) => person.preferredLanguage],
  ['areaCode', ({ person }) => person.areaCode ?? ''],
  ['walletAddress', ({ person }) => person.walletAddress ?? ''],
  ['registeredAt', ({ person }) => person.createdAt.toISOString()],
];

const PERSONAL: readonly Column[] = [
  ['fullName', ({ personal }) => personal?.fullName ?? ''],
  ['phone', ({ personal }) => personal?.phones.join(' / ') ?? ''],
  ['email', ({ personal }) => personal?.email ?? ''],
  ['address', ({ personal }) => personal?.address ?? ''],
  ['governmentIds', ({ personal }) => personal?.governmentIds.map(({ kind, number }) => `${kind}: ${number}`).join(' / ') ?? ''],
  ['bank', ({ personal }) => personal?.bankAccount?.bank ?? ''],
  ['bankAccountNumber', ({ personal }) => personal?.bankAccount?.number ?? ''],
  ['bankAccountHolder', ({ personal }) => personal?.bankAccount?.holder ?? ''],
];

const WATERMARK = ['exportedBy', 'exportedAt', 'exportId'];

/** The headers of an export, and what stands below them for a person: texts only. */
export function columnsOf(personal: boolean, { exportId, by, at }: Watermark): { headers: string[]; cells: (one: Exported) => string[] } {
  const columns = personal ? [...OPEN, ...PERSONAL] : OPEN;
  return { headers: [...columns.map(([header]) => header), ...WATERMARK], cells: (one) => [...columns.map(([, value]) => value(one)), by, at, exportId] };
}
