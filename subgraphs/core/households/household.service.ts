import { holdsAt, type Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { AppError, BadInputError, ConflictError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import { appendAudit, appendEvent } from '#kernel/events';
import type { PageRequest } from '#kernel/graphql';
import type { BeneficiaryAccess } from '../beneficiaries';
import { change } from '../change';
import { isUniqueViolation, type CoreDatabase, type CoreTransaction } from '../database';
import { householdEvents, type HouseholdNews } from './household.events';
import { createSchema, filterSchema, leaversSchema, membersSchema, reasonSchema, updateSchema } from './household.inputs';
import type { HouseholdRepository, HouseholdRow } from './household.repository';
import { move, type Place } from './members';

const WRITE = 'beneficiary:write';

/** Use cases of households. Each change is idempotent by key, audited and announced in its own transaction. */
export class HouseholdService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: HouseholdRepository,
    private readonly people: BeneficiaryAccess,
  ) {}

  list(principal: Principal, filter: unknown, page: PageRequest): Promise<HouseholdRow[]> {
    return this.repository.list(principal, parseInput(filterSchema, filter ?? {}, 'filter'), page);
  }

  /** @throws AppError BAD_USER_INPUT, CONFLICT (the reference is taken, or somebody belongs to another household), FORBIDDEN. */
  async create(principal: Principal, raw: unknown, key: string): Promise<string> {
    const input = parseInput(createSchema, raw);
    if (!holdsAt(principal, WRITE, { area: input.areaCode })) throw new ForbiddenError(WRITE);
    const { members, ...household } = input;
    const made = change(this.database, principal, { operation: 'createHousehold', key, request: input }, async (tx, organizationId) => {
      const id = newId();
      await this.repository.insert(tx, { ...household, id, organizationId });
      const joined = await this.moveMembers(tx, principal, { organizationId, householdId: id }, { put: members, remove: [], root: 'input.members' });
      await this.tell(tx, principal, organizationId, 'created', id, joined);
      return id;
    });
    return made.catch(referenceTaken);
  }

  /** @throws AppError NOT_FOUND, BAD_USER_INPUT, CONFLICT (the reference is taken), FORBIDDEN (the new area). */
  async update(principal: Principal, id: string, raw: unknown, key: string): Promise<string> {
    const { referenceId, areaCode, size } = parseInput(updateSchema, raw);
    const given = { ...(referenceId === undefined ? {} : { referenceId }), ...(areaCode === undefined ? {} : { areaCode }), ...(size === undefined ? {} : { size }) };
    return this.changeOne(principal, id, { key, news: 'updated', request: given }, async (tx) => {
      await this.repository.update(tx, id, given);
      // Nobody moves a household out of the areas in which they may change them.
      if (areaCode !== undefined && !(await this.repository.isVisible(tx, principal, id))) throw new ForbiddenError(WRITE);
      return { fields: Object.keys(given) };
    }).catch(referenceTaken);
  }

  /** All or none; who is there already has the new role from now on. @throws AppError NOT_FOUND, BAD_USER_INPUT, CONFLICT (somebody belongs to another household). */
  changeMembers(principal: Principal, id: string, raw: { put?: unknown; remove?: unknown }, key: string): Promise<string> {
    const put = parseInput(membersSchema, raw.put ?? [], 'put');
    const remove = parseInput(leaversSchema, raw.remove ?? [], 'remove');
    return this.changeOne(principal, id, { key, news: 'membersChanged', request: { put, remove } }, (tx, { organizationId }) =>
      this.moveMembers(tx, principal, { organizationId, householdId: id }, { put, remove, root: 'put' }),
    );
  }

  /** Everybody leaves, and it is no more; its history stays. @throws AppError NOT_FOUND, BAD_USER_INPUT, INVALID_TRANSITION. */
  dissolve(principal: Principal, id: string, rawReason: unknown, key: string): Promise<string> {
    const reason = parseInput(reasonSchema, rawReason, 'reason');
    return this.changeOne(principal, id, { key, news: 'dissolved', request: { reason } }, async (tx) => {
      await this.repository.end(tx, (await this.repository.lasting(tx, { householdIds: [id] })).map((member) => member.id));
      await this.repository.update(tx, id, { dissolvedAt: new Date() });
      return { reason };
    });
  }

  /** Somebody leaves because their registration ends, in the transaction that ends it. */
  async leave(tx: CoreTransaction, beneficiaryId: string): Promise<void> {
    await this.repository.end(tx, (await this.repository.lasting(tx, { beneficiaryIds: [beneficiaryId] })).map(({ id }) => id));
  }

  private async moveMembers(tx: CoreTransaction, principal: Principal, household: { organizationId: string; householdId: string }, wish: { put: Place[]; remove: string[]; root: string }): Promise<Record<string, unknown>> {
    const { put, remove, root } = wish;
    // Whoever changes the same people, in whichever household, waits here.
    const people = new Map((await this.people.lock(tx, principal, WRITE, put.map(({ beneficiaryId }) => beneficiaryId))).map((person) => [person.id, person]));
    put.forEach(({ beneficiaryId }, index) => {
      const status = people.get(beneficiaryId)?.status;
      if (status === undefined) throw new BadInputError(`${root}.${index}.beneficiaryId`, 'is no beneficiary whom the caller may change');
      if (status === 'MERGED' || status === 'ERASED') throw new BadInputError(`${root}.${index}.beneficiaryId`, `is ${status} and belongs to no household`);
    });
    const elsewhere = new Set((await this.repository.lasting(tx, { beneficiaryIds: [...people.keys()] })).filter(({ householdId }) => householdId !== household.householdId).map(({ beneficiaryId }) => beneficiaryId));
    const taken = put.findIndex(({ beneficiaryId }) => elsewhere.has(beneficiaryId));
    if (taken >= 0) throw new ConflictError(`${root}.${taken}.beneficiaryId`, 'belongs to another household: let them leave it first');
    const { ended, added } = move(await this.repository.lasting(tx, { householdIds: [household.householdId] }), { put, remove, root });
    await this.repository.end(tx, ended.map(({ id }) => id));
    await this.repository.add(tx, added.map((place) => ({ ...household, ...place, id: newId() })));
    const came = added.map(({ beneficiaryId, role }) => ({ beneficiaryId, role }));
    return { ended: ended.map(({ beneficiaryId, role }) => ({ beneficiaryId, role })), came };
  }

  private changeOne(
    principal: Principal,
    id: string,
    request: { key: string; news: HouseholdNews; request: unknown },
    effect: (tx: CoreTransaction, row: HouseholdRow) => Promise<Record<string, unknown>>,
  ): Promise<string> {
    return change(this.database, principal, { operation: `household:${request.news}`, key: request.key, request: { id, request: request.request } }, async (tx, organizationId) => {
      const row = await this.repository.lockVisible(tx, principal, id);
      if (!row) throw new NotFoundError('The household');
      if (row.dissolvedAt) throw new AppError('INVALID_TRANSITION', 'This household is no more.', { field: 'id' });
      const payload = await effect(tx, row);
      await this.tell(tx, principal, organizationId, request.news, id, payload);
      return id;
    });
  }

  private async tell(tx: CoreTransaction, principal: Principal, organizationId: string, news: HouseholdNews, id: string, payload: Record<string, unknown>): Promise<void> {
    const definition = householdEvents[news];
    await appendAudit(tx.sql, { actorId: principal.subject, action: definition.name, entityType: 'Household', entityId: id, organizationId, payload });
    await appendEvent(tx.sql, { definition, aggregateType: 'Household', aggregateId: id, payload: { householdId: id, organizationId } });
  }
}

function referenceTaken(error: unknown): never {
  throw isUniqueViolation(error) ? new ConflictError('input.referenceId', 'belongs to another household') : error;
}
