import { AppError, type ErrorCode } from '#kernel/errors';
import { applyOnce } from '#kernel/events';
import { sdlHash, bumpRoutes, type TypeCatalogue, type Registry } from '../supergraph';
import { transaction, type CoreDatabase } from '../database';
import { addressOf, liveInstance, type Deployment, type DeploymentsRepository, type ServiceInstance } from './deployments.repository';
import type { Driver } from './driver';
import type { RunStep } from './journal';
import type { ProjectLifecycle } from './project-lifecycle';
import type { Provisioner } from './provisioner';
import type { ServiceClient } from './service-client';

export interface DeploymentDeps {
  database: CoreDatabase;
  repository: DeploymentsRepository;
  registry: Registry;
  types: TypeCatalogue;
  driver: Driver;
  provisioner: Provisioner;
  services: ServiceClient;
  lifecycle: ProjectLifecycle;
  step: RunStep;
  coreUrl: string;
  readyTimeoutMs: number;
  drainGraceMs: number;
}

/** What no repetition will mend: the deployment has failed. Anything else is trouble of our own and is tried again. */
const FATAL: ReadonlySet<ErrorCode> = new Set(['UNKNOWN_PROJECT_TYPE', 'SCHEMA_REJECTED', 'COMPOSITION_FAILED', 'DEPLOYMENT_FAILED']);

/**
 * Brings the wanted generation of a project's service up and makes it live. Every step can be repeated, so that a worker that takes
 * over after a crash simply runs them again. Until ATTACH nothing that serves is touched.
 */
export async function bringUp(deps: DeploymentDeps, deployment: Deployment): Promise<void> {
  try {
    const instance = await prepare(deps, deployment);
    await start(deps, deployment, instance);
    await goLive(deps, deployment, instance);
  } catch (error) {
    const live = (await deps.repository.find(deployment.projectId))?.liveGeneration;
    if (!(error instanceof AppError) || !FATAL.has(error.code) || live === deployment.generation) throw error;
    await giveUp(deps, deployment, error);
  }
}

async function prepare(deps: DeploymentDeps, deployment: Deployment): Promise<ServiceInstance> {
  const { projectId } = deployment;
  const instance = await deps.step(deployment, 'CHECK', async () => {
    const type = await deps.types.check(deployment.typeCode, deployment.version);
    if (!(await deps.registry.isLive(deployment))) await deps.registry.checkType(deployment);
    return deps.repository.ensureInstance(deployment, { image: type.image, sdlHash: type.sdlHash });
  });
  const { ownerUrl, serviceRole } = await deps.step(deployment, 'DATABASE', () => deps.provisioner.provision(projectId));
  await deps.step(deployment, 'MIGRATE', () => deps.driver.migrate(instance.image, { DATABASE_URL: ownerUrl, SERVICE_ROLE: serviceRole }));
  return instance;
}

async function start(deps: DeploymentDeps, deployment: Deployment, instance: ServiceInstance): Promise<void> {
  await deps.step(deployment, 'START', () => startInstance(deps, instance));
  await deps.step(deployment, 'READY', async () => {
    instance.url = await waitUntilReady(deps, instance);
    await deps.repository.updateInstance(instance.id, { url: instance.url, readyAt: new Date() });
  });
  await deps.step(deployment, 'SCHEMA', async () => {
    const served = sdlHash(await deps.services.readSdl(addressOf(instance)));
    if (served !== instance.sdlHash) {
      throw new AppError('SCHEMA_REJECTED', `The service serves another schema (${served.slice(0, 12)}) than its image described (${instance.sdlHash.slice(0, 12)}).`);
    }
  });
}

async function goLive(deps: DeploymentDeps, deployment: Deployment, instance: ServiceInstance): Promise<void> {
  const { projectId, generation, version } = deployment;
  await deps.step(deployment, 'PUBLISH', () => deps.registry.publishType(deployment));
  await deps.step(deployment, 'ATTACH', () =>
    transaction(deps.database, async (tx) => {
      await deps.repository.updateInstance(instance.id, { state: 'ATTACHED', url: instance.url }, tx);
      await deps.repository.update(tx, projectId, { liveGeneration: generation });
      await bumpRoutes(tx.sql);
    }),
  );
  await deps.step(deployment, 'SWAP', () => deps.registry.gatewaysCaughtUp());
  await deps.step(deployment, 'ACTIVATE', async () => {
    await deps.services.activate(addressOf(instance), generation);
    await transaction(deps.database, async (tx) => {
      // A worker that takes over after a crash comes by here again: the news is told once for each instance.
      await applyOnce(tx.sql, 'deployment-activated', instance.id, () => deps.lifecycle.activated(tx, projectId, { version, generation }));
      await bumpRoutes(tx.sql);
      if (!deployment.instances.some((old) => isOld(old, generation))) await deps.repository.settle(tx, deployment);
    });
  });
  await retireOld(deps, deployment);
}

