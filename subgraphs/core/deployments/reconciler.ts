import { z } from 'zod';
import { defineJob, type Jobs } from '#kernel/jobs';
import type { Logger } from '#kernel/telemetry';
import { bringUp, type DeploymentDeps } from './bring-up';
import { closeDown } from './close-down';
import { createKeepAlive } from './keep-alive';
import type { WithProjectLock } from './project-lock';

const SWEEP_MS = 1000;
const AFTER_FAILURE_MS = 3000;

/** "Make the service of this project what it should be." Carries no wish of its own: the wish is in the database. */
export const reconcileProject = defineJob({ name: 'reconcile-project', schema: z.object({ projectId: z.uuid() }), concurrency: 8, attempts: 30 });

export interface Reconciler {
  /** Looks for what differs from what should be, once now and every second from then on. */
  start(): void;
  close(): void;
}

export function createReconciler(deps: DeploymentDeps & { jobs: Jobs; withLock: WithProjectLock; logger: Logger }): Reconciler {
  const keepAlive = createKeepAlive(deps);
  const pausedUntil = new Map<string, number>();

  const reconcile = async (projectId: string): Promise<void> => {
    await deps.withLock(projectId, async () => {
      const deployment = await deps.repository.find(projectId);
      if (!deployment) return;
      if (!deployment.settled && deployment.desired === 'RUNNING') await bringUp(deps, deployment);
      else if (!deployment.settled) await closeDown(deps, deployment);
      else if (deployment.desired === 'RUNNING') await keepAlive.tend(deployment);
    });
  };
  deps.jobs.implement(reconcileProject, ({ projectId }) => reconcile(projectId));

  // The net below the events: whatever was lost, killed or changed behind our back is found here. It works at once instead of through
  // the queue, where the job of a killed worker would keep its place until its lock runs out.
  const mend = (projectId: string): void => {
    if (Date.now() < (pausedUntil.get(projectId) ?? 0)) return;
    reconcile(projectId).catch((error: unknown) => {
      pausedUntil.set(projectId, Date.now() + AFTER_FAILURE_MS);
      deps.logger.warn({ err: error, projectId }, 'mending a deployment failed, will try again');
    });
  };
  const sweep = async (): Promise<void> => {
    const [unsettled, live, running] = await Promise.all([deps.repository.unsettled(), deps.repository.live(), deps.driver.observe()]);
    const gone = live.filter(({ instanceId, url }) => !url || running.get(instanceId)?.url !== url || !keepAlive.isProven(instanceId, url));
    for (const projectId of new Set([...unsettled, ...gone.map((instance) => instance.projectId)])) mend(projectId);
  };

  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const tick = (): void => {
    void sweep()
      .catch((error: unknown) => deps.logger.warn({ err: error }, 'looking for deployments to mend failed'))
      .finally(() => {
        if (!closed) timer = setTimeout(tick, SWEEP_MS);
      });
  };
  return {
    start: tick,
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}
