import type { PersonalData, ProtectedData, Sealed } from '../protected-data';
import type { CoreTransaction } from '../database';
import { identifiersOf } from './identifiers';

interface SealedRow {
  beneficiaryId: string;
  ciphertext: Uint8Array | null;
  wrappedKey: Uint8Array | null;
  keyVersion: number | null;
}

/** Whose personal data is written, with what of the open data people are found by as well. */
export interface Owner {
  id: string;
  organizationId: string;
  walletAddress: string | null;
}

/** What the personal data of a person is sealed as. */
function aboutOf(beneficiaryId: string): string {
  return `beneficiary_pii:${beneficiaryId}`;
}

/** Opens the personal data of people; who has none (no longer) is missing from the answer. */
export async function openPersonalData(protectedData: Pick<ProtectedData, 'open'>, rows: readonly SealedRow[]): Promise<Array<PersonalData & { beneficiaryId: string }>> {
  const sealed = rows.flatMap(({ beneficiaryId, ciphertext, wrappedKey, keyVersion }): Array<{ beneficiaryId: string; about: string } & Sealed> =>
    ciphertext && wrappedKey && keyVersion !== null ? [{ beneficiaryId, about: aboutOf(beneficiaryId), ciphertext: Buffer.from(ciphertext), wrappedKey: Buffer.from(wrappedKey), keyVersion }] : [],
  );
  if (sealed.length === 0) return [];
  const opened = await protectedData.open<PersonalData>(sealed);
  return opened.map((data, index) => ({ ...data, beneficiaryId: sealed[index]?.beneficiaryId ?? '' }));
}

/** Seals the personal data of people and writes by what they are found, each in one statement. What was there before is gone. */
export async function writePersonalData(tx: CoreTransaction, protectedData: ProtectedData, people: ReadonlyArray<{ owner: Owner; personal: PersonalData }>): Promise<void> {
  const sealed = await protectedData.seal(people.map(({ owner, personal }) => ({ about: aboutOf(owner.id), content: personal })));
  const rows = sealed.map(({ ciphertext, wrappedKey, keyVersion }, index) => ({
    id: people[index]?.owner.id,
    ciphertext: ciphertext.toString('base64'),
    wrapped_key: wrappedKey.toString('base64'),
    key_version: keyVersion,
    index_version: protectedData.indexVersion,
  }));
  await tx.sql.execute(
    `INSERT INTO beneficiary_pii (beneficiary_id, ciphertext, wrapped_key, key_version, index_version)
     SELECT id, decode(ciphertext, 'base64'), decode(wrapped_key, 'base64'), key_version, index_version
     FROM jsonb_to_recordset($1::jsonb) AS p(id uuid, ciphertext text, wrapped_key text, key_version int, index_version int)
     ON CONFLICT (beneficiary_id) DO UPDATE SET ciphertext = excluded.ciphertext, wrapped_key = excluded.wrapped_key, key_version = excluded.key_version, index_version = excluded.index_version,
       full_name = NULL, phone = NULL`,
    [JSON.stringify(rows)],
  );
  await writeIdentifiers(tx, protectedData, people);
}

/** Writes by what people are found, in one statement. */
export async function writeIdentifiers(tx: CoreTransaction, protectedData: Pick<ProtectedData, 'blindIndex'>, people: ReadonlyArray<{ owner: Owner; personal: PersonalData }>): Promise<void> {
  const identifiers = people.flatMap(({ owner, personal }) =>
    identifiersOf(protectedData, owner.organizationId, { ...personal, walletAddress: owner.walletAddress }).map(({ kind, blindIndex }) => ({
      id: owner.id,
      organization_id: owner.organizationId,
      kind,
      blind_index: blindIndex.toString('hex'),
    })),
  );
  await tx.sql.execute(
    `INSERT INTO beneficiary_identifier (organization_id, kind, blind_index, beneficiary_id)
     SELECT organization_id, kind::identifier_kind, decode(blind_index, 'hex'), id
     FROM jsonb_to_recordset($1::jsonb) AS i(id uuid, organization_id uuid, kind text, blind_index text)
     ON CONFLICT (organization_id, kind, blind_index, beneficiary_id) DO NOTHING`,
    [JSON.stringify(identifiers)],
  );
}
