import type { SqlTransaction } from '#kernel/db';
import { idempotent } from '#kernel/idempotency';
import type { ProjectFacts } from './project-facts';
import { lockProject } from './project-state';

/** Who asks for which change. */
export interface ChangeRequest {
  /** The subject of the principal: keys of two people do not clash. */
  actorId: string;
  /** The name of the mutation. */
  operation: string;
  idempotencyKey: string;
  input: unknown;
}

/**
 * The way in for every change of a project, inside the caller's transaction: once for each idempotency key, and only while the
 * project is neither paused nor closed. `effect` returns plain JSON, which a repeat is answered with, whatever happened since.
 * @throws AppError IDEMPOTENCY_CONFLICT, PROJECT_PAUSED, PROJECT_CLOSED, BAD_USER_INPUT
 */
export async function changeProject<R>(tx: SqlTransaction, request: ChangeRequest, effect: (project: ProjectFacts) => Promise<R>): Promise<R> {
  const scope = `${request.actorId} ${request.operation}`;
  return idempotent(tx, { scope, key: request.idempotencyKey, request: request.input }, async () => effect(await lockProject(tx)));
}
