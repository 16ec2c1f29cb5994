import type { ImportedPerson } from './imported-person';

/** A person while a row is being read: parts of names, addresses and accounts come from several columns. */
export interface PersonDraft {
  person: Partial<Omit<ImportedPerson, 'attributes'>> & { attributes: Record<string, string> };
  names: Partial<Record<'firstName' | 'middleName' | 'lastName', string>>;
  address: string[];
  bankAccount: { bank?: string; number?: string; holder?: string };
  /** The date of birth as an age tells it; a date that is written wins. */
  bornByAge: string | null;
}

export function emptyDraft(): PersonDraft {
  return { person: { attributes: {} }, names: {}, address: [], bankAccount: {}, bornByAge: null };
}

/** Puts the parts together. */
export function finished({ person, names, address, bankAccount, bornByAge }: PersonDraft): Partial<ImportedPerson> {
  const { attributes, ...rest } = person;
  const parts = [names.firstName, names.middleName, names.lastName].filter(Boolean).join(' ');
  const fullName = rest.fullName ?? parts;
  return {
    ...rest,
    ...(fullName && { fullName }),
    ...(address.length > 0 && { address: address.join(', ') }),
    ...(bankAccount.number && { bankAccount: { bank: bankAccount.bank ?? '', number: bankAccount.number, holder: bankAccount.holder ?? null } }),
    ...(!rest.birthDate && bornByAge && { birthDate: bornByAge, birthDatePrecision: 'ESTIMATED' as const }),
    ...(Object.keys(attributes).length > 0 && { attributes }),
  };
}
