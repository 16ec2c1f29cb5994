import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { Attributes, AttributeChecker, CheckedAttributes } from '../attributes';
import type { CoreTransaction } from '../database';
import type { PersonalData, ProtectedData } from '../protected-data';
import type { updateSchema } from './beneficiary.inputs';
import { attributesOf } from './beneficiary.mapper';
import type { BeneficiaryRow } from './beneficiary.repository';
import { openPersonalData, writePersonalData } from './personal-data';

/** What is to become different of a person; what it does not name stays. */
export type PersonChange = z.output<typeof updateSchema>;

/** Somebody, locked by whoever calls, and what to change of them. */
export interface Amendment {
  person: BeneficiaryRow;
  change: PersonChange;
  /** Whether government ids of kinds that the change does not name stay; else it names them all. */
  keepsOtherIds?: boolean;
}

/** Which fields became different, never what was in them, and whether a verification lapsed by that. */
export interface Difference {
  fields: string[];
  verified?: false;
}

/** What a verification says is true: once it is said anew, it is to be verified anew. */
const CONFIRMED: ReadonlySet<string> = new Set(['fullName', 'governmentIds', 'birthDate']);

/** Changes people in the transaction of whoever calls: those who have checked that it may be done, and tell of it. */
export class Amender {
  constructor(
    private readonly protectedData: ProtectedData,
    private readonly attributes: Pick<Attributes, 'checker'>,
  ) {}

  /**
   * Changes 1 to 2,000 people of one organisation, each named once, in as many statements as for one. Who stays the same is not written.
   * @param nameOf How the change of the n-th person is called in errors.
   * @returns what became different of each, in the order given.
   * @throws BadInputError naming `<nameOf(n)>.attributes.<key>`; a unique violation when somebody else has the wallet.
   */
  async amend(tx: CoreTransaction, amendments: readonly Amendment[], nameOf: (index: number) => string): Promise<Difference[]> {
    const checked = await this.check(tx, amendments, nameOf);
    const before = await this.open(tx, amendments, checked);
    const amended = amendments.map((amendment, index) => amendedOf(amendment, checked[index], before.get(amendment.person.id)));
    await writeRows(tx, amended.filter(({ difference, open }) => open || difference.verified === false));
    const resealed = amended.flatMap(({ owner, personal }) => (personal ? [{ owner, personal }] : []));
    if (resealed.length > 0) {
      await tx.sql.execute('DELETE FROM beneficiary_identifier WHERE beneficiary_id = ANY($1::uuid[])', [resealed.map(({ owner }) => owner.id)]);
      await writePersonalData(tx, this.protectedData, resealed);
    }
    return amended.map(({ difference }) => difference);
  }

  private async check(tx: CoreTransaction, amendments: readonly Amendment[], nameOf: (index: number) => string): Promise<CheckedAttributes[]> {
    const checkers = new Map<string | null, AttributeChecker>();
    const checked: CheckedAttributes[] = [];
    for (const [index, { person, change }] of amendments.entries()) {
      const checker = checkers.get(change.projectId) ?? (await this.attributes.checker(person.organizationId, change.projectId, tx));
      checkers.set(change.projectId, checker);
      checked.push(checker.check(change.attributes, { root: `${nameOf(index)}.attributes`, partial: true }));
    }
    return checked;
  }

  /** What is sealed of those of whom something sealed, or their wallet, is to change. */
  private async open(tx: CoreTransaction, amendments: readonly Amendment[], checked: readonly CheckedAttributes[]): Promise<Map<string, PersonalData>> {
    const concerned = amendments.filter(({ change }, index) => {
      const { personal = {}, cleared = [] } = checked[index] ?? {};
      return Object.keys(change.personal).length + Object.keys(personal).length + cleared.length > 0 || change.open.walletAddress !== undefined;
    });
    const ids = concerned.map(({ person }) => person.id);
    const opened = await openPersonalData(this.protectedData, await tx.models.beneficiaryPii.findMany({ where: { beneficiaryId: { in: ids } } }));
    const found = new Map(opened.map(({ beneficiaryId, ...data }) => [beneficiaryId, data]));
    if (!ids.every((id) => found.has(id))) throw new Error('A person who can be changed has personal data.');
    return found;
  }
}

/** A person after a change, and which parts of them are to be written. */
interface Amended {
  difference: Difference;
  person: BeneficiaryRow;
  owner: { id: string; organizationId: string; walletAddress: string | null };
  /** Whether what lies open became different. */
  open: boolean;
  /** What is to be sealed anew; null when it stays. */
  personal: PersonalData | null;
}

