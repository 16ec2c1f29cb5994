import type { Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { NotFoundError, parseInput } from '#kernel/errors';
import { idempotent } from '#kernel/idempotency';
import { transaction, type CoreDatabase, type CoreTransaction } from '../database';
import { tell } from './news';
import { milestoneSchema, updateMilestoneSchema } from './project.inputs';
import { isoDate } from './project-facts';
import type { ProjectRepository, ProjectRow } from './project.repository';
import { assertTimeline, requireOrganization, type ProjectService } from './project.service';
import { assertPossible } from './transitions';

/** Use cases of milestones: they belong to their project and change with it. */
export class MilestoneService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: ProjectRepository,
    private readonly projects: ProjectService,
  ) {}

  add(principal: Principal, projectId: string, raw: unknown, key: string): Promise<string> {
    const input = parseInput(milestoneSchema, raw);
    return this.change(principal, projectId, { key, action: 'add', input }, async (tx, row) => {
      assertDueOn(row, input.dueOn);
      await this.repository.insertMilestones(tx, [{ id: newId(), projectId, title: input.title, dueOn: new Date(input.dueOn) }]);
    });
  }

  update(principal: Principal, projectId: string, raw: unknown, key: string): Promise<string> {
    const input = parseInput(updateMilestoneSchema, raw);
    return this.change(principal, projectId, { key, action: 'update', input }, async (tx, row) => {
      await this.requireOwn(tx, projectId, input.id);
      if (input.dueOn) assertDueOn(row, input.dueOn);
      await this.repository.updateMilestone(tx, input.id, {
        ...(input.title == null ? {} : { title: input.title }),
        ...(input.dueOn == null ? {} : { dueOn: new Date(input.dueOn) }),
        ...(input.status == null ? {} : { status: input.status }),
      });
    });
  }

  remove(principal: Principal, projectId: string, milestoneId: string, key: string): Promise<string> {
    return this.change(principal, projectId, { key, action: 'remove', input: milestoneId }, async (tx) => {
      await this.requireOwn(tx, projectId, milestoneId);
      await this.repository.deleteMilestone(tx, milestoneId);
    });
  }

  private async change(
    principal: Principal,
    projectId: string,
    request: { key: string; action: string; input: unknown },
    effect: (tx: CoreTransaction, row: ProjectRow) => Promise<void>,
  ): Promise<string> {
    const scope = `${requireOrganization(principal)}:milestone:${request.action}`;
    return transaction(this.database, async (tx) => {
      const row = await this.projects.lockVisible(tx, principal, projectId, 'project:update');
      return idempotent(tx.sql, { scope, key: request.key, request: { projectId, input: request.input } }, async () => {
        assertPossible('update', row.status);
        await effect(tx, row);
        const changed = await this.repository.update(tx, projectId, {});
        await tell(tx, 'updated', changed, { actorId: principal.subject, payload: { milestone: request.action } });
        return projectId;
      });
    });
  }

  private async requireOwn(tx: CoreTransaction, projectId: string, milestoneId: string): Promise<void> {
    const own = (await this.repository.milestonesOf([projectId], tx)).some((milestone) => milestone.id === milestoneId);
    if (!own) throw new NotFoundError('The milestone');
  }
}

function assertDueOn(row: ProjectRow, dueOn: string): void {
  assertTimeline({ startsOn: isoDate(row.startsOn), endsOn: isoDate(row.endsOn), milestones: [{ dueOn }] });
}
