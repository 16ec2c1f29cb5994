import { bumpRoutes } from '../supergraph';
import { transaction } from '../database';
import { addressOf, liveInstance, type Deployment } from './deployments.repository';
import { startInstance, waitUntilReady, type DeploymentDeps } from './bring-up';

/**
 * Stops a closed project's service for good. Nothing is stopped before core holds every event and audit entry of it; the
 * database stays, for auditors.
 */
export async function closeDown(deps: DeploymentDeps, deployment: Deployment): Promise<void> {
  await deps.step(deployment, 'DETACH', () => deps.registry.gatewaysCaughtUp());
  const live = liveInstance(deployment);
  if (live) {
    await deps.step(deployment, 'DRAIN', async () => {
      await startInstance(deps, live); // its news may still be in its database only
      live.url = await waitUntilReady(deps, live);
      const left = await deps.services.drain(addressOf(live));
      if (left > 0) throw new Error(`${left} events or audit entries have not reached core yet.`);
    });
  }
  await deps.step(deployment, 'STOP', async () => {
    for (const instance of deployment.instances) {
      if (instance.state === 'STOPPED' || instance.state === 'FAILED') continue;
      await deps.driver.stop(instance.id, deps.drainGraceMs);
      await deps.repository.updateInstance(instance.id, { state: 'STOPPED', stoppedAt: new Date() });
      await deps.driver.forget(instance.id);
    }
    await transaction(deps.database, async (tx) => {
      await deps.lifecycle.closed(tx, deployment.projectId);
      await deps.repository.settle(tx, deployment);
      await bumpRoutes(tx.sql);
    });
  });
}
