import DataLoader from 'dataloader';
import { allow } from 'graphql-shield';
import type { Principal } from '#kernel/auth';
import type { EventEnvelope } from '#kernel/events';
import { NotFoundError } from '#kernel/errors';
import { authenticated, batchById, perRequest, requires, requiresSomewhere } from '#kernel/graphql';
import type { CoreContext } from '../context';
import type { CoreDatabase, CoreTransaction } from '../database';
import type { DeploymentsSlice, ProjectLifecycle } from '../deployments';
import type { Slice } from '../slice';
import type { TypeCatalogue } from '../supergraph';
import { recordContract } from './contract-deployed';
import { DeploymentOutcome } from './lifecycle';
import { MilestoneService } from './milestone.service';
import { toMilestone, toProject } from './project.mapper';
import { ProjectRepository } from './project.repository';
import { ProjectResolver } from './project.resolver';
import { ProjectService } from './project.service';
import type { Milestone, Project } from './project.type';

export { projectEvents } from './project.events';
export { Project } from './project.type';

/** How other slices ask whether a caller may know of a project. */
export interface ProjectAccess {
  /** @throws NotFoundError when it is unknown, or the caller may not know of it. */
  requireProject(principal: Principal, projectId: string): Promise<{ id: string; organizationId: string; status: string; currency: string }>;
}

export interface ProjectsSlice extends Slice, ProjectAccess {
  /** Projects that the caller may see, batched for each request. */
  byId: (context: CoreContext) => DataLoader<string, Project | null>;
}

export function createProjects(deps: { database: CoreDatabase; catalogue: TypeCatalogue; deployments: DeploymentsSlice }): ProjectsSlice {
  const repository = new ProjectRepository(deps.database);
  const service = new ProjectService(deps.database, repository, deps.catalogue);
  const byId = perRequest(({ principal }: CoreContext) =>
    batchById(async (ids) => (await repository.findVisible(principal, ids)).map(toProject), (project) => project.id),
  );
  const milestones = perRequest((_context: CoreContext) => new DataLoader<string, Milestone[]>((ids) => milestonesOf(repository, ids)));
  const loaders = { projects: byId, milestones, deployment: deps.deployments.ofProject };
  const resolver = new ProjectResolver(service, new MilestoneService(deps.database, repository, service), loaders);
  return {
    resolvers: new Map([[ProjectResolver, resolver]]),
    references: { Project: ({ id }: { id: string }, context) => byId(context).load(id) },
    rules,
    byId,
    requireProject: async (principal, projectId) => {
      const [row] = await repository.findVisible(principal, [projectId]);
      if (!row) throw new NotFoundError('The project');
      return row;
    },
  };
}

/** What the worker needs of projects: the outcomes of deployments and the news of the chain. */
export function createProjectOutcomes(database: CoreDatabase): { lifecycle: ProjectLifecycle; recordContract: (tx: CoreTransaction, event: EventEnvelope) => Promise<void> } {
  const repository = new ProjectRepository(database);
  return { lifecycle: new DeploymentOutcome(repository), recordContract: (tx, event) => recordContract(tx, repository, event) };
}

// Which project a change concerns is checked in the use case, where the row is locked; here only who may try at all.
const rules = {
  Query: { project: authenticated, projectBySlug: authenticated, projects: authenticated },
  Mutation: {
    createProject: requires('project:create'),
    updateProject: requiresSomewhere('project:update'),
    deployProject: requiresSomewhere('project:deploy'),
    retryProjectDeployment: requiresSomewhere('project:deploy'),
    upgradeProject: requiresSomewhere('project:deploy'),
    pauseProject: requiresSomewhere('project:update'),
    resumeProject: requiresSomewhere('project:update'),
    closeProject: requiresSomewhere('project:deploy'),
    archiveProject: requiresSomewhere('project:deploy'),
    deleteProject: requiresSomewhere('project:delete'),
    addMilestone: requiresSomewhere('project:update'),
    updateMilestone: requiresSomewhere('project:update'),
    removeMilestone: requiresSomewhere('project:update'),
  },
  Project: allow,
  ProjectConnection: allow,
  ProjectEdge: allow,
  Milestone: allow,
};

async function milestonesOf(repository: ProjectRepository, ids: readonly string[]): Promise<Milestone[][]> {
  const groups = new Map<string, Milestone[]>(ids.map((id) => [id, []]));
  for (const row of await repository.milestonesOf(ids)) groups.get(row.projectId)?.push(toMilestone(row));
  return ids.map((id) => groups.get(id) ?? []);
}
