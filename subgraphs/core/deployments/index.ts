import DataLoader from 'dataloader';
import { allow } from 'graphql-shield';
import { batchById, perRequest } from '#kernel/graphql';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { Slice } from '../slice';
import { DeploymentsRepository, type Deployment as StoredDeployment } from './deployments.repository';
import { DeploymentsResolver } from './deployments.resolver';
import { Deployment, DeploymentStatus, type DeploymentStep, type DeploymentStepStatus } from './deployments.type';

export { DeploymentsRepository, liveInstance, addressOf } from './deployments.repository';
export { Deployment } from './deployments.type';
export type { Driver } from './driver';
export { createJournal } from './journal';
export { createLocalImages } from './local-images';
export { createProcessDriver } from './process-driver';
export { createProjectLock } from './project-lock';
export type { ProjectFacts, ProjectLifecycle } from './project-lifecycle';
export { createProvisioner, type Provisioner } from './provisioner';
export { createReconciler, reconcileProject, type Reconciler } from './reconciler';
export { deploymentRequests } from './requests';
export { createServiceClient, type ServiceClient } from './service-client';

export interface DeploymentsSlice extends Slice {
  /** The deployment of a project, batched for each request. */
  ofProject(context: CoreContext, projectId: string): Promise<Deployment | null>;
}

/** The reading side of deployments; the worker does the work. */
export function createDeployments(deps: { database: CoreDatabase }): DeploymentsSlice {
  const repository = new DeploymentsRepository(deps.database);
  const deployments = perRequest((_context: CoreContext) =>
    batchById(async (ids) => (await repository.findMany(ids)).map(toDeployment), (row) => row.projectId),
  );
  const steps = perRequest((_context: CoreContext) => new DataLoader<string, DeploymentStep[]>((ids) => stepsOf(repository, ids)));
  return {
    resolvers: new Map([[DeploymentsResolver, new DeploymentsResolver(steps)]]),
    references: {},
    rules: { Deployment: allow, DeploymentStep: allow, ServiceInstance: allow },
    ofProject: (context, projectId) => deployments(context).load(projectId),
  };
}

function toDeployment(row: StoredDeployment): Deployment {
  return { ...row, status: statusOf(row) };
}

function statusOf(row: StoredDeployment): DeploymentStatus {
  if (!row.settled) return DeploymentStatus.IN_PROGRESS;
  if (row.desired === 'STOPPED') return DeploymentStatus.STOPPED;
  return row.failureCode === null ? DeploymentStatus.LIVE : DeploymentStatus.FAILED;
}

async function stepsOf(repository: DeploymentsRepository, ids: readonly string[]): Promise<DeploymentStep[][]> {
  const rows = await repository.steps(ids);
  const groups = new Map<string, DeploymentStep[]>(ids.map((id) => [id, []]));
  for (const row of rows) groups.get(row.projectId)?.push({ ...row, status: row.status as DeploymentStepStatus });
  return ids.map((id) => groups.get(id) ?? []);
}
