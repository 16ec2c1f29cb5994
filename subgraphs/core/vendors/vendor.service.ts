import { holdsAt, type Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { AppError, ConflictError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import { appendAudit, appendEvent } from '#kernel/events';
import type { PageRequest } from '#kernel/graphql';
import { idempotent } from '#kernel/idempotency';
import { isUniqueViolation, transaction, type CoreDatabase, type CoreTransaction } from '../database';
import { vendorEvents, type VendorNews } from './vendor.events';
import { registerVendorSchema, vendorFilterSchema } from './vendor.inputs';
import type { VendorRepository, VendorRow } from './vendor.repository';

/** Use cases of vendors. Each change is idempotent by key, audited and announced in its own transaction. */
export class VendorService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: VendorRepository,
  ) {}

  async list(principal: Principal, filter: unknown, page: PageRequest): Promise<VendorRow[]> {
    return this.repository.list(principal, parseInput(vendorFilterSchema, filter ?? {}, 'filter'), page);
  }

  /** @throws AppError BAD_USER_INPUT, CONFLICT (the name is taken). */
  async register(principal: Principal, raw: unknown, key: string): Promise<string> {
    const input = parseInput(registerVendorSchema, raw);
    return this.change(principal, { key, news: 'registered', request: input }, async (tx, organizationId) => {
      assertMayWrite(principal, input.areaCode);
      const id = newId();
      await this.repository.insert(tx, { ...input, id, organizationId }).catch((error: unknown) => {
        throw isUniqueViolation(error) ? new ConflictError('input.name', 'belongs to another vendor') : error;
      });
      return id;
    });
  }

  /** @throws AppError NOT_FOUND, INVALID_TRANSITION naming from where the step is possible. */
  approve(principal: Principal, id: string, key: string): Promise<string> {
    return this.move(principal, { id, key, news: 'approved', from: ['PENDING', 'SUSPENDED'], to: 'APPROVED' });
  }

  /** @throws AppError as {@link approve}. */
  suspend(principal: Principal, id: string, key: string): Promise<string> {
    return this.move(principal, { id, key, news: 'suspended', from: ['PENDING', 'APPROVED'], to: 'SUSPENDED' });
  }

  private async move(
    principal: Principal,
    step: { id: string; key: string; news: VendorNews; from: Array<VendorRow['status']>; to: VendorRow['status'] },
  ): Promise<string> {
    return this.change(principal, { key: step.key, news: step.news, request: step.id }, async (tx) => {
      const row = await this.repository.lockVisible(tx, principal, step.id);
      if (!row) throw new NotFoundError('The vendor');
      assertMayWrite(principal, row.areaCode);
      if (!step.from.includes(row.status)) {
        throw new AppError('INVALID_TRANSITION', `A vendor who is ${row.status} cannot become ${step.to}; they must be ${step.from.join(' or ')}.`, { field: 'id' });
      }
      await this.repository.setStatus(tx, step.id, step.to);
      return step.id;
    });
  }

  private async change(
    principal: Principal,
    change: { key: string; news: VendorNews; request: unknown },
    effect: (tx: CoreTransaction, organizationId: string) => Promise<string>,
  ): Promise<string> {
    const { organizationId } = principal;
    if (!organizationId) throw new ForbiddenError('vendor:write');
    const request = { scope: `${organizationId}:vendor:${change.news}`, key: change.key, request: change.request };
    const definition = vendorEvents[change.news];
    return transaction(this.database, (tx) =>
      idempotent(tx.sql, request, async () => {
        const id = await effect(tx, organizationId);
        await appendAudit(tx.sql, { actorId: principal.subject, action: definition.name, entityType: 'Vendor', entityId: id, organizationId });
        await appendEvent(tx.sql, { definition, aggregateType: 'Vendor', aggregateId: id, payload: { vendorId: id, organizationId } });
        return id;
      }),
    );
  }
}

// Vendors belong to the organisation: who may change them in one project only may change none.
function assertMayWrite(principal: Principal, area: string | null): void {
  if (!holdsAt(principal, 'vendor:write', { area })) throw new ForbiddenError('vendor:write');
}
