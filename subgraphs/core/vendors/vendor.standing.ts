import type { Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { AppError, NotFoundError, parseInput } from '#kernel/errors';
import { change } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import type { Onboarding } from './onboarding.service';
import type { VendorNews } from './vendor.events';
import { reasonSchema } from './vendor.inputs';
import type { VendorRepository, VendorRow } from './vendor.repository';
import { assertMayWrite, tellVendor } from './vendor.service';

type Status = VendorRow['status'];

/** Which documents there are of a vendor: what the documents slice answers. */
export interface VendorDocuments {
  /** The kinds of the documents that are linked to the vendor and not withdrawn. */
  kindsOf(tx: CoreTransaction, vendorId: string): Promise<ReadonlySet<string>>;
}

interface Step {
  key: string;
  news: VendorNews;
  from: readonly Status[];
  to: Status;
  reason: string | null;
}

/** The life cycle of vendors: PENDING → APPROVED ⇄ SUSPENDED, and from each of them OFFBOARDED. The database holds the same edges. */
export class VendorStanding {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: VendorRepository,
    private readonly onboarding: Onboarding,
    private readonly documents: VendorDocuments,
  ) {}

  /** @throws AppError NOT_FOUND, INVALID_TRANSITION (names from where, or the documents that are missing), FORBIDDEN (the maker). */
  approve(principal: Principal, id: string, { reason, key }: { reason?: string | null | undefined; key: string }): Promise<string> {
    const why = reason == null ? null : parseInput(reasonSchema, reason, 'reason');
    return this.move(principal, id, { key, news: 'approved', from: ['PENDING', 'SUSPENDED'], to: 'APPROVED', reason: why }, async (tx, row) => {
      const policy = await this.onboarding.policyIn(tx, row.organizationId);
      const linked = policy.requiredDocuments.length > 0 ? await this.documents.kindsOf(tx, id) : new Set<string>();
      const missing = policy.requiredDocuments.filter((kind) => !linked.has(kind));
      if (missing.length > 0) throw new AppError('INVALID_TRANSITION', `The vendor cannot be approved yet: documents are missing (${missing.join(', ')}).`, { field: 'id', missingDocuments: missing });
      return this.onboarding.assertMayApprove(tx, principal, { policy, makers: [row.registeredById, row.accountSetById], what: 'Who registered a vendor, or said where its money goes,' });
    });
  }

  /** @throws AppError NOT_FOUND, BAD_USER_INPUT, INVALID_TRANSITION. */
  suspend(principal: Principal, id: string, { reason, key }: { reason: string; key: string }): Promise<string> {
    return this.move(principal, id, { key, news: 'suspended', from: ['APPROVED'], to: 'SUSPENDED', reason: parseInput(reasonSchema, reason, 'reason') });
  }

  /** Ends the work with a vendor, or turns one down. @throws AppError as {@link suspend}. */
  offboard(principal: Principal, id: string, { reason, key }: { reason: string; key: string }): Promise<string> {
    return this.move(principal, id, { key, news: 'offboarded', from: ['PENDING', 'APPROVED', 'SUSPENDED'], to: 'OFFBOARDED', reason: parseInput(reasonSchema, reason, 'reason') });
  }

  /** @param check What must hold besides; answers whether the caller is the maker. */
  private move(principal: Principal, id: string, step: Step, check: (tx: CoreTransaction, row: VendorRow) => Promise<boolean> = async () => false): Promise<string> {
    const { key, news, from, to, reason } = step;
    return change(this.database, principal, { operation: `vendor:${news}`, key, request: { id, reason } }, async (tx, organizationId) => {
      const row = await this.repository.lockVisible(tx, principal, id);
      if (!row) throw new NotFoundError('The vendor');
      assertMayWrite(principal, row.areaCode);
      if (!from.includes(row.status)) {
        throw new AppError('INVALID_TRANSITION', `A vendor who is ${row.status} cannot become ${to}; they must be ${from.join(' or ')}.`, { field: 'id' });
      }
      const byMaker = await check(tx, row);
      await this.repository.update(tx, id, { status: to });
      await this.repository.addStep(tx, { id: newId(), vendorId: id, status: to, reason, actorId: principal.subject, byMaker });
      await tellVendor(tx, news, { principal, organizationId, vendorId: id, payload: { ...(reason === null ? {} : { reason }), ...(byMaker ? { byMaker } : {}) } });
      return id;
    });
  }
}
