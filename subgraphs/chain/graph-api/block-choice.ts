import { GraphQLError } from 'graphql';
import { badBlock, notStarted, notYetIndexed, NO_SUCH_HASH } from './query-errors';
import type { Snapshot } from './snapshot';

/** The argument `block` of a root field. */
export interface BlockHeight {
  hash?: string | null;
  number?: number | null;
  number_gte?: number | null;
}

/** The block at which a root field is read. Asked for by number, its hash is not told: it would not prove anything. */
export interface ChosenBlock {
  number: number;
  hash: string | null;
  parentHash: string | null;
  timestamp: number | null;
}

/** What the request finds indexed. */
export interface GraphHead extends ChosenBlock {
  deployment: string;
  failure: string | null;
}

type BlockRow = { number: string; hash: string; parentHash: string; timestamp: string };

const BLOCK = 'b.number, b.hash, b.parent_hash AS "parentHash", b.timestamp';

/** @throws when nothing is indexed yet. */
export async function readHead(snapshot: Snapshot, graph: string): Promise<GraphHead> {
  const [row] = await snapshot.query<BlockRow & { deployment: string; failure: string | null }>(
    `SELECT ${BLOCK}, g.deployment, g.failure FROM indexed_graph g JOIN indexed_block b ON b.graph = g.name WHERE g.name = $1 ORDER BY b.number DESC LIMIT 1`,
    [graph],
  );
  if (!row) throw notStarted(graph);
  return { ...blockOf(row), deployment: row.deployment, failure: row.failure };
}

/** Finds the block that a root field names. @throws in graph-node's words when it is not there. */
export async function chooseBlock(snapshot: Snapshot, graph: string, head: GraphHead, wanted: BlockHeight | null | undefined): Promise<ChosenBlock> {
  const named = Object.entries(wanted ?? {}).filter(([, value]) => value !== null && value !== undefined);
  if (named.length > 1) throw new GraphQLError('Only one of hash, number and number_gte can be given for a block');
  if (typeof wanted?.hash === 'string') return findByHash(snapshot, graph, wanted.hash);
  const number = wanted?.number ?? wanted?.number_gte;
  if (number === null || number === undefined) return head;
  if (number > head.number) throw badBlock(typeof wanted?.number === 'number' ? 'number' : 'number_gte', notYetIndexed(head.deployment, head.number, number));
  return typeof wanted?.number === 'number' ? { number, hash: null, parentHash: null, timestamp: null } : head;
}

async function findByHash(snapshot: Snapshot, graph: string, hash: string): Promise<ChosenBlock> {
  const [row] = await snapshot.query<BlockRow>(`SELECT ${BLOCK} FROM indexed_block b WHERE b.graph = $1 AND b.hash = $2`, [graph, hash.toLowerCase()]);
  if (!row) throw badBlock('hash', NO_SUCH_HASH);
  return blockOf(row);
}

function blockOf(row: BlockRow): ChosenBlock & { hash: string } {
  return { number: Number(row.number), hash: row.hash, parentHash: row.parentHash, timestamp: Number(row.timestamp) };
}
