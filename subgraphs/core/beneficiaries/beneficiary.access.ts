import type { Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { CoreDatabase, CoreTransaction } from '../database';
import { visibleTo, type BeneficiaryRow } from './beneficiary.repository';

/** Whom a caller may touch, for slices that keep something about people. A person beyond the caller's reach is not in the answer. */
export class BeneficiaryAccess {
  constructor(private readonly database: CoreDatabase) {}

  /** Those of these people for whom the caller holds the permission, in no order. */
  find(principal: Principal, permission: string, ids: readonly string[]): Promise<BeneficiaryRow[]> {
    return this.database.beneficiary.findMany({ where: { AND: [visibleTo(principal, permission), { id: { in: ids.filter(isId) } }] } });
  }

  /** {@link find}, and nobody else changes them until the transaction ends. Taken in order of id, so that two such changes wait and never block each other. */
  async lock(tx: CoreTransaction, principal: Principal, permission: string, ids: readonly string[]): Promise<BeneficiaryRow[]> {
    const valid = ids.filter(isId);
    // Only within the organisation: nobody holds up the work of another one.
    await tx.sql.query('SELECT id FROM beneficiary WHERE id = ANY($1::uuid[]) AND organization_id = $2::uuid ORDER BY id FOR UPDATE', [valid, principal.organizationId]);
    return tx.models.beneficiary.findMany({ where: { AND: [visibleTo(principal, permission), { id: { in: valid } }] } });
  }
}
