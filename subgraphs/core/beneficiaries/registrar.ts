import { newId } from '#kernel/db';
import { ConflictError } from '#kernel/errors';
import type { Attributes, AttributeChecker, CheckedAttributes } from '../attributes';
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
  constructor(
    private readonly protectedData: ProtectedData,
    private readonly attributes: Pick<Attributes, 'checker'>,
  ) {}

  /**
   * Rows, sealed data, identifiers, audit entries and events of 1 to 2,000 people, in as many statements as for one.
   * @param nameOf How the n-th person is called in errors.
   * @returns their ids, in the order given.
   * @throws ConflictError naming `<nameOf(n)>.referenceId` or `.walletAddress` when another person has it.
   * @throws BadInputError naming `<nameOf(n)>.attributes.<key>`.
   */
  async register(tx: CoreTransaction, by: RegisteredBy, people: readonly Registration[], nameOf: (index: number) => string): Promise<string[]> {
    const checked = await this.checkAttributes(tx, by.organizationId, people, nameOf);
    await this.refuseTaken(tx, by.organizationId, people, nameOf);
    const rows = people.map((person, index) => ({ ...person, id: newId(), checked: checked[index] }));
    await tx.sql.execute(
      `INSERT INTO beneficiary (id, organization_id, registered_by_id, reference_id, status, gender, birth_date, birth_date_precision, preferred_language, area_code, wallet_address,
         attributes, attribute_versions, updated_at)
       SELECT id, $2::uuid, $3, reference_id, status::beneficiary_status, gender::gender, birth_date, birth_date_precision::birth_date_precision, preferred_language, area_code, wallet_address,
         attributes, attribute_versions, now()
       FROM jsonb_to_recordset($1::jsonb) AS b(id uuid, reference_id text, status text, gender text, birth_date date, birth_date_precision text, preferred_language text, area_code text,
         wallet_address text, attributes jsonb, attribute_versions jsonb)`,
      [JSON.stringify(rows.map(toRow)), by.organizationId, by.actorId],
    );
    await writePersonalData(
      tx,
      this.protectedData,
      rows.map(({ id, walletAddress, personal, checked: values }) => ({ owner: { id, organizationId: by.organizationId, walletAddress }, personal: { ...personal, attributes: values?.personal ?? {} } })),
    );
    for (const status of ['ACTIVE', 'DRAFT'] as const) {
      const ids = rows.filter((row) => statusOf(row) === status).map(({ id }) => id);
      if (ids.length > 0) await tellOfPeople(tx, 'registered', by, ids, { status });
    }
    return rows.map(({ id }) => id);
  }

  /** In the order given; the definitions of each project are read once. */
  private async checkAttributes(tx: CoreTransaction, organizationId: string, people: readonly Registration[], nameOf: (index: number) => string): Promise<CheckedAttributes[]> {
    const checkers = new Map<string | null, AttributeChecker>();
    for (const projectId of new Set(people.map((person) => person.projectId ?? null))) checkers.set(projectId, await this.attributes.checker(organizationId, projectId, tx));
    return people.map(({ attributes, projectId, draft }, index) => {
      const checker = checkers.get(projectId ?? null);
      if (!checker) throw new Error('There is a checker for each project.');
      return checker.check(attributes ?? {}, { root: `${nameOf(index)}.attributes`, partial: draft ?? false });
    });
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

function statusOf({ draft }: Registration): 'ACTIVE' | 'DRAFT' {
  return draft ? 'DRAFT' : 'ACTIVE';
}

function toRow(person: Registration & { id: string; checked: CheckedAttributes | undefined }): Record<string, unknown> {
  const { id, referenceId, gender, birthDate, birthDatePrecision, preferredLanguage, areaCode, walletAddress, checked } = person;
  return {
    id,
    reference_id: referenceId,
    status: statusOf(person),
    gender,
    birth_date: birthDate,
    birth_date_precision: birthDatePrecision ?? 'DAY',
    preferred_language: preferredLanguage,
    area_code: areaCode,
    wallet_address: walletAddress,
    attributes: checked?.open ?? {},
    attribute_versions: checked?.versions ?? {},
  };
}