function amendedOf({ person, change, keepsOtherIds }: Amendment, checked: CheckedAttributes | undefined, before: PersonalData | undefined): Amended {
  const { open: values = {}, personal: sealed = {}, versions = {}, cleared = [] } = checked ?? {};
  const kept = attributesOf(person);
  const after: BeneficiaryRow = {
    ...person,
    ...change.open,
    attributes: without({ ...kept.attributes, ...values }, cleared) as BeneficiaryRow['attributes'],
    attributeVersions: without({ ...kept.attributeVersions, ...versions }, cleared),
  };
  const personal = before && { ...before, ...change.personal, governmentIds: idsAfter(before, change, keepsOtherIds), attributes: without({ ...before.attributes, ...sealed }, cleared) };
  const openFields = Object.keys(change.open).filter((field) => differs(person, after, field));
  const sealedFields = before && personal ? Object.keys(change.personal).filter((field) => differs(before, personal, field)) : [];
  const keys = Object.keys(change.attributes).filter(
    (key) => differs(kept.attributes, after.attributes, key) || differs(kept.attributeVersions, after.attributeVersions, key) || differs(before?.attributes ?? {}, personal?.attributes ?? {}, key),
  );
  const fields = [...openFields, ...sealedFields];
  const lapses = person.verifiedAt !== null && fields.some((field) => CONFIRMED.has(field));
  const reseal = sealedFields.length > 0 || openFields.includes('walletAddress') || keys.some((key) => differs(before?.attributes ?? {}, personal?.attributes ?? {}, key));
  return {
    difference: { fields: [...fields, ...keys.map((key) => `attributes.${key}`)], ...(lapses ? { verified: false } : {}) },
    person: after,
    owner: { id: person.id, organizationId: person.organizationId, walletAddress: after.walletAddress },
    open: openFields.length + keys.length > 0,
    personal: reseal && personal ? personal : null,
  };
}

async function writeRows(tx: CoreTransaction, amended: readonly Amended[]): Promise<void> {
  if (amended.length === 0) return;
  const rows = amended.map(({ person, difference }) => ({
    id: person.id,
    gender: person.gender,
    birth_date: person.birthDate?.toISOString().slice(0, 10) ?? null,
    birth_date_precision: person.birthDatePrecision,
    preferred_language: person.preferredLanguage,
    area_code: person.areaCode,
    wallet_address: person.walletAddress,
    attributes: person.attributes,
    attribute_versions: person.attributeVersions,
    lapses: difference.verified === false,
  }));
  await tx.sql.execute(
    `UPDATE beneficiary b SET gender = c.gender::gender, birth_date = c.birth_date, birth_date_precision = c.birth_date_precision::birth_date_precision, preferred_language = c.preferred_language,
       area_code = c.area_code, wallet_address = c.wallet_address, attributes = c.attributes, attribute_versions = c.attribute_versions, updated_at = now(),
       verified_at = CASE WHEN c.lapses THEN NULL ELSE b.verified_at END, verified_on = CASE WHEN c.lapses THEN NULL ELSE b.verified_on END,
       verification_method = CASE WHEN c.lapses THEN NULL ELSE b.verification_method END, verified_by_id = CASE WHEN c.lapses THEN NULL ELSE b.verified_by_id END
     FROM jsonb_to_recordset($1::jsonb) AS c(id uuid, gender text, birth_date date, birth_date_precision text, preferred_language text, area_code text, wallet_address text,
       attributes jsonb, attribute_versions jsonb, lapses boolean)
     WHERE b.id = c.id`,
    [JSON.stringify(rows)],
  );
}

function idsAfter(before: PersonalData, { personal }: PersonChange, keepsOthers = false): PersonalData['governmentIds'] {
  const { governmentIds } = personal;
  if (!governmentIds || !keepsOthers) return governmentIds ?? before.governmentIds;
  // In the order in which they stand: saying the same again changes nothing.
  const kept = before.governmentIds.filter(({ kind }) => !governmentIds.some((id) => id.kind === kind));
  const same = before.governmentIds.length === kept.length + governmentIds.length && governmentIds.every((id) => before.governmentIds.some(({ kind, number }) => kind === id.kind && number === id.number));
  return same ? before.governmentIds : [...governmentIds, ...kept];
}

function differs(before: unknown, after: unknown, field: string): boolean {
  return !isDeepStrictEqual((before as Record<string, unknown>)[field], (after as Record<string, unknown>)[field]);
}

function without<T>(values: Record<string, T>, keys: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key)));
}
