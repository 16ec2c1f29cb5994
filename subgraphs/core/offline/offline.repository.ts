import type { Principal } from '#kernel/auth';
import { fromPrisma, isId } from '#kernel/db';
import { appendAudit } from '#kernel/events';
import type { PageRequest } from '#kernel/graphql';
import { currentRequest } from '#kernel/telemetry';
import type { OfflineBatch as BatchRow, OfflineConflict as ConflictRow, Prisma } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import { PERSONAL_DATA_READ, type Sealed } from '../protected-data';
import { inArea, scopeOf } from '../scope';

export type { BatchRow, ConflictRow };

export interface ConflictListFilter {
  status?: ConflictRow['status'] | null | undefined;
  kind?: ConflictRow['kind'] | null | undefined;
  deviceId?: string | null | undefined;
}

/** Whom a client id stands for. */
export interface KnownRegistration {
  clientId: string;
  beneficiaryId: string;
  fingerprint: string;
  /** Whether the person was changed after they came from the device. */
  changed: boolean;
}

/** What became of an item, as it is stored. */
export interface StoredItem {
  seq: number;
  clientId: string;
  fingerprint: string;
  outcome: 'ACCEPTED' | 'CONFLICT';
  beneficiaryId: string | null;
  conflict: { kind: ConflictRow['kind'] } | null;
}

/** Conflicts of the organisation, or of the areas in which the caller holds the permission; without an area they are the organisation's. */
function visibleTo(principal: Principal, permission: string): Prisma.OfflineConflictWhereInput {
  const { organizationId, everywhere, areas } = scopeOf(principal, permission);
  if (everywhere) return { organizationId };
  const inAreas = areas.filter(({ projectId }) => projectId === null).map(({ area }) => inArea(area));
  return { organizationId, OR: [{ id: NONE }, ...inAreas] }; // never empty: beside other conditions an empty OR would narrow nothing
}

/** The only user of Prisma in this slice. Every method that serves a caller is narrowed to what the caller may see. */
export class OfflineRepository {
  constructor(private readonly database: CoreDatabase) {}

  batch(tx: CoreTransaction, deviceId: string, fromSeq: number): Promise<BatchRow | null> {
    return tx.models.offlineBatch.findUnique({ where: { deviceId_fromSeq: { deviceId, fromSeq } } });
  }

  /** What is stored under these numbers of a device, in order. */
  items(tx: CoreTransaction, deviceId: string, { fromSeq, toSeq }: { fromSeq: number; toSeq: number }): Promise<StoredItem[]> {
    return tx.models.offlineItem.findMany({
      where: { deviceId, seq: { gte: fromSeq, lte: toSeq } },
      orderBy: { seq: 'asc' },
      select: { seq: true, clientId: true, fingerprint: true, outcome: true, beneficiaryId: true, conflict: { select: { kind: true } } },
    });
  }

  async known(tx: CoreTransaction, organizationId: string, clientIds: readonly string[]): Promise<Map<string, KnownRegistration>> {
    const rows = await tx.sql.query<KnownRegistration>(
      `SELECT r.client_id AS "clientId", r.beneficiary_id AS "beneficiaryId", r.fingerprint, b.updated_at > r.created_at AS changed
       FROM offline_registration r JOIN beneficiary b ON b.id = r.beneficiary_id
       WHERE r.organization_id = $1::uuid AND r.client_id = ANY($2::uuid[])`,
      [organizationId, clientIds],
    );
    return new Map(rows.map((row) => [row.clientId, row]));
  }

  /** Conflicts about these client ids, by client id and content. */
  async conflicts(tx: CoreTransaction, organizationId: string, clientIds: readonly string[]): Promise<Map<string, { id: string; kind: ConflictRow['kind'] }>> {
    const rows = await tx.models.offlineConflict.findMany({ where: { organizationId, clientId: { in: [...clientIds] } }, select: { id: true, kind: true, clientId: true, fingerprint: true } });
    return new Map(rows.map(({ id, kind, clientId, fingerprint }) => [`${clientId} ${fingerprint}`, { id, kind }]));
  }

  async byReference(tx: CoreTransaction, organizationId: string, references: readonly string[]): Promise<Map<string, string>> {
    const rows = references.length === 0 ? [] : await tx.models.beneficiary.findMany({ where: { organizationId, referenceId: { in: [...references] } }, select: { id: true, referenceId: true } });
    return new Map(rows.map(({ id, referenceId }) => [referenceId, id]));
  }

