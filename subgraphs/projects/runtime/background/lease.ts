import type { SqlTransaction } from '#kernel/db';
import { ConflictError } from '#kernel/errors';

/**
 * Makes a generation the one that relays and runs jobs. Never goes back: an order that comes late must not wake a service
 * that was replaced.
 * @throws ConflictError when a later generation has been activated.
 */
export async function activateGeneration(tx: SqlTransaction, generation: number): Promise<void> {
  const changed = await tx.execute('UPDATE service_lease SET generation = $1::int WHERE id = 1 AND generation <= $1::int', [generation]);
  if (changed === 0) throw new ConflictError('generation', `${generation} is past: a later one has been activated`);
}

/** Whether this generation holds the lease. It stays so until the transaction ends: what it commits is committed as its holder. */
export async function holdsLease(tx: SqlTransaction, generation: number): Promise<boolean> {
  const [lease] = await tx.query<{ generation: number }>('SELECT generation FROM service_lease WHERE id = 1 FOR SHARE', []);
  return lease?.generation === generation;
}
