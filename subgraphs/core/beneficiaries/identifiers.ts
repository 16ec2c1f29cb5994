import { nameSounds, nameTokens, normalise, type IdentifierKind, type PersonalData, type ProtectedData } from '../protected-data';

/** One value by which a person is found. */
export interface Identifier {
  kind: IdentifierKind;
  blindIndex: Buffer;
}

/** Everything by which a person is found; what is empty once normalised is left out, what stands there twice counts once. */
export function identifiersOf(protectedData: Pick<ProtectedData, 'blindIndex'>, organizationId: string, person: PersonalData & { walletAddress: string | null }): Identifier[] {
  const values: Array<[IdentifierKind, string]> = [
    ...person.phones.map((phone): [IdentifierKind, string] => ['PHONE', normalise.PHONE(phone)]),
    ...person.governmentIds.map(({ number }): [IdentifierKind, string] => ['GOVERNMENT_ID', normalise.GOVERNMENT_ID(number)]),
    ['BANK_ACCOUNT', normalise.BANK_ACCOUNT(person.bankAccount?.number ?? '')],
    ['EMAIL', normalise.EMAIL(person.email ?? '')],
    ['WALLET', normalise.WALLET(person.walletAddress ?? '')],
    ...nameTokens(person.fullName).map((token): [IdentifierKind, string] => ['NAME_TOKEN', token]),
    ...nameSounds(person.fullName).map((sound): [IdentifierKind, string] => ['NAME_SOUND', sound]),
  ];
  const once = new Map(values.filter(([, value]) => value !== '').map((one) => [one.join(' '), one]));
  return [...once.values()].map(([kind, value]) => ({ kind, blindIndex: protectedData.blindIndex(organizationId, kind, value) }));
}

/**
 * What a search text is looked for as, all of it: a number (telephone, government id or account, as a whole), an e-mail address, or words of a name
 * in any order. Nothing for a text in which nothing counts.
 */
export function searched(text: string): Array<{ kinds: IdentifierKind[]; value: string }> {
  if (text.includes('@')) return [{ kinds: ['EMAIL'], value: normalise.EMAIL(text) }];
  if (/\p{Nd}/u.test(text)) {
    const [phone, number] = [normalise.PHONE(text), normalise.GOVERNMENT_ID(text)];
    return phone === number ? [{ kinds: ['PHONE', 'GOVERNMENT_ID', 'BANK_ACCOUNT'], value: number }] : [{ kinds: ['GOVERNMENT_ID', 'BANK_ACCOUNT'], value: number }];
  }
  return nameTokens(text).map((token) => ({ kinds: ['NAME_TOKEN'], value: token }));
}
