import { z } from 'zod';
import { defineJob, type Jobs } from '#kernel/jobs';
import type { Logger } from '#kernel/telemetry';
import { bringUp, type DeploymentDeps } from './bring-up';
import { closeDown } from './close-down';
import { createKeepAlive } from './keep-alive';
import type { WithProjectLock } from './project-lock';

const SWEEP_MS = 1000;

/** "Make the service of this project what it should be." Carries no wish of its own: the wish is in the database. */
export const reconcileProject = defineJob({ name: 'reconcile-project', schema: z.object({ projectId: z.uuid() }), concurrency: 8, attempts: 30 });

export interface Reconciler {
  /** Looks for what differs from what should be, once now and every second from then on. */
  start(): void;
  close(): Promise<void>;
}

export function createReconciler(deps: DeploymentDeps & { jobs: Jobs; withLock: WithProjectLock; logger: Logger }): Reconciler {
  const keepAlive = createKeepAlive(deps);

  deps.jobs.implement(reconcileProject, async ({ projectId }) => {
    await deps.withLock(projectId, async () => {
      const deployment = await deps.repository.find(projectId);
      if (!deployment) return;
      if (!deployment.settled && deployment.desired === 'RUNNING') await bringUp(deps, deployment);
      else if (!deployment.settled) await closeDown(deps, deployment);
      else if (deployment.desired === 'RUNNING') await keepAlive.tend(deployment);
    });
  });

  const wake = (projectId: string): Promise<void> => deps.jobs.enqueue(reconcileProject, { projectId }, { deduplicationId: projectId });

  // The net below the events: whatever was lost, killed or changed behind our back is found here.
  const sweep = async (): Promise<void> => {
    const [unsettled, live, running] = await Promise.all([deps.repository.unsettled(), deps.repository.live(), deps.driver.observe()]);
    const gone = live.filter(({ instanceId, url }) => !url || running.get(instanceId)?.url !== url || !keepAlive.isProven(instanceId, url));
    for (const projectId of new Set([...unsettled, ...gone.map((instance) => instance.projectId)])) await wake(projectId);
  };

  let timer: NodeJS.Timeout | undefined;
  let sweeping = Promise.resolve();
  const tick = (): void => {
    sweeping = sweep().catch((error: unknown) => deps.logger.warn({ err: error }, 'looking for deployments to mend failed'));
    void sweeping.then(() => {
      timer = setTimeout(tick, SWEEP_MS);
    });
  };
  return {
    start: tick,
    close: async () => {
      await sweeping;
      clearTimeout(timer);
    },
  };
}
