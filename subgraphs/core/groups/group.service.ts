import { holds, type Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { AppError, BadInputError, ConflictError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import { appendAudit, appendEvent } from '#kernel/events';
import type { PageRequest } from '#kernel/graphql';
import type { Prisma } from '../../../generated/prisma/core/client';
import type { BeneficiaryAccess, Selection } from '../beneficiaries';
import { change } from '../change';
import { isUniqueViolation, type CoreDatabase, type CoreTransaction } from '../database';
import { groupEvents, type GroupNews } from './group.events';
import { createSchema, idsSchema, listSchema, updateSchema } from './group.inputs';
import type { GroupRepository, GroupRow } from './group.repository';

const WRITE = 'beneficiary:write';

/** Use cases of groups. Each change is idempotent by key, audited and announced in its own transaction. */
export class GroupService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: GroupRepository,
    private readonly people: { access: BeneficiaryAccess; selection: Selection },
  ) {}

  list(principal: Principal, filter: unknown, page: PageRequest): Promise<GroupRow[]> {
    return this.repository.list(principal, parseInput(listSchema, filter ?? {}, 'filter'), page);
  }

  /** @throws AppError BAD_USER_INPUT, CONFLICT (the name is taken), NOT_FOUND (the project), FORBIDDEN. */
  async create(principal: Principal, raw: unknown, key: string): Promise<string> {
    const { filter: wish, ...input } = parseInput(createSchema, raw);
    if (input.projectId === null && !holds(principal, WRITE)) throw new ForbiddenError(WRITE);
    const filter = wish == null ? null : await this.checkedFilter(principal, wish, input.projectId);
    const made = change(this.database, principal, { operation: 'createBeneficiaryGroup', key, request: { ...input, filter } }, async (tx, organizationId) => {
      if (input.projectId !== null && !(holds(principal, WRITE, input.projectId) && (await this.repository.isProject(tx, organizationId, input.projectId)))) throw new NotFoundError('The project');
      const group = { ...input, id: newId(), organizationId, ...(filter === null ? {} : { filter }), createdById: principal.subject };
      await this.repository.insert(tx, group);
      await tell(tx, principal, 'created', group, {});
      return group.id;
    });
    return made.catch(nameTaken);
  }

  /** @throws AppError NOT_FOUND, BAD_USER_INPUT (a filter for a STATIC group among it), CONFLICT (the name is taken), INVALID_TRANSITION (archived). */
  async update(principal: Principal, id: string, raw: unknown, key: string): Promise<string> {
    const { name, purpose, filter: wish } = parseInput(updateSchema, raw);
    const [seen] = wish == null ? [] : await this.repository.findVisible(principal, [id]);
    const filter = wish == null ? undefined : await this.checkedFilter(principal, wish, seen?.projectId ?? null);
    const given = { ...(name === undefined ? {} : { name }), ...(purpose === undefined ? {} : { purpose }), ...(filter === undefined ? {} : { filter }) };
    return this.changeOne(principal, id, { key, news: 'updated', request: given }, async (tx, group) => {
      if (filter !== undefined && group.filter === null) throw new BadInputError('input.filter', 'must be left out: the members of this group are named one by one');
      await this.repository.update(tx, id, given);
      return { fields: Object.keys(given) };
    }).catch(nameTaken);
  }

  /** All or none; who is there already stays. @throws AppError NOT_FOUND, BAD_USER_INPUT naming the person, INVALID_TRANSITION (a DYNAMIC or archived group). */
  changeMembers(principal: Principal, id: string, raw: { add?: unknown; remove?: unknown }, key: string): Promise<string> {
    const add = parseInput(idsSchema, raw.add ?? [], 'add');
    const remove = parseInput(idsSchema, raw.remove ?? [], 'remove');
    return this.changeOne(principal, id, { key, news: 'membersChanged', request: { add, remove } }, async (tx, group) => {
      if (group.filter !== null) throw new AppError('INVALID_TRANSITION', 'Whoever fits its filter is in this group: change the filter.', { field: 'id' });
      await this.refuseUnfit(tx, principal, group, add);
      await this.repository.removeMembers(tx, id, remove);
      await this.repository.addMembers(tx, add.map((beneficiaryId) => ({ organizationId: group.organizationId, groupId: id, beneficiaryId, addedById: principal.subject })));
      return { added: add, removed: remove };
    });
  }

  /**
   * Records for good who is in the group now: ACTIVE registrations, and in the group of a project those who take part in it.
   * @returns the id of the snapshot. @throws AppError NOT_FOUND, INVALID_TRANSITION (archived, or nobody would be in it).
   */
  async freeze(principal: Principal, id: string, key: string): Promise<string> {
    return this.changeOne(principal, id, { key, news: 'frozen', request: {} }, async (tx, group) => {
      const snapshot = await this.repository.freeze(tx, principal, group, newId());
      if (!snapshot) throw new AppError('INVALID_TRANSITION', 'Nobody of this group could be in a snapshot: it needs people whose registration is ACTIVE and who take part in its project.', { field: 'id' });
      const { id: snapshotId, count, leftOut, hash } = snapshot;
      return { snapshotId, count, leftOut, hash: Buffer.from(hash).toString('hex') };
    }, ({ snapshotId }) => String(snapshotId));
  }

  /** The group is no longer used, and its name is free; snapshots stay. @throws AppError NOT_FOUND, INVALID_TRANSITION (archived already). */
  archive(principal: Principal, id: string, key: string): Promise<string> {
    return this.changeOne(principal, id, { key, news: 'archived', request: {} }, async (tx) => {
      await this.repository.update(tx, id, { archivedAt: new Date() });
      return {};
    });
  }

  private async checkedFilter(principal: Principal, raw: Record<string, unknown>, projectId: string | null): Promise<Prisma.InputJsonObject> {
    const { search, ...filter } = await this.people.selection.checked(principal, { ...raw, projectId: raw.projectId ?? projectId }, 'input.filter');
    if (search) throw new BadInputError('input.filter.search', 'must be left out: words that people are found by are personal, and a group would keep them');
    if (projectId !== null && filter.projectId !== projectId) throw new BadInputError('input.filter.projectId', 'must be the project of the group, or left out');
    // As JSON, without what does not narrow.
    return JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(filter).filter(([, value]) => value != null)))) as Prisma.InputJsonObject;
  }

  private async refuseUnfit(tx: CoreTransaction, principal: Principal, { projectId }: GroupRow, ids: readonly string[]): Promise<void> {
    const people = new Map((await this.people.access.lock(tx, principal, WRITE, ids)).map((person) => [person.id, person]));
    const takingPart = projectId === null ? null : await this.repository.takingPart(tx, projectId, ids);
    ids.forEach((id, index) => {
      const status = people.get(id)?.status;
      if (status === undefined) throw new BadInputError(`add.${index}`, 'is no beneficiary whom the caller may change');
      if (status === 'MERGED' || status === 'ERASED') throw new BadInputError(`add.${index}`, `is ${status} and belongs to no group`);
      if (takingPart && !takingPart.has(id)) throw new BadInputError(`add.${index}`, 'takes no part in the project of the group: enrol them first');
    });
  }

  private changeOne(
    principal: Principal,
    id: string,
    request: { key: string; news: GroupNews; request: unknown },
    effect: (tx: CoreTransaction, row: GroupRow) => Promise<Record<string, unknown>>,
    resultOf: (payload: Record<string, unknown>) => string = () => id,
  ): Promise<string> {
    return change(this.database, principal, { operation: `beneficiaryGroup:${request.news}`, key: request.key, request: { id, request: request.request } }, async (tx) => {
      const row = await this.repository.lockVisible(tx, principal, id);
      if (!row) throw new NotFoundError('The group');
      if (row.archivedAt) throw new AppError('INVALID_TRANSITION', 'This group is no longer used.', { field: 'id' });
      const payload = await effect(tx, row);
      await tell(tx, principal, request.news, row, payload);
      return resultOf(payload);
    });
  }
}

async function tell(tx: CoreTransaction, principal: Principal, news: GroupNews, group: Pick<GroupRow, 'id' | 'organizationId' | 'projectId'>, payload: Record<string, unknown>): Promise<void> {
  const definition = groupEvents[news];
  const { id, organizationId, projectId } = group;
  const project = projectId === null ? {} : { projectId };
  await appendAudit(tx.sql, { actorId: principal.subject, action: definition.name, entityType: 'BeneficiaryGroup', entityId: id, organizationId, ...project, payload });
  await appendEvent(tx.sql, { definition, ...project, aggregateType: 'BeneficiaryGroup', aggregateId: id, payload: { groupId: id, organizationId } });
}

function nameTaken(error: unknown): never {
  throw isUniqueViolation(error) ? new ConflictError('input.name', 'belongs to another group there') : error;
}
