import type { Logger } from '#kernel/telemetry';
import type { Deployment, DeploymentsRepository } from './deployments.repository';

/** The steps of a deployment, in the order in which they run. */
export type StepName = 'CHECK' | 'DATABASE' | 'MIGRATE' | 'START' | 'READY' | 'SCHEMA' | 'PUBLISH' | 'ATTACH' | 'SWAP' | 'ACTIVATE' | 'RETIRE' | 'DETACH' | 'DRAIN' | 'STOP' | 'RESTART';

/** Runs one step and writes into the journal when it began, how it ended and why. */
export type RunStep = <T>(deployment: Deployment, name: StepName, work: () => Promise<T>) => Promise<T>;

export function createJournal(repository: DeploymentsRepository, logger: Logger): RunStep {
  return async (deployment, name, work) => {
    const id = await repository.openStep(deployment, name);
    const { projectId, generation } = deployment;
    try {
      const result = await work();
      await repository.closeStep(id, 'DONE', null);
      logger.info({ projectId, generation, step: name }, 'deployment step done');
      return result;
    } catch (error) {
      await repository.closeStep(id, 'FAILED', error instanceof Error ? error.message : String(error));
      logger.warn({ projectId, generation, step: name, err: error }, 'deployment step failed');
      throw error;
    }
  };
}
