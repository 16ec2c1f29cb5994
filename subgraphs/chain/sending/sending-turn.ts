import { fromPg, type Pool, type SqlTransaction } from '#kernel/db';
import { DEPLOYMENT_PROXY, createProject, deployFactory, factoryAddress, factoryInterface, projectAddress, toBytes16 } from '../contracts';
import { RpcError, type ChainNode } from '../rpc';
import { lookAgain, markDeployed, markSent, nextIntent, requeue, type ContractIntent } from './contract-intents';
import { tellDeployed } from './contract-deployed';
import { broadcast, inLane, refusalOf } from './lane';
import { signTransaction } from './signed-transaction';
import type { Signer } from './signer';

export interface SendingDeps {
  pool: Pool;
  node: ChainNode;
  signer: Signer;
  chainId: number;
  /** The factory; one that the signer administers is put on chain when it is not there. EIP-55. */
  factory: string;
  /** The first block that can hold one of its events. */
  startBlock: number;
  /** How many blocks must lie upon the one that holds a contract before it counts. */
  confirmations: number;
}

interface Step extends SendingDeps {
  tx: SqlTransaction;
  genesisHash: string;
}

/** `idle`: nothing to do for a moment. `worked`: there may be more at once. */
export type SendingTurn = 'idle' | 'worked';

const LOOK_AGAIN_MS = 500;

/**
 * One step for one project: sends its transaction, or looks what became of it. A process may die anywhere in it: what was signed is
 * stored before it is broadcast, and whatever is stored, the contract's address on chain is looked at first.
 * @throws when node or database do not answer; then the next turn goes on from what is stored.
 */
export async function takeSendingTurn(deps: SendingDeps): Promise<SendingTurn> {
  const genesis = await deps.node.block(0);
  if (!genesis || !(await nextIntent(fromPg(deps.pool), genesis.hash))) return 'idle';
  const step = await inLane(deps, async (tx) => {
    if ((await deps.node.code(deps.factory)) === null) return { raw: await signFactory(deps), turn: 'idle' } as const;
    const intent = await nextIntent(tx, genesis.hash);
    return intent && ({ raw: await takeStep({ ...deps, tx, genesisHash: genesis.hash }, intent), turn: 'worked' } as const);
  });
  if (step?.raw) await broadcast(deps.node, step.raw);
  return step?.turn ?? 'idle';
}

async function signFactory(deps: SendingDeps): Promise<string | null> {
  const { node, factory, signer } = deps;
  const ours = factoryAddress(signer.address) === factory;
  if (!ours || (await node.code(DEPLOYMENT_PROXY)) === null) throw new Error(`There is no factory at ${factory}, nor can it be put there.`);
  try {
    return (await signTransaction(deps, deployFactory(signer.address))).raw;
  } catch (error) {
    if ((await node.code(factory)) !== null) return null; // it was mined in this very moment
    throw error;
  }
}

/** @returns a signed transaction to be broadcast after the commit, or null. */
async function takeStep(step: Step, intent: ContractIntent): Promise<string | null> {
  const address = projectAddress(step.factory, intent.projectId);
  if ((await step.node.code(address)) !== null) return finish(step, intent, address);
  const onItsWay = intent.state === 'SENT' && intent.genesisHash === step.genesisHash;
  return onItsWay ? followUp(step, intent) : send(step, intent);
}

async function send(step: Step, { projectId, budgetMinor }: ContractIntent): Promise<string | null> {
  const call = createProject(step.factory, { projectId, budgetMinor: BigInt(budgetMinor), admin: step.signer.address });
  try {
    const signed = await signTransaction(step, call);
    await markSent(step.tx, projectId, { ...signed, genesisHash: step.genesisHash });
    return signed.raw;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    await requeue(step.tx, projectId, error.message);
    return null;
  }
}

async function followUp({ tx, node }: Step, { projectId, transactionHash, rawTransaction }: ContractIntent): Promise<null> {
  const receipt = await node.receipt(transactionHash ?? '');
  const refusal = receipt ? null : await refusalOf(node, rawTransaction ?? '');
  if (receipt && !receipt.succeeded) await requeue(tx, projectId, `Transaction ${transactionHash} was reverted.`);
  else if (refusal) await requeue(tx, projectId, refusal.message); // another transaction took its number, or the account is empty
  else await lookAgain(tx, projectId, LOOK_AGAIN_MS);
  return null;
}

async function finish(step: Step, { projectId, transactionHash }: ContractIntent, address: string): Promise<null> {
  const creation = await findCreation(step, projectId, transactionHash);
  const head = await step.node.block('latest');
  if (!creation || !head || head.number < creation.blockNumber + step.confirmations) {
    await lookAgain(step.tx, projectId, LOOK_AGAIN_MS);
    return null;
  }
  await markDeployed(step.tx, projectId, { ...creation, address, genesisHash: step.genesisHash });
  await tellDeployed(step.tx, { projectId, chainId: String(step.chainId), address, ...creation });
  return null;
}

async function findCreation({ node, factory, startBlock }: Step, projectId: string, transactionHash: string | null): Promise<{ transactionHash: string; blockNumber: number } | null> {
  const receipt = transactionHash === null ? null : await node.receipt(transactionHash);
  if (receipt?.succeeded) return { transactionHash: receipt.transactionHash, blockNumber: receipt.blockNumber };
  const head = await node.block('latest');
  const topics = [[factoryInterface.getEvent('ProjectCreated')?.topicHash ?? ''], [zeroPadTopic(projectId)]];
  const [log] = await node.logs({ from: startBlock, to: head?.number ?? startBlock, address: factory, topics });
  return log ? { transactionHash: log.transactionHash, blockNumber: log.blockNumber } : null;
}

// Short byte strings stand at the front of a topic.
function zeroPadTopic(projectId: string): string {
  return `${toBytes16(projectId)}${'0'.repeat(32)}`;
}
