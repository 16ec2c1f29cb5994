import { fromPg, inTransaction } from '#kernel/db';
import { newestContract, requeue } from './contract-intents';
import type { SendingDeps } from './sending-turn';

/**
 * Wishes again for contracts that are no longer on chain: a reorganization took them, or a development chain lost its last blocks.
 * What came later is lost first, so it looks from the newest one back to the first that is still there.
 * @returns how many were lost.
 */
export async function requeueLostContracts({ pool, node }: Pick<SendingDeps, 'pool' | 'node'>): Promise<number> {
  for (let lost = 0; ; lost += 1) {
    const newest = await newestContract(fromPg(pool));
    if (!newest || (await node.code(newest.address)) !== null) return lost;
    await inTransaction(pool, (tx) => requeue(tx, newest.projectId, 'The contract is no longer on chain.'));
  }
}
