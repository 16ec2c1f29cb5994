import type { z } from 'zod';
import { holds, type Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { AppError, BadInputError, ConflictError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import type { PageRequest } from '#kernel/graphql';
import { idempotent } from '#kernel/idempotency';
import { deploymentRequests } from '../deployments';
import { bumpRoutes, type TypeCatalogue } from '../supergraph';
import { isUniqueViolation, transaction, type CoreDatabase, type CoreTransaction } from '../database';
import { tell } from './news';
import type { ProjectNews } from './project.events';
import { createProjectSchema, projectFilterSchema, updateProjectSchema } from './project.inputs';
import type { ProjectRepository, ProjectRow } from './project.repository';
import { isoDate } from './project-facts';
import { assertPossible, type Step } from './transitions';

type CreateProject = z.output<typeof createProjectSchema>;

/** A change of one project: who asks for what, under which idempotency key. */
interface Change {
  principal: Principal;
  id: string;
  key: string;
  step: Step;
  news: ProjectNews;
  permission: string;
  /** What was asked, for the idempotency key. */
  request?: unknown;
}

/** Use cases of projects. Every change is idempotent by key, audited and announced in its own transaction. */
export class ProjectService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: ProjectRepository,
    private readonly types: TypeCatalogue,
  ) {}

  list(principal: Principal, filter: unknown, page: PageRequest): Promise<ProjectRow[]> {
    return this.repository.list(principal, parseInput(projectFilterSchema, filter ?? {}, 'filter'), page);
  }

  bySlug(principal: Principal, slug: string): Promise<ProjectRow | null> {
    return this.repository.findBySlug(principal, slug);
  }

  /** @throws AppError BAD_USER_INPUT, UNKNOWN_PROJECT_TYPE, SETTINGS_INVALID, CONFLICT (slug), each naming the field; nothing is stored then. */
  async create(principal: Principal, raw: unknown, key: string): Promise<string> {
    const input = parseInput(createProjectSchema, raw);
    assertTimeline(input);
    const organizationId = requireOrganization(principal);
    const type = await this.types.find(input.type, input.version);
    this.types.validateSettings(type, input.settings);
    const request = { scope: `${organizationId}:createProject`, key, request: input };
    return transaction(this.database, (tx) =>
      idempotent(tx.sql, request, async () => {
        const row = await this.insert(tx, principal, { ...input, organizationId });
        if (!input.draft) await deploymentRequests.start(tx, { projectId: row.id, typeCode: input.type, version: type.version });
        await bumpRoutes(tx.sql);
        await tell(tx, 'created', row, { actorId: principal.subject, payload: { version: type.version } });
        return row.id;
      }),
    );
  }

  async update(principal: Principal, id: string, raw: unknown, key: string): Promise<string> {
    const input = parseInput(updateProjectSchema, raw);
    const change = { principal, id, key, step: 'update', news: 'updated', permission: 'project:update', request: input } as const;
    return this.change(change, async (tx, row) => {
      const startsOn = input.startsOn ?? isoDate(row.startsOn);
      const endsOn = input.endsOn ?? isoDate(row.endsOn);
      const milestones = (await this.repository.milestonesOf([id], tx)).map((milestone) => ({ dueOn: isoDate(milestone.dueOn) }));
      assertTimeline({ startsOn, endsOn, milestones });
      if (input.settings) this.types.validateSettings(await this.types.find(row.typeCode, await currentVersion(tx, id)), input.settings);
      return {
        ...(input.name == null ? {} : { name: input.name }),
        ...(input.description == null ? {} : { description: input.description }),
        ...(input.budgetMinor == null ? {} : { budgetMinor: input.budgetMinor }),
        ...(input.settings == null ? {} : { settings: input.settings as object }),
        startsOn: new Date(startsOn),
        endsOn: new Date(endsOn),
      };
    });
  }

  deploy(principal: Principal, id: string, key: string): Promise<string> {
    return this.change({ principal, id, key, step: 'deploy', news: 'retried', permission: 'project:deploy' }, async (tx, row) => {
      const type = await this.types.find(row.typeCode);
      this.types.validateSettings(type, row.settings as Record<string, unknown>);
      await deploymentRequests.start(tx, { projectId: id, typeCode: row.typeCode, version: type.version });
      return { status: 'PROVISIONING' };
    });
  }

  retry(principal: Principal, id: string, key: string): Promise<string> {
    return this.change({ principal, id, key, step: 'retry', news: 'retried', permission: 'project:deploy' }, async (tx) => {
      await deploymentRequests.retry(tx, id);
      return { status: 'PROVISIONING' };
    });
  }

  upgrade(principal: Principal, id: string, version: string, key: string): Promise<string> {
    const change = { principal, id, key, step: 'upgrade', news: 'upgradeRequested', permission: 'project:deploy', request: version } as const;
    return this.change(change, async (tx, row) => {
      const type = await this.types.find(row.typeCode, version);
      this.types.validateSettings(type, row.settings as Record<string, unknown>);
      await deploymentRequests.upgrade(tx, id, type.version);
      return {};
    });
  }

  pause(principal: Principal, id: string, key: string): Promise<string> {
    return this.change({ principal, id, key, step: 'pause', news: 'paused', permission: 'project:update' }, async () => ({ status: 'PAUSED' }));
  }

  resume(principal: Principal, id: string, key: string): Promise<string> {
    return this.change({ principal, id, key, step: 'resume', news: 'resumed', permission: 'project:update' }, async () => ({ status: 'ACTIVE' }));
  }

  close(principal: Principal, id: string, key: string): Promise<string> {
    return this.change({ principal, id, key, step: 'close', news: 'closing', permission: 'project:deploy' }, async (tx) => {
      await deploymentRequests.stop(tx, id);
      return { status: 'CLOSING' };
    });
  }

  archive(principal: Principal, id: string, key: string): Promise<string> {
    return this.change({ principal, id, key, step: 'archive', news: 'archived', permission: 'project:deploy' }, async () => ({ status: 'ARCHIVED' }));
  }

  /** Deletes a project that never handled money; its audit entries stay. Returns its id. */
  async delete(principal: Principal, id: string, key: string): Promise<string> {
    const request = { scope: `${requireOrganization(principal)}:delete`, key, request: id };
    return transaction(this.database, (tx) =>
      idempotent(tx.sql, request, async () => {
        const row = await this.lockVisible(tx, principal, id, 'project:delete');
        assertPossible('delete', row.status);
        await tell(tx, 'deleted', row, { actorId: principal.subject, payload: { slug: row.slug } });
        await this.repository.delete(tx, id).catch(refuseAssociated);
        await bumpRoutes(tx.sql);
        return id;
      }),
    );
  }

  /**
   * Locks a project that the caller may change.
   * @throws NotFoundError when they may not know of it, ForbiddenError when they may know but not change it.
   */
  async lockVisible(tx: CoreTransaction, principal: Principal, id: string, permission: string): Promise<ProjectRow> {
    const [visible] = await this.repository.findVisible(principal, [id]);
    const row = visible ? await this.repository.lock(tx, id) : null;
    if (!row) throw new NotFoundError('The project');
    if (!holds(principal, permission, id)) throw new ForbiddenError(permission);
    return row;
  }

  // Permission first, then idempotency, then the transition: a repeat of a change that succeeded succeeds.
  private async change(change: Change, effect: (tx: CoreTransaction, row: ProjectRow) => Promise<Parameters<ProjectRepository['update']>[2]>): Promise<string> {
    const { principal, id, key, step, news, permission } = change;
    const request = { scope: `${requireOrganization(principal)}:${step}`, key, request: { id, request: change.request ?? null } };
    return transaction(this.database, async (tx) => {
      const row = await this.lockVisible(tx, principal, id, permission);
      return idempotent(tx.sql, request, async () => {
        assertPossible(step, row.status);
        const changed = await this.repository.update(tx, id, await effect(tx, row));
        await bumpRoutes(tx.sql);
        await tell(tx, news, changed, { actorId: principal.subject });
        return id;
      });
    });
  }

  private async insert(tx: CoreTransaction, principal: Principal, input: CreateProject & { organizationId: string }): Promise<ProjectRow> {
    const { milestones, type, version: _version, draft, startsOn, endsOn, settings, ...fields } = input;
    const id = newId();
    const row = await this.repository
      .insert(tx, {
        ...fields,
        id,
        typeCode: type,
        settings: settings as object,
        status: draft ? 'DRAFT' : 'PROVISIONING',
        startsOn: new Date(startsOn),
        endsOn: new Date(endsOn),
        createdById: principal.subject,
      })
      .catch((error: unknown) => {
        throw isUniqueViolation(error) ? new ConflictError('input.slug', 'is taken by another project') : error;
      });
    const rows = milestones.map((milestone) => ({ id: newId(), projectId: id, title: milestone.title, dueOn: new Date(milestone.dueOn) }));
    await this.repository.insertMilestones(tx, rows);
    return row;
  }
}

