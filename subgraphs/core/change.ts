import type { Principal } from '#kernel/auth';
import { ForbiddenError } from '#kernel/errors';
import { idempotent } from '#kernel/idempotency';
import { transaction, type CoreDatabase, type CoreTransaction } from './database';

/** What identifies a change: what is done, under which key of the caller, and what was asked. */
export interface Change {
  operation: string;
  key: string;
  request: unknown;
}

/** Runs a change of the caller's organisation once for each key, in one transaction. @throws AppError FORBIDDEN for a caller of no organisation. */
export function change<R>(
  database: CoreDatabase,
  principal: Principal,
  { operation, key, request }: Change,
  effect: (tx: CoreTransaction, organizationId: string) => Promise<R>,
): Promise<R> {
  const organizationId = organizationOf(principal);
  const once = { scope: `${organizationId}:${operation}`, key, request };
  return transaction(database, (tx) => idempotent(tx.sql, once, () => effect(tx, organizationId)));
}

/** @throws ForbiddenError for a caller of no organisation. */
export function organizationOf(principal: Principal): string {
  if (!principal.organizationId) throw new ForbiddenError();
  return principal.organizationId;
}

/** How the GraphQL argument `idempotencyKey` is described. */
export const KEY = 'Chosen by the caller, for example a UUID: a repeat with the same key and the same request changes nothing and answers the same.';

/** The id of nobody: matches no row. */
export const NONE = '00000000-0000-0000-0000-000000000000';
