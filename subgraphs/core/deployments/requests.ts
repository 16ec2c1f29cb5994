import { AppError } from '#kernel/errors';
import type { CoreTransaction } from '../database';

/** Writes down what a project's service should be. The worker makes it so. Each call belongs to the caller's transaction. */
export const deploymentRequests = {
  /** The first start. */
  async start(tx: CoreTransaction, request: { projectId: string; typeCode: string; version: string }): Promise<void> {
    await tx.models.deployment.create({ data: { ...request, desired: 'RUNNING' } });
  },

  /** Another try after a failure, with the newest settings. */
  async retry(tx: CoreTransaction, projectId: string): Promise<void> {
    await tx.models.deployment.update({
      where: { projectId },
      data: { generation: { increment: 1 }, settled: false, failureCode: null, failureReason: null },
    });
  },

  /** A new instance of another version beside the old one. @throws AppError INVALID_TRANSITION while something else is under way. */
  async upgrade(tx: CoreTransaction, projectId: string, version: string): Promise<void> {
    const changed = await tx.models.deployment.updateMany({
      where: { projectId, settled: true, desired: 'RUNNING' },
      data: { version, generation: { increment: 1 }, settled: false, failureCode: null, failureReason: null },
    });
    if (changed.count === 0) throw new AppError('INVALID_TRANSITION', 'Another deployment of this project is under way; wait for it to end.');
  },

  /** Stop for good. */
  async stop(tx: CoreTransaction, projectId: string): Promise<void> {
    await tx.models.deployment.update({ where: { projectId }, data: { desired: 'STOPPED', settled: false } });
  },
};
