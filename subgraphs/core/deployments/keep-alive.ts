import { bumpRoutes } from '../supergraph';
import { transaction } from '../database';
import { startInstance, waitUntilReady, type DeploymentDeps } from './bring-up';
import { liveInstance, type Deployment, type ServiceInstance } from './deployments.repository';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
/** After this long without a crash the service counts as healthy, and the next crash is restarted at once again. */
const HEALTHY_MS = 60_000;

interface Crashes {
  count: number;
  at: number;
}

export interface KeepAlive {
  /** Whether this worker has seen the instance prove its identity at this address. A new worker trusts nothing it only finds. */
  isProven(instanceId: string, url: string): boolean;
  /** Adopts or restarts the live instance of a deployment. */
  tend(deployment: Deployment): Promise<void>;
}

/** Adopts live services that prove who they are over TLS; restarts those that have ended, with growing pauses for one that keeps crashing. */
export function createKeepAlive(deps: DeploymentDeps): KeepAlive {
  const crashes = new Map<string, Crashes>();
  const proven = new Map<string, string>();
  const migrated = new Set<string>();

  /** A release brings newer images under the old names, and may have come with this worker: what they need is there before they start. Once for each worker, so that a crash is mended at once. */
  const migrateOnce = async ({ id, projectId, image }: ServiceInstance): Promise<void> => {
    if (migrated.has(id)) return;
    const { ownerUrl, serviceRole } = await deps.provisioner.provision(projectId);
    await deps.driver.migrate(image, { DATABASE_URL: ownerUrl, SERVICE_ROLE: serviceRole });
    migrated.add(id);
  };

  const tend = async (deployment: Deployment): Promise<void> => {
    const instance = liveInstance(deployment);
    if (!instance || instance.state !== 'ATTACHED') return;
    const observed = (await deps.driver.observe()).get(instance.id);
    if (observed?.url && observed.url === instance.url) {
      const address = { projectId: instance.projectId, instanceId: instance.id, url: observed.url };
      if (proven.get(instance.id) !== observed.url && (await deps.services.isReady(address))) proven.set(instance.id, observed.url);
      if (proven.get(instance.id) === observed.url) return;
    }
    const before = crashes.get(instance.id) ?? { count: 0, at: 0 };
    const wait = before.count === 0 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** before.count, LONGEST_WAIT_MS);
    if (Date.now() < before.at + wait) return;
    crashes.set(instance.id, { count: Date.now() > before.at + HEALTHY_MS ? 1 : before.count + 1, at: Date.now() });
    await deps.step(deployment, 'RESTART', async () => {
      if (observed) await deps.driver.stop(instance.id, 1000); // it runs, but does not prove to be ours
      await migrateOnce(instance);
      await startInstance(deps, instance);
      const url = await waitUntilReady(deps, instance);
      proven.set(instance.id, url);
      await transaction(deps.database, async (tx) => {
        await deps.repository.updateInstance(instance.id, { url, restarts: instance.restarts + 1 }, tx);
        await bumpRoutes(tx.sql);
      });
    });
  };
  return { isProven: (instanceId, url) => proven.get(instanceId) === url, tend };
}
