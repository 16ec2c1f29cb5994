import { newId } from '#kernel/db';
import { invariant } from '#kernel/errors';
import type { Deployment as DeploymentRow, DeploymentStep, ServiceInstance } from '../../../generated/prisma/core/client';
import { transaction, type CoreDatabase, type CoreTransaction } from '../database';

export type { DeploymentStep, ServiceInstance };

/** What a project's service should be, with the instances that were made for it. */
export type Deployment = DeploymentRow & { instances: ServiceInstance[] };

/** An instance that gateways ask now, and how to find its process. */
export interface LiveInstance {
  projectId: string;
  instanceId: string;
  url: string | null;
}

/** Desired state, instances and the step journal. */
export class DeploymentsRepository {
  constructor(private readonly database: CoreDatabase) {}

  find(projectId: string): Promise<Deployment | null> {
    return this.database.deployment.findUnique({ where: { projectId }, include: { instances: { orderBy: { generation: 'asc' } } } });
  }

  findMany(projectIds: readonly string[]): Promise<Deployment[]> {
    return this.database.deployment.findMany({
      where: { projectId: { in: [...projectIds] } },
      include: { instances: { orderBy: { generation: 'asc' } } },
    });
  }

  steps(projectIds: readonly string[]): Promise<DeploymentStep[]> {
    return this.database.deploymentStep.findMany({ where: { projectId: { in: [...projectIds] } }, orderBy: { id: 'asc' } });
  }

  /** Projects with something left to do. */
  async unsettled(): Promise<string[]> {
    const rows = await this.database.deployment.findMany({ where: { settled: false }, select: { projectId: true } });
    return rows.map((row) => row.projectId);
  }

  /** Instances that should be running now. */
  async live(): Promise<LiveInstance[]> {
    return this.database.$queryRaw<LiveInstance[]>`
      SELECT d.project_id AS "projectId", i.id AS "instanceId", i.url
      FROM deployment d JOIN service_instance i ON i.project_id = d.project_id AND i.generation = d.live_generation
      WHERE d.settled AND d.desired = 'RUNNING' AND i.state = 'ATTACHED'`;
  }

  /** The instance of the deployment's generation; made on first call, the same ever after. */
  async ensureInstance(deployment: Deployment, image: { image: string; sdlHash: string }): Promise<ServiceInstance> {
    const { projectId, generation, version } = deployment;
    return this.database.serviceInstance.upsert({
      where: { projectId_generation: { projectId, generation } },
      create: { id: newId(), projectId, generation, version, ...image, state: 'STARTING' },
      update: {},
    });
  }

  async updateInstance(id: string, change: Partial<Pick<ServiceInstance, 'state' | 'url' | 'restarts' | 'readyAt' | 'stoppedAt'>>, tx?: CoreTransaction): Promise<void> {
    await (tx?.models ?? this.database).serviceInstance.update({ where: { id }, data: change });
  }

  async update(tx: CoreTransaction, projectId: string, change: Partial<Omit<DeploymentRow, 'projectId'>>): Promise<void> {
    await tx.models.deployment.update({ where: { projectId }, data: change });
  }

  /** Settles only the generation that was worked on: a newer wish that came meanwhile stays unsettled. */
  async settle(tx: CoreTransaction, deployment: Deployment, change: Partial<Omit<DeploymentRow, 'projectId'>> = {}): Promise<void> {
    await tx.models.deployment.updateMany({
      where: { projectId: deployment.projectId, generation: deployment.generation, desired: deployment.desired },
      data: { ...change, settled: true },
    });
  }

  async openStep(deployment: Deployment, name: string): Promise<string> {
    const { projectId, generation } = deployment;
    return transaction(this.database, async ({ models }) => {
      // Left over from a worker that was killed.
      await models.deploymentStep.updateMany({
        where: { projectId, status: 'RUNNING' },
        data: { status: 'FAILED', finishedAt: new Date(), message: 'The worker stopped during this step.' },
      });
      const attempt = 1 + (await models.deploymentStep.count({ where: { projectId, generation, name } }));
      const id = newId();
      await models.deploymentStep.create({ data: { id, projectId, generation, name, status: 'RUNNING', attempt } });
      return id;
    });
  }

  async closeStep(id: string, status: 'DONE' | 'FAILED', message: string | null): Promise<void> {
    await this.database.deploymentStep.update({ where: { id }, data: { status, message: message?.slice(0, 4000) ?? null, finishedAt: new Date() } });
  }
}

/** The instance that gateways ask, if any. */
export function liveInstance(deployment: Deployment): ServiceInstance | null {
  return deployment.instances.find((instance) => instance.generation === deployment.liveGeneration && deployment.liveGeneration > 0) ?? null;
}

export function addressOf(instance: ServiceInstance): { projectId: string; instanceId: string; url: string } {
  invariant(instance.url, 'an instance that is asked has a URL');
  return { projectId: instance.projectId, instanceId: instance.id, url: instance.url };
}
