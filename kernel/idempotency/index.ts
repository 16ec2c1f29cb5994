import { createHash } from 'node:crypto';
import { AppError, BadInputError } from '#kernel/errors';
import type { SqlTransaction } from '#kernel/db';

const KEY = /^[\x21-\x7e]{1,200}$/;

/** What identifies a request: who asks (`scope`), their key, and what they asked. */
export interface IdempotentRequest {
  /** Organisation or user, and operation: the same key of two callers does not clash. */
  scope: string;
  key: string;
  request: unknown;
}

/**
 * Runs `effect` once for each (scope, key), inside the caller's transaction: the key and the effect commit together or not at all.
 * A repeat with the same request gets the first result; two at once wait for each other on the unique index.
 * Table: `idempotency_key(scope, key, request_hash, result, created_at)`.
 * @throws AppError IDEMPOTENCY_CONFLICT when the key was used with another request; BAD_USER_INPUT when the key is malformed.
 */
export async function idempotent<R>(tx: SqlTransaction, request: IdempotentRequest, effect: () => Promise<R>): Promise<R> {
  if (!KEY.test(request.key)) throw new BadInputError('idempotencyKey', 'must be 1 to 200 visible ASCII characters');
  const hash = createHash('sha256').update(canonical(request.request)).digest('hex');
  const inserted = await tx.execute(
    'INSERT INTO idempotency_key (scope, key, request_hash) VALUES ($1, $2, $3) ON CONFLICT (scope, key) DO NOTHING',
    [request.scope, request.key, hash],
  );
  if (inserted === 0) return storedResult<R>(tx, request, hash);
  const result = await effect();
  await tx.execute('UPDATE idempotency_key SET result = $3::jsonb WHERE scope = $1 AND key = $2', [
    request.scope,
    request.key,
    JSON.stringify(result),
  ]);
  return result;
}

/** Whether an effect has run under a key: for requests whose proof no longer holds once they have had their effect. */
export async function alreadyRan(sql: Pick<SqlTransaction, 'query'>, { scope, key }: Pick<IdempotentRequest, 'scope' | 'key'>): Promise<boolean> {
  return KEY.test(key) && (await sql.query('SELECT 1 FROM idempotency_key WHERE scope = $1 AND key = $2', [scope, key])).length > 0;
}

async function storedResult<R>(tx: SqlTransaction, request: IdempotentRequest, hash: string): Promise<R> {
  const [row] = await tx.query<{ request_hash: string; result: R }>(
    'SELECT request_hash, result FROM idempotency_key WHERE scope = $1 AND key = $2',
    [request.scope, request.key],
  );
  if (row?.request_hash !== hash) {
    throw new AppError('IDEMPOTENCY_CONFLICT', 'This idempotency key was used before with another request.', { field: 'idempotencyKey' });
  }
  return row.result;
}

/** JSON with sorted keys: the order in which a client writes its fields does not make another request. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : typeof part === 'bigint'
        ? part.toString()
        : part,
  );
}
