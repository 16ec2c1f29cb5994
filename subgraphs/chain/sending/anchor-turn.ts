import { keccak256 } from 'ethers';
import { z } from 'zod';
import { fromPg, type SqlTransaction } from '#kernel/db';
import { appendAudit, appendEvent, defineEvent } from '#kernel/events';
import { DEPLOYMENT_PROXY, anchorCheckpoint, auditAnchorAddress, auditAnchorInterface, deployAuditAnchor, type Checkpoint } from '../contracts';
import { RpcError } from '../rpc';
import { lookAtAnchorAgain, markAnchorSent, markAnchored, nextAnchor, requeueAnchor, skipSmaller, type AnchorIntent } from './anchor-intents';
import { broadcast, inLane, refusalOf } from './lane';
import type { SendingDeps, SendingTurn } from './sending-turn';
import { signTransaction } from './signed-transaction';

const hash = z.string().regex(/^0x[0-9a-f]{64}$/);

/** A checkpoint is on chain for good. Hashes are 32 bytes in hexadecimal, the address is EIP-55. */
export const auditAnchored = defineEvent({
  name: 'chain.audit-anchored',
  version: 1,
  payload: z.object({ logId: hash, treeSize: z.string().regex(/^\d{1,16}$/), rootHash: hash, chainId: z.string(), address: z.string(), transactionHash: hash, blockNumber: z.number().int() }),
  sentence: 'A checkpoint of the audit log is on chain.',
});

const LOOK_AGAIN_MS = 500;

/**
 * One step for one checkpoint: sends it, or looks what became of it; what is on chain is looked at first, whatever is stored: a process may die anywhere.
 * @throws when node or database do not answer; then the next turn goes on from what is stored.
 */
export async function takeAnchorTurn(deps: SendingDeps): Promise<SendingTurn> {
  if (!(await nextAnchor(fromPg(deps.pool)))) return 'idle';
  const address = auditAnchorAddress(deps.signer.address);
  const raw = await inLane(deps, async (tx) => {
    if ((await deps.node.code(address)) === null) return signContract(deps);
    const intent = await nextAnchor(tx);
    return intent && takeStep(deps, tx, address, intent);
  });
  if (raw) await broadcast(deps.node, raw);
  return 'idle';
}

async function signContract(deps: SendingDeps): Promise<string> {
  if ((await deps.node.code(DEPLOYMENT_PROXY)) === null) throw new Error('There is no contract for checkpoints, nor can it be put there.');
  return (await signTransaction(deps, deployAuditAnchor(deps.signer.address))).raw;
}

/** @returns a signed transaction to be broadcast after the commit, or null. */
async function takeStep(deps: SendingDeps, tx: SqlTransaction, address: string, intent: AnchorIntent): Promise<string | null> {
  if (intent.rawTransaction !== null) return followUp(deps, tx, address, intent, intent.rawTransaction);
  try {
    const { raw } = await signTransaction(deps, anchorCheckpoint(address, intent));
    await markAnchorSent(tx, intent, raw);
    return raw;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    // It would revert, most likely because it is there already, or a larger one is.
    const found = await onChain(deps, address, intent);
    if (found) await finish(deps, tx, address, intent, found);
    else await requeueAnchor(tx, intent, error.message);
    return null;
  }
}

async function followUp(deps: SendingDeps, tx: SqlTransaction, address: string, intent: AnchorIntent, raw: string): Promise<null> {
  const receipt = await deps.node.receipt(keccak256(raw));
  if (receipt?.succeeded) return finish(deps, tx, address, intent, { treeSize: BigInt(intent.treeSize), rootHash: intent.rootHash, transactionHash: receipt.transactionHash, blockNumber: receipt.blockNumber });
  const refusal = receipt ? null : await refusalOf(deps.node, raw);
  if (receipt) await requeueAnchor(tx, intent, 'It was reverted.');
  else if (refusal) await requeueAnchor(tx, intent, refusal.message); // another transaction took its number
  else await lookAtAnchorAgain(tx, intent, LOOK_AGAIN_MS);
  return null;
}

interface Found {
  treeSize: bigint;
  rootHash: string;
  transactionHash: string;
  blockNumber: number;
}

/** The checkpoint itself on chain, or a larger one of its log. */
async function onChain({ node, startBlock }: SendingDeps, address: string, { logId, treeSize }: Checkpoint): Promise<Found | null> {
  const head = await node.block('latest');
  const logs = await node.logs({ from: startBlock, to: head?.number ?? startBlock, address, topics: [[auditAnchorInterface.getEvent('Anchored')?.topicHash ?? ''], [logId]] });
  const all = logs.map((log): Found => {
    const parsed = auditAnchorInterface.parseLog({ topics: [...log.topics], data: log.data });
    return { treeSize: BigInt(parsed?.args.treeSize as bigint), rootHash: String(parsed?.args.root), transactionHash: log.transactionHash, blockNumber: log.blockNumber };
  });
  return all.find((one) => one.treeSize === BigInt(treeSize)) ?? all.find((one) => one.treeSize > BigInt(treeSize)) ?? null;
}

async function finish({ node, chainId, confirmations }: SendingDeps, tx: SqlTransaction, address: string, intent: AnchorIntent, { treeSize, rootHash, ...place }: Found): Promise<null> {
  const head = await node.block('latest');
  if (!head || head.number < place.blockNumber + confirmations) {
    await lookAtAnchorAgain(tx, intent, LOOK_AGAIN_MS);
    return null;
  }
  await skipSmaller(tx, intent.logId, treeSize);
  if (treeSize !== BigInt(intent.treeSize)) return null;
  const { logId } = intent;
  await markAnchored(tx, intent, place);
  const payload = { logId, treeSize: intent.treeSize, rootHash, chainId: String(chainId), address, ...place };
  await appendAudit(tx, { actorId: null, action: auditAnchored.name, entityType: 'AuditLog', entityId: logId, organizationId: null, payload });
  await appendEvent(tx, { definition: auditAnchored, aggregateType: 'AuditLog', aggregateId: logId, payload });
  return null;
}