  async insertRegistrations(tx: CoreTransaction, rows: Prisma.OfflineRegistrationCreateManyInput[]): Promise<void> {
    // The time of the transaction, as the rows of people have it: who was changed in it was not changed since.
    await tx.sql.execute(
      `INSERT INTO offline_registration (organization_id, client_id, beneficiary_id, fingerprint, created_at)
       SELECT organization_id, client_id, beneficiary_id, fingerprint, now() FROM jsonb_to_recordset($1::jsonb) AS r(organization_id uuid, client_id uuid, beneficiary_id uuid, fingerprint text)`,
      [JSON.stringify(rows.map((row) => ({ organization_id: row.organizationId, client_id: row.clientId, beneficiary_id: row.beneficiaryId, fingerprint: row.fingerprint })))],
    );
  }

  async insertConflicts(tx: CoreTransaction, rows: ReadonlyArray<Omit<Prisma.OfflineConflictCreateManyInput, keyof Sealed> & Sealed>): Promise<void> {
    await tx.models.offlineConflict.createMany({ data: rows.map(({ ciphertext, wrappedKey, ...row }) => ({ ...row, ciphertext: new Uint8Array(ciphertext), wrappedKey: new Uint8Array(wrappedKey) })) });
  }

  async insertBatch(tx: CoreTransaction, batch: Prisma.OfflineBatchUncheckedCreateInput, items: Prisma.OfflineItemCreateManyInput[]): Promise<void> {
    await tx.models.offlineBatch.create({ data: batch });
    await tx.models.offlineItem.createMany({ data: items });
  }

  /** By keyset over the id: the last page costs as much as the first. */
  list(principal: Principal, { status, kind, deviceId }: ConflictListFilter, page: PageRequest): Promise<ConflictRow[]> {
    return this.database.offlineConflict.findMany({
      where: {
        AND: [
          visibleTo(principal, 'beneficiary:write'),
          status ? { status } : {},
          kind ? { kind } : {},
          deviceId ? { deviceId: isId(deviceId) ? deviceId : NONE } : {},
          page.after === null ? {} : { id: { gt: isId(page.after) ? page.after : NONE } },
        ],
      },
      orderBy: { id: 'asc' },
      take: page.first + 1,
    });
  }

  find(principal: Principal, ids: readonly string[]): Promise<ConflictRow[]> {
    return this.database.offlineConflict.findMany({ where: { AND: [visibleTo(principal, 'beneficiary:write'), { id: { in: ids.filter(isId) } }] } });
  }

  /** Open ones whose content the caller may read. Which they are and for what is recorded first. */
  async readable(principal: Principal, ids: readonly string[], purpose: string | null): Promise<ConflictRow[]> {
    const rows = await this.database.offlineConflict.findMany({
      where: { AND: [visibleTo(principal, 'beneficiary:write'), visibleTo(principal, 'beneficiary:read-pii'), { id: { in: ids.filter(isId) }, status: 'OPEN' }] },
    });
    const payload = { purpose: purpose ?? 'unstated', offlineConflictIds: rows.map(({ id }) => id) };
    const entry = { actorId: principal.subject, action: PERSONAL_DATA_READ, entityType: 'PersonalData', entityId: currentRequest()?.requestId ?? 'unknown', organizationId: principal.organizationId, payload };
    if (rows.length > 0) await appendAudit(fromPrisma(this.database), entry);
    return rows;
  }

  /** Reads a conflict that the caller may decide on and keeps others from it until the transaction ends. */
  async lock(tx: CoreTransaction, principal: Principal, id: string): Promise<ConflictRow | null> {
    if (!isId(id)) return null;
    await tx.sql.query('SELECT id FROM offline_conflict WHERE id = $1::uuid AND organization_id = $2::uuid FOR UPDATE', [id, principal.organizationId]);
    return tx.models.offlineConflict.findFirst({ where: { AND: [visibleTo(principal, 'beneficiary:write'), { id }] } });
  }

  /** Writes down a decision, and lets go of the content. */
  async resolve(tx: CoreTransaction, id: string, decision: { status: ConflictRow['status']; beneficiaryId: string | null; resolvedById: string; reason: string }): Promise<void> {
    await tx.models.offlineConflict.update({ where: { id }, data: { ...decision, resolvedAt: new Date(), ciphertext: null, wrappedKey: null, keyVersion: null } });
  }

  /** Puts away what was said about a person who is erased. */
  async forget(tx: CoreTransaction, beneficiaryId: string): Promise<void> {
    await tx.models.offlineConflict.updateMany({
      where: { beneficiaryId, status: 'OPEN' },
      data: { status: 'DISCARDED', resolvedById: 'system', resolvedAt: new Date(), reason: 'The person was erased.', ciphertext: null, wrappedKey: null, keyVersion: null },
    });
  }
}