/** Stops what served before. It is asked by nobody any more: every gateway has acknowledged the new route. */
async function retireOld(deps: DeploymentDeps, deployment: Deployment): Promise<void> {
  const old = deployment.instances.filter((instance) => isOld(instance, deployment.generation));
  if (old.length === 0) return;
  await deps.step(deployment, 'RETIRE', async () => {
    for (const instance of old) {
      await deps.driver.stop(instance.id, deps.drainGraceMs);
      await deps.repository.updateInstance(instance.id, { state: 'STOPPED', stoppedAt: new Date() });
      await deps.driver.forget(instance.id);
    }
    await transaction(deps.database, (tx) => deps.repository.settle(tx, deployment));
  });
}

function isOld(instance: ServiceInstance, generation: number): boolean {
  return instance.generation < generation && instance.state !== 'STOPPED' && instance.state !== 'FAILED';
}

/** Tears down what the failed generation made, and says why. A live older generation goes on untouched. */
async function giveUp(deps: DeploymentDeps, deployment: Deployment, error: AppError): Promise<void> {
  const { projectId, generation } = deployment;
  const current = await deps.repository.find(projectId);
  const failed = current?.instances.find((instance) => instance.generation === generation);
  if (failed) {
    await deps.driver.stop(failed.id, 1000);
    await deps.driver.forget(failed.id);
    await deps.repository.updateInstance(failed.id, { state: 'FAILED', stoppedAt: new Date() });
  }
  const live = liveInstance(deployment);
  if (!live) await deps.provisioner.drop(projectId);
  const failure = { code: error.code, reason: error.message };
  await transaction(deps.database, async (tx) => {
    await deps.repository.settle(tx, deployment, {
      failureCode: failure.code,
      failureReason: failure.reason,
      ...(live ? { version: live.version } : {}),
    });
    if (live) await deps.lifecycle.upgradeFailed(tx, projectId, { ...failure, version: deployment.version });
    else await deps.lifecycle.failed(tx, projectId, failure);
    await bumpRoutes(tx.sql);
  });
}

export async function startInstance(deps: DeploymentDeps, instance: ServiceInstance): Promise<void> {
  const facts = await deps.lifecycle.facts(instance.projectId);
  await deps.driver.start({
    instanceId: instance.id,
    projectId: instance.projectId,
    generation: instance.generation,
    image: instance.image,
    environment: {
      PROJECT: JSON.stringify(facts),
      DATABASE_URL: deps.provisioner.locate(instance.projectId).serviceUrl,
      CORE_URL: deps.coreUrl,
    },
  });
}

/** Waits until the instance answers as itself. @throws AppError DEPLOYMENT_FAILED when it ends, or takes too long; with the end of its log. */
export async function waitUntilReady(deps: DeploymentDeps, instance: ServiceInstance): Promise<string> {
  const deadline = Date.now() + deps.readyTimeoutMs;
  while (Date.now() < deadline) {
    const observed = (await deps.driver.observe()).get(instance.id);
    if (!observed) throw await notReady(deps, instance, 'The service ended at start.');
    const { url } = observed;
    if (url && (await deps.services.isReady({ projectId: instance.projectId, instanceId: instance.id, url }))) return url;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  throw await notReady(deps, instance, `The service was not ready after ${deps.readyTimeoutMs / 1000} s.`);
}

async function notReady(deps: DeploymentDeps, instance: ServiceInstance, what: string): Promise<AppError> {
  const tail = (await deps.driver.logTail(instance.id)).trim();
  return new AppError('DEPLOYMENT_FAILED', tail ? `${what} It said last: ${tail.slice(-1500)}` : what);
}
