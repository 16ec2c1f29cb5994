import { inTransaction, type SqlTransaction } from '#kernel/db';
import { RpcError, type ChainNode } from '../rpc';
import type { SendingDeps } from './sending-turn';

const TAKEN_ALREADY = /already (known|imported)|known transaction/i;

/** Only one process at a time sends for an account. Null when another one does. */
export async function inLane<T>({ pool, signer }: Pick<SendingDeps, 'pool' | 'signer'>, work: (tx: SqlTransaction) => Promise<T>): Promise<T | null> {
  await pool.query('INSERT INTO sender_lane (address) VALUES ($1) ON CONFLICT DO NOTHING', [signer.address]);
  return inTransaction(pool, async (tx) => {
    const lane = await tx.query('SELECT address FROM sender_lane WHERE address = $1 FOR UPDATE SKIP LOCKED', [signer.address]);
    return lane.length === 0 ? null : work(tx);
  });
}

// A node may forget what waits to be mined: it is told again, which changes nothing if it remembers.
export async function refusalOf(node: ChainNode, raw: string): Promise<RpcError | null> {
  return node.broadcast(raw).then(
    () => null,
    (error: unknown) => {
      if (!(error instanceof RpcError)) throw error;
      return TAKEN_ALREADY.test(error.message) ? null : error;
    },
  );
}

export async function broadcast(node: ChainNode, raw: string): Promise<void> {
  const refusal = await refusalOf(node, raw);
  if (refusal) throw refusal;
}
