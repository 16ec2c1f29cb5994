import { newId } from '#kernel/db';
import { ConflictError } from '#kernel/errors';
import type { CoreTransaction } from '../database';
import { normalise, type ProtectedData } from '../protected-data';
import type { Registration } from './beneficiary.inputs';
import { writePersonalData } from './personal-data';
import { tellOfPeople } from './tell';

/** On whose behalf people are registered. */
export interface RegisteredBy {
  /** The subject of a principal; null for the system itself. */
  actorId: string | null;
  organizationId: string;
}

/** Registers people in the transaction of whoever calls: those who have checked that it may be done, and that it is done once. */
export class Registrar {
  constructor(private readonly protectedData: ProtectedData) {}

  /**
   * Rows, sealed data, identifiers, audit entries and events of 1 to 2,000 people, in as many statements as for one.
   * @param nameOf How the n-th person is called in errors.
   * @returns their ids, in the order given.
   * @throws ConflictError naming `<nameOf(n)>.referenceId` or `.walletAddress` when another person has it.
   */
  async register(tx: CoreTransaction, by: RegisteredBy, people: readonly Registration[], nameOf: (index: number) => string): Promise<string[]> {
    await this.refuseTaken(tx, by.organizationId, people, nameOf);
    const rows = people.map((person) => ({ ...person, id: newId() }));
    await tx.sql.execute(
      `INSERT INTO beneficiary (id, organization_id, reference_id, gender, birth_date, preferred_language, area_code, wallet_address, updated_at)
       SELECT id, $2::uuid, reference_id, gender::gender, birth_date, preferred_language, area_code, wallet_address, now()
       FROM jsonb_to_recordset($1::jsonb) AS b(id uuid, reference_id text, gender text, birth_date date, preferred_language text, area_code text, wallet_address text)`,
      [JSON.stringify(rows.map(toRow)), by.organizationId],
    );
    await writePersonalData(tx, this.protectedData, rows.map(({ id, walletAddress, personal }) => ({ owner: { id, organizationId: by.organizationId, walletAddress }, personal })));
    const ids = rows.map(({ id }) => id);
    await tellOfPeople(tx, 'registered', by, ids);
    return ids;
  }

  private async refuseTaken(tx: CoreTransaction, organizationId: string, people: readonly Registration[], nameOf: (index: number) => string): Promise<void> {
    const references = people.map(({ referenceId }) => referenceId);
    const wallets = people.map(({ walletAddress }) => (walletAddress === null ? null : this.protectedData.blindIndex(organizationId, 'WALLET', normalise.WALLET(walletAddress)).toString('hex')));
    const taken = await tx.sql.query<{ reference: string | null; wallet: string | null }>(
      `SELECT reference_id AS reference, NULL AS wallet FROM beneficiary WHERE organization_id = $1::uuid AND reference_id IN (SELECT jsonb_array_elements_text($2::jsonb))
       UNION ALL
       SELECT NULL, encode(blind_index, 'hex') FROM beneficiary_identifier
       WHERE organization_id = $1::uuid AND kind = 'WALLET' AND blind_index IN (SELECT decode(jsonb_array_elements_text($3::jsonb), 'hex'))`,
      [organizationId, JSON.stringify(references), JSON.stringify(wallets.filter((wallet) => wallet !== null))],
    );
    refuse(references, new Set(taken.map(({ reference }) => reference)), (index) => `${nameOf(index)}.referenceId`);
    refuse(wallets, new Set(taken.map(({ wallet }) => wallet)), (index) => `${nameOf(index)}.walletAddress`);
  }
}

function refuse(values: ReadonlyArray<string | null>, taken: ReadonlySet<string | null>, nameOf: (index: number) => string): void {
  const seen = new Set<string>();
  values.forEach((value, index) => {
    if (value === null) return;
    if (taken.has(value)) throw new ConflictError(nameOf(index), 'belongs to another beneficiary');
    if (seen.has(value)) throw new ConflictError(nameOf(index), 'stands twice in this request');
    seen.add(value);
  });
}

function toRow({ id, referenceId, gender, birthDate, preferredLanguage, areaCode, walletAddress }: Registration & { id: string }): Record<string, unknown> {
  return { id, reference_id: referenceId, gender, birth_date: birthDate, preferred_language: preferredLanguage, area_code: areaCode, wallet_address: walletAddress };
}
