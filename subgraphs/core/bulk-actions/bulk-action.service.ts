import { holdsSomewhere, type Principal } from '#kernel/auth';
import { isId, newId } from '#kernel/db';
import { AppError, BadInputError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import { appendAudit, appendEvent } from '#kernel/events';
import type { PageRequest } from '#kernel/graphql';
import { Prisma } from '../../../generated/prisma/core/client';
import type { BeneficiariesSlice } from '../beneficiaries';
import { change } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import type { ProjectAccess } from '../projects';
import { bulkActionEvents } from './bulk-action.events';
import type { ActionRow, BulkActionRepository } from './bulk-action.repository';
import { neededFor, startSchema, type StartInput } from './bulk-action.type';

/** Who is in a group now, as far as the caller may see: SQL that selects their ids. @throws NotFoundError */
export type GroupMembers = (principal: Principal, groupId: string) => Promise<Prisma.Sql>;

export interface BulkActionDeps {
  database: CoreDatabase;
  repository: BulkActionRepository;
  beneficiaries: Pick<BeneficiariesSlice, 'selection'>;
  projects: ProjectAccess;
  groupMembers: GroupMembers;
}

/** Use cases of bulk actions. The work is the worker's: these say what is to be done, and to whom. */
export class BulkActionService {
  constructor(private readonly deps: BulkActionDeps) {}

  list(principal: Principal, page: PageRequest): Promise<ActionRow[]> {
    return this.deps.repository.list(principal, page);
  }

  /**
   * Starts a bulk action. Whom it is about is decided now, out of those whom the caller sees; whether it may be done to each of them, when it is done.
   * @throws AppError BAD_USER_INPUT, FORBIDDEN, NOT_FOUND (the project, the group).
   */
  async start(principal: Principal, raw: unknown, key: string): Promise<string> {
    const input = parseInput(startSchema, raw);
    // It goes on when nobody is there: in the name of somebody whose rights can be looked up then.
    if (!isId(principal.subject) || !holdsSomewhere(principal, neededFor(input.kind))) throw new ForbiddenError(neededFor(input.kind));
    if (input.projectId) await this.deps.projects.requireProject(principal, input.projectId);
    const people = await this.people(principal, input);
    return change(this.deps.database, principal, { operation: 'startBulkAction', key, request: input }, async (tx, organizationId) => {
      const { repository } = this.deps;
      const { kind, projectId = null, enrollmentStatus, reason = null } = input;
      const id = newId();
      await repository.insert(tx, { id, organizationId, kind, projectId, target: enrollmentStatus ?? null, reason, total: 0, createdById: principal.subject });
      const total = await repository.fill(tx, id, people);
      if (total === 0) throw new BadInputError('input', 'is about nobody whom the caller may see');
      await repository.setTotal(tx, id, total);
      await tell(tx, 'started', { id, organizationId, projectId }, principal.subject, { kind, total });
      return id;
    });
  }

  /** Stops it; what was done stays done. @throws AppError NOT_FOUND, INVALID_TRANSITION (it has ended). */
  async cancel(principal: Principal, id: string, key: string): Promise<string> {
    const [row] = await this.deps.repository.findVisible(principal, [id]);
    if (!row) throw new NotFoundError('The bulk action');
    return change(this.deps.database, principal, { operation: 'cancelBulkAction', key, request: { id } }, async (tx) => {
      if (!(await this.deps.repository.end(tx, id, 'CANCELLED'))) throw new AppError('INVALID_TRANSITION', 'This bulk action has ended already.', { field: 'id' });
      await tell(tx, 'cancelled', row, principal.subject);
      return id;
    });
  }

  private async people(principal: Principal, { beneficiaryIds, groupId, filter }: StartInput): Promise<Prisma.Sql> {
    if (groupId) return this.deps.groupMembers(principal, groupId);
    const { selection } = this.deps.beneficiaries;
    const checked = await selection.checked(principal, filter ?? {}, 'input.filter');
    const everybody = selection.everybody(principal, { filter: checked });
    return beneficiaryIds ? Prisma.sql`SELECT e.id FROM (${everybody}) e WHERE e.id = ANY(${beneficiaryIds}::uuid[])` : everybody;
  }
}

/** One audit entry and one event in the transaction of the change. */
export async function tell(
  tx: CoreTransaction,
  news: keyof typeof bulkActionEvents,
  { id, organizationId, projectId }: { id: string; organizationId: string; projectId: string | null },
  actorId: string | null,
  payload: Record<string, unknown> = {},
): Promise<void> {
  const definition = bulkActionEvents[news];
  await appendAudit(tx.sql, { actorId, action: definition.name, entityType: 'BulkAction', entityId: id, organizationId, projectId, payload });
  await appendEvent(tx.sql, { definition, ...(projectId === null ? {} : { projectId }), aggregateType: 'BulkAction', aggregateId: id, payload: { bulkActionId: id, organizationId } });
}
