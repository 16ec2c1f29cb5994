import { fromPg, inTransaction, type Pool, type SqlTransaction } from '#kernel/db';
import type { Block, ChainNode, Log } from '../rpc';
import { addCheckpoints, checkpoints, lockGraph, newestCheckpoint, recordFailure, rollBack, startOver } from './block-ledger';
import { EntityReadError, openEntityVersions } from './entity-versions';
import type { Graph } from './graph';

/** What one turn came to. `indexed`: there may be more to do at once. `ahead`: the node has fewer blocks than are indexed. */
export type Turn =
  | { kind: 'indexed' | 'idle' | 'ahead'; head: Block; indexed: Block | null }
  | { kind: 'rolled-back' | 'started-over'; head: Block; indexed: Block | null }
  | { kind: 'failed'; head: Block; indexed: Block | null; failure: string };

interface Deps {
  pool: Pool;
  node: ChainNode;
  graph: Graph;
  /** How many blocks are asked for at once. */
  rangeSize: number;
  /**
   * Whether a chain that is shorter than what is indexed, and does not contradict it, is believed. It may be one of several nodes that
   * lags behind the others; or a development chain that lost its last blocks.
   */
  believeShorter: boolean;
}

/** An event that cannot be handled: trying again would not help. */
class HandlerError extends Error {}

/** The chain changed under our feet while we read; the next turn sees it whole. */
class ChainMovedError extends Error {}

/**
 * One turn of the indexer: follows the chain by one range of blocks, or finds out that the chain is not the one we followed and
 * goes back to where both agree. Everything is one transaction under the graph's lock, so it may die at any point.
 * @throws when node or database do not answer; then nothing has changed.
 */
export async function takeTurn(deps: Deps): Promise<Turn> {
  const head = await deps.node.block('latest');
  const genesis = await deps.node.block(0);
  if (!head || !genesis) throw new Error('The node knows no blocks.');
  try {
    return await inTransaction(deps.pool, async (tx) => turnUnderLock(deps, tx, head, genesis.hash));
  } catch (error) {
    if (error instanceof ChainMovedError) return { kind: 'rolled-back', head, indexed: await newestCheckpoint(fromPg(deps.pool), deps.graph.name) };
    if (!(error instanceof HandlerError)) throw error;
    return inTransaction(deps.pool, async (tx) => {
      await recordFailure(tx, deps.graph.name, error.message);
      return { kind: 'failed', head, indexed: await newestCheckpoint(tx, deps.graph.name), failure: error.message };
    });
  }
}

async function turnUnderLock(deps: Deps, tx: SqlTransaction, head: Block, genesisHash: string): Promise<Turn> {
  const { graph } = deps;
  const state = await lockGraph(tx, graph.name);
  if (state?.deployment !== graph.deployment || state.genesisHash !== genesisHash) {
    await startOver(tx, graph, genesisHash);
    return { kind: 'started-over', head, indexed: null };
  }
  const indexed = await newestCheckpoint(tx, graph.name);
  if (state.failure !== null) return { kind: 'failed', head, indexed, failure: state.failure };
  if (indexed && !(await agrees(deps, tx, head, indexed))) return goBack(deps, tx, head, genesisHash);
  if (indexed && head.number < indexed.number) return { kind: 'ahead', head, indexed };
  if (indexed?.number === head.number || head.number < graph.startBlock) return { kind: 'idle', head, indexed };
  return indexNextRange(deps, tx, head, indexed);
}

async function agrees({ node, graph, believeShorter }: Deps, tx: SqlTransaction, head: Block, indexed: Block): Promise<boolean> {
  const shorter = head.number < indexed.number;
  if (shorter && believeShorter) return false;
  const comparable = shorter ? await newestCheckpoint(tx, graph.name, head.number) : indexed;
  return comparable === null || isOnChain(node, comparable);
}

async function isOnChain(node: ChainNode, block: Block): Promise<boolean> {
  return (await node.block(block.number))?.hash === block.hash;
}

async function goBack({ node, graph }: Deps, tx: SqlTransaction, head: Block, genesisHash: string): Promise<Turn> {
  for (const checkpoint of await checkpoints(tx, graph.name)) {
    if (!(await isOnChain(node, checkpoint))) continue;
    await rollBack(tx, graph.name, checkpoint.number);
    return { kind: 'rolled-back', head, indexed: checkpoint };
  }
  await startOver(tx, graph, genesisHash);
  return { kind: 'started-over', head, indexed: null };
}

async function indexNextRange({ node, graph, rangeSize }: Deps, tx: SqlTransaction, head: Block, indexed: Block | null): Promise<Turn> {
  const from = indexed ? indexed.number + 1 : graph.startBlock;
  const to = Math.min(head.number, from + rangeSize - 1);
  const last = to === head.number ? head : await blockAt(node, to);
  const logs = await node.logs({ from, to, topics: [graph.topics] });
  const blocks = await blocksOf(node, logs, last);
  // Blocks are chained by their hashes: if the last one still stands, so does all that lies below it.
  if (!(await isOnChain(node, last))) throw new ChainMovedError();
  await handleAll(graph, tx, logs, blocks);
  await addCheckpoints(tx, graph.name, [...blocks.values()]);
  return { kind: 'indexed', head, indexed: last };
}

async function handleAll(graph: Graph, tx: SqlTransaction, logs: readonly Log[], blocks: ReadonlyMap<number, Block>): Promise<void> {
  const entities = openEntityVersions(tx, graph.name, graph.model);
  for (const block of blocks.values()) {
    for (const log of logs.filter(({ blockNumber }) => blockNumber === block.number)) {
      await graph.handle(log, block, entities).catch((error: unknown) => {
        if (error instanceof EntityReadError) throw error;
        throw new HandlerError(`Event ${log.logIndex} of block ${block.number}: ${error instanceof Error ? error.message : String(error)}`);
      });
    }
    await entities.closeBlock(block.number);
  }
}

/** The blocks that hold events, in order, and the last one of the range. */
async function blocksOf(node: ChainNode, logs: readonly Log[], last: Block): Promise<Map<number, Block>> {
  const blocks = new Map<number, Block>();
  for (const { blockNumber, blockHash } of logs) {
    const block = blocks.get(blockNumber) ?? (blockNumber === last.number ? last : await blockAt(node, blockNumber));
    if (block.hash !== blockHash) throw new ChainMovedError();
    blocks.set(blockNumber, block);
  }
  return blocks.set(last.number, last);
}

async function blockAt(node: ChainNode, number: number): Promise<Block> {
  const block = await node.block(number);
  if (!block) throw new ChainMovedError();
  return block;
}
