import { AppError } from '#kernel/errors';
import type { ProjectRow } from './project.repository';

type Status = ProjectRow['status'];

/** Which step is possible from which status. One table, so that no step is forgotten in a corner. */
const FROM: Readonly<Record<string, readonly Status[]>> = {
  deploy: ['DRAFT'],
  retry: ['FAILED'],
  update: ['DRAFT', 'PROVISIONING', 'ACTIVE', 'PAUSED', 'FAILED'],
  upgrade: ['ACTIVE', 'PAUSED'],
  pause: ['ACTIVE'],
  resume: ['PAUSED'],
  close: ['ACTIVE', 'PAUSED'],
  archive: ['CLOSED'],
  delete: ['DRAFT', 'FAILED'],
};

export type Step = 'deploy' | 'retry' | 'update' | 'upgrade' | 'pause' | 'resume' | 'close' | 'archive' | 'delete';

/** @throws AppError INVALID_TRANSITION naming the status and from where the step is possible. */
export function assertPossible(step: Step, status: Status): void {
  const from = FROM[step] ?? [];
  if (from.includes(status)) return;
  throw new AppError('INVALID_TRANSITION', `A project that is ${status} cannot ${step}; it must be ${from.join(' or ')}.`, { field: 'id', status });
}
