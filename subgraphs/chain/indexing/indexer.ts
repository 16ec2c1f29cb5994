import type { Pool } from '#kernel/db';
import type { Logger } from '#kernel/telemetry';
import { NodeError, RpcError, type Block, type ChainNode } from '../rpc';
import type { Graph } from './graph';
import { takeTurn, type Turn } from './index-range';

/** How the index stands. */
export interface IndexerState {
  /** The newest block of the chain that was seen; null when the node has not answered for a while. */
  head: Block | null;
  indexed: Block | null;
  /** Why indexing has stopped for good. */
  failure: string | null;
  /** Why the chain cannot be followed at the moment. */
  trouble: string | null;
}

export interface Indexer {
  state(): IndexerState;
  close(): Promise<void>;
}

export interface IndexerOptions {
  pool: Pool;
  node: ChainNode;
  graph: Graph;
  logger: Logger;
  /** How often the chain is asked for a new block, in milliseconds. */
  pollMs: number;
}

/** How many blocks are asked for at once; fewer after the node has refused. */
const RANGE_BLOCKS = 2000;
const LONGEST_PAUSE_MS = 10_000;
/** A head older than this tells nothing of the chain any more. */
const HEAD_KNOWN_MS = 30_000;
/** How long a node may have fewer blocks than are indexed until it is believed. */
const SHORTER_BELIEVED_MS = 5_000;

/** Follows the chain until it is closed. Trouble with the node or the database is waited out. */
export function createIndexer(options: IndexerOptions): Indexer {
  // While the head is the one at which nothing was left to do, the database is left alone.
  const state = { head: null as Block | null, headSeenAt: 0, settledAt: '', aheadSince: null as number | null, indexed: null as Block | null, failure: null as string | null };
  let closed = false;
  let failures = 0;
  let trouble: string | null = null;
  let rangeSize = RANGE_BLOCKS;
  let rouse: () => void = () => undefined;
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      rouse = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const turn = async (): Promise<number> => {
    const head = await options.node.block('latest');
    if (head && head.hash === state.settledAt) {
      state.headSeenAt = Date.now();
      return options.pollMs;
    }
    const believeShorter = state.aheadSince !== null && Date.now() - state.aheadSince > SHORTER_BELIEVED_MS;
    const result = await takeTurn({ ...options, rangeSize, believeShorter });
    report(options, result, state.failure);
    Object.assign(state, { head: result.head, headSeenAt: Date.now(), indexed: result.indexed, failure: result.kind === 'failed' ? result.failure : null });
    const settled = result.kind === 'idle' || result.kind === 'failed';
    state.settledAt = settled ? result.head.hash : '';
    if (settled) rangeSize = RANGE_BLOCKS;
    state.aheadSince = result.kind === 'ahead' ? (state.aheadSince ?? Date.now()) : null;
    return settled || result.kind === 'ahead' ? options.pollMs : 0;
  };
  const waitOut = (error: unknown): number => {
    failures += 1;
    if (failures === 1) options.logger.warn({ err: error, graph: options.graph.name }, 'indexing waits: chain or database do not answer');
    trouble = error instanceof NodeError ? error.message : 'Indexing fails; the log says why.';
    // Public nodes refuse ranges that hold too many blocks or events.
    if (error instanceof RpcError) rangeSize = Math.max(1, Math.floor(rangeSize / 2));
    return Math.min(options.pollMs * 2 ** failures, LONGEST_PAUSE_MS);
  };
  const run = async (): Promise<void> => {
    while (!closed) {
      const wait = await turn().then((ms) => {
        failures = 0;
        trouble = null;
        return ms;
      }, waitOut);
      if (wait > 0 && !closed) await pause(wait);
    }
  };
  const running = run();
  return {
    state: () => ({ head: Date.now() - state.headSeenAt < HEAD_KNOWN_MS ? state.head : null, indexed: state.indexed, failure: state.failure, trouble }),
    close: async () => {
      closed = true;
      rouse();
      await running;
    },
  };
}

function report({ logger, graph }: IndexerOptions, turn: Turn, knownFailure: string | null): void {
  if (turn.kind === 'rolled-back') logger.warn({ graph: graph.name, block: turn.indexed?.number }, 'the chain was reorganized');
  if (turn.kind === 'started-over') logger.info({ graph: graph.name }, 'indexing from the beginning');
  if (turn.kind === 'failed' && turn.failure !== knownFailure) logger.error({ graph: graph.name, failure: turn.failure }, 'indexing has stopped for good');
}
