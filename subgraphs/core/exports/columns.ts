import { BadInputError } from '#kernel/errors';
import type { AttributeChecker } from '../attributes';
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

/** Which columns are wanted: those named, or all (none named); with what is personal, or without. */
export interface Wanted {
  columns: readonly string[];
  personal: boolean;
}

interface Column {
  header: string;
  isPersonal: boolean;
  value: (one: Exported) => string;
}

const day = (date: Date | null): string => date?.toISOString().slice(0, 10) ?? '';
const open = (header: string, value: Column['value']): Column => ({ header, isPersonal: false, value });
const sealed = (header: string, value: Column['value']): Column => ({ header, isPersonal: true, value });

const FIXED: readonly Column[] = [
  open('referenceId', ({ person }) => person.referenceId),
  open('status', ({ person }) => person.status),
  open('gender', ({ person }) => person.gender),
  open('birthDate', ({ person }) => day(person.birthDate)),
  open('preferredLanguage', ({ person }) => person.preferredLanguage),
  open('areaCode', ({ person }) => person.areaCode ?? ''),
  open('walletAddress', ({ person }) => person.walletAddress ?? ''),
  open('registeredAt', ({ person }) => person.createdAt.toISOString()),
  sealed('fullName', ({ personal }) => personal?.fullName ?? ''),
  sealed('phone', ({ personal }) => personal?.phones.join(' / ') ?? ''),
  sealed('email', ({ personal }) => personal?.email ?? ''),
  sealed('address', ({ personal }) => personal?.address ?? ''),
  sealed('governmentIds', ({ personal }) => personal?.governmentIds.map(({ kind, number }) => `${kind}: ${number}`).join(' / ') ?? ''),
  sealed('bank', ({ personal }) => personal?.bankAccount?.bank ?? ''),
  sealed('bankAccountNumber', ({ personal }) => personal?.bankAccount?.number ?? ''),
  sealed('bankAccountHolder', ({ personal }) => personal?.bankAccount?.holder ?? ''),
];

const WATERMARK = ['exportedBy', 'exportedAt', 'exportId'];

/**
 * The columns that an export has, in order.
 * @throws BadInputError naming `<root>.columns.<n>`: there is no such column, or it is personal and nothing personal is asked for.
 */
export function chosenColumns({ active }: Pick<AttributeChecker, 'active'>, { columns, personal }: Wanted, root = 'input'): Column[] {
  const all = [...FIXED, ...active.map(({ key, isPersonal }) => ({ header: `attributes.${key}`, isPersonal, value: (one: Exported) => textOf((isPersonal ? one.personal?.attributes : (one.person.attributes as Record<string, unknown>))?.[key]) }))];
  if (columns.length === 0) return all.filter(({ isPersonal }) => personal || !isPersonal);
  return columns.map((name, index) => {
    const column = all.find(({ header }) => header === name);
    if (!column) throw new BadInputError(`${root}.columns.${index}`, `is no column; there are ${all.map(({ header }) => header).join(', ').slice(0, 1000)}`);
    if (column.isPersonal && !personal) throw new BadInputError(`${root}.columns.${index}`, 'is personal: ask with `personal: true`');
    return column;
  });
}

/** The headers of an export, and what stands below them for a person: texts only. */
export function tableOf(columns: readonly Column[], { exportId, by, at }: Watermark): { headers: string[]; cells: (one: Exported) => string[] } {
  return { headers: [...columns.map(({ header }) => header), ...WATERMARK], cells: (one) => [...columns.map(({ value }) => value(one)), by, at, exportId] };
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(textOf).join(' / ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
