import { holdsAt, type Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { AppError, BadInputError, ConflictError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import { appendAudit, appendEvent } from '#kernel/events';
import type { PageRequest } from '#kernel/graphql';
import { change, organizationOf } from '../change';
import { isUniqueViolation, type CoreDatabase, type CoreTransaction } from '../database';
import type { ProtectedData } from '../protected-data';
import type { GeoPoint } from './location';
import { changedContacts, openContacts, sealContacts, type VendorContacts } from './vendor.contacts';
import { vendorEvents, type VendorNews } from './vendor.events';
import { registerVendorSchema, updateVendorSchema, vendorFilterSchema, type VendorChange } from './vendor.inputs';
import type { VendorRepository, VendorRow } from './vendor.repository';
import { VendorOrder } from './vendor.type';

/** Use cases of what is known of vendors. Each change is idempotent by key, audited and announced in its own transaction. */
export class VendorService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: VendorRepository,
    private readonly protectedData: Pick<ProtectedData, 'seal' | 'open' | 'fingerprint'>,
  ) {}

  async list(principal: Principal, filter: unknown, list: { order?: VendorOrder | null | undefined; page: PageRequest }): Promise<VendorRow[]> {
    return this.repository.list(principal, parseInput(vendorFilterSchema, filter ?? {}, 'filter'), { order: list.order ?? VendorOrder.OLDEST_FIRST, page: list.page });
  }

  owned(principal: Principal): Promise<VendorRow[]> {
    return this.repository.owned(principal);
  }

  /** @throws AppError BAD_USER_INPUT, CONFLICT (the name is taken), FORBIDDEN. */
  async register(principal: Principal, raw: unknown, key: string): Promise<string> {
    const input = parseInput(registerVendorSchema, raw);
    return change(this.database, principal, { operation: 'vendor:registered', key, request: this.fingerprint(principal, input) }, async (tx, organizationId) => {
      assertMayWrite(principal, input.areaCode ?? null);
      await this.assertOwner(tx, organizationId, input);
      const row = { ...plain(input), name: input.name, id: newId(), organizationId, registeredById: principal.subject, accountSetById: movesMoney(input) ? principal.subject : null };
      await this.repository.insert(tx, row).catch(nameTaken);
      await this.keepContacts(tx, row.id, changedContacts(null, input));
      await this.repository.addStep(tx, { id: newId(), vendorId: row.id, status: 'PENDING', actorId: principal.subject });
      await tellVendor(tx, 'registered', { principal, organizationId, vendorId: row.id, payload: {} });
      return row.id;
    });
  }

  /**
   * Where money goes (account, wallet) changes only while the vendor is not approved, and whoever changed it does not approve it.
   * @throws AppError NOT_FOUND, BAD_USER_INPUT, CONFLICT (the name is taken), INVALID_TRANSITION, FORBIDDEN.
   */
  async update(principal: Principal, id: string, raw: unknown, key: string): Promise<string> {
    const input = parseInput(updateVendorSchema, raw);
    return change(this.database, principal, { operation: 'vendor:updated', key, request: { id, input: this.fingerprint(principal, input) } }, async (tx, organizationId) => {
      const row = await this.lock(tx, principal, id);
      if (row.status === 'OFFBOARDED') throw new AppError('INVALID_TRANSITION', 'A vendor who is OFFBOARDED stays as it was.', { field: 'id' });
      if (movesMoney(input) && row.status === 'APPROVED') {
        throw new AppError('INVALID_TRANSITION', 'Where the money of a vendor goes changes only while it is not APPROVED: suspend it, change it, and have it approved again.', { field: 'input.payoutAccount' });
      }
      await this.assertOwner(tx, organizationId, input);
      if (input.areaCode !== undefined) assertMayWrite(principal, input.areaCode);
      await this.repository.update(tx, id, { ...plain(input), ...(movesMoney(input) ? { accountSetById: principal.subject } : {}) }).catch(nameTaken);
      await this.keepContacts(tx, id, changedContacts(await this.contacts(tx, id), input));
      // Which fields, never what was in them.
      await tellVendor(tx, 'updated', { principal, organizationId, vendorId: id, payload: { fields: Object.keys(input) } });
      return id;
    });
  }

  // A request holds contacts: what is remembered of it must not be undone by trying.
  private fingerprint(principal: Principal, input: VendorChange): string {
    return this.protectedData.fingerprint(organizationOf(principal), input);
  }

  private async lock(tx: CoreTransaction, principal: Principal, id: string): Promise<VendorRow> {
    const row = await this.repository.lockVisible(tx, principal, id);
    if (!row) throw new NotFoundError('The vendor');
    assertMayWrite(principal, row.areaCode);
    return row;
  }

  private async contacts(tx: CoreTransaction, id: string): Promise<VendorContacts | null> {
    const row = await this.repository.pii(tx, id);
    const [opened = null] = row ? await openContacts(this.protectedData, [row]) : [];
    return opened;
  }

  private async keepContacts(tx: CoreTransaction, id: string, contacts: VendorContacts | null): Promise<void> {
    if (contacts) await this.repository.keepPii(tx, id, await sealContacts(this.protectedData, id, contacts));
  }

  private async assertOwner(tx: CoreTransaction, organizationId: string, { ownerUserId }: VendorChange): Promise<void> {
    if (ownerUserId && !(await this.repository.mayOwn(tx, organizationId, ownerUserId))) throw new BadInputError('input.ownerUserId', 'is no active user of the organisation');
  }
}

/** Vendors belong to the organisation: who may change them in one project only may change none. @throws ForbiddenError */
export function assertMayWrite(principal: Principal, area: string | null): void {
  if (!holdsAt(principal, 'vendor:write', { area })) throw new ForbiddenError('vendor:write');
}

/** The audit entry and the event of a change. */
export async function tellVendor(tx: CoreTransaction, news: VendorNews, what: { principal: Principal; organizationId: string; vendorId: string; payload: Record<string, unknown> }): Promise<void> {
  const definition = vendorEvents[news];
  const { principal, organizationId, vendorId, payload } = what;
  await appendAudit(tx.sql, { actorId: principal.subject, action: definition.name, entityType: 'Vendor', entityId: vendorId, organizationId, payload });
  await appendEvent(tx.sql, { definition, aggregateType: 'Vendor', aggregateId: vendorId, payload: { vendorId, organizationId } });
}

function movesMoney({ payoutAccount, walletAddress }: VendorChange): boolean {
  return payoutAccount !== undefined || walletAddress !== undefined;
}

type Plain = Partial<Pick<VendorRow, 'name' | 'areaCode' | 'walletAddress' | 'ownerUserId'> & Record<keyof GeoPoint, number | null>>;

function plain({ name, areaCode, walletAddress, ownerUserId, location }: VendorChange): Plain {
  const { latitude, longitude } = location ?? { latitude: location, longitude: location };
  return Object.fromEntries(Object.entries({ name, areaCode, walletAddress, ownerUserId, latitude, longitude }).filter(([, value]) => value !== undefined));
}

function nameTaken(error: unknown): never {
  throw isUniqueViolation(error) ? new ConflictError('input.name', 'belongs to another vendor') : error;
}