/** @throws BadInputError naming the date that does not fit. */
export function assertTimeline(plan: { startsOn: string; endsOn: string; milestones: ReadonlyArray<{ dueOn: string }> }): void {
  if (plan.endsOn < plan.startsOn) throw new BadInputError('input.endsOn', `must not be before the start (${plan.startsOn})`);
  plan.milestones.forEach(({ dueOn }, index) => {
    if (dueOn < plan.startsOn || dueOn > plan.endsOn) {
      throw new BadInputError(`input.milestones.${index}.dueOn`, `must be within the timeline (${plan.startsOn} to ${plan.endsOn})`);
    }
  });
}

export function requireOrganization(principal: Principal): string {
  if (!principal.organizationId) throw new ForbiddenError();
  return principal.organizationId;
}

async function currentVersion(tx: CoreTransaction, projectId: string): Promise<string | undefined> {
  const deployment = await tx.models.deployment.findUnique({ where: { projectId }, select: { version: true } });
  return deployment?.version;
}

// Associations (enrollments, vendors) keep a project from being deleted: they are records of people.
function refuseAssociated(error: unknown): never {
  if (error instanceof Error && 'code' in error && error.code === 'P2003') {
    throw new AppError('CONFLICT', 'The project has enrollments or vendors; remove them first.', { field: 'id' });
  }
  throw error;
}
