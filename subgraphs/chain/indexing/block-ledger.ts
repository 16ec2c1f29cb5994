import type { SqlTransaction } from '#kernel/db';
import type { Block } from '../rpc';
import type { Graph } from './graph';

// Deeper reorganizations than this make the index start over. Every checkpoint can be read at by its hash.
const KEPT_BLOCKS = 1024;

/** What is stored about how far a graph is. */
export interface GraphState {
  deployment: string;
  genesisHash: string;
  /** Why indexing has stopped for good; null while it goes on. */
  failure: string | null;
}

/** Locks the graph until the end of the transaction: one process indexes it at a time. Null when it was never indexed. */
export async function lockGraph(tx: SqlTransaction, name: string): Promise<GraphState | null> {
  const rows = await tx.query<GraphState>('SELECT deployment, genesis_hash AS "genesisHash", failure FROM indexed_graph WHERE name = $1 FOR UPDATE', [name]);
  return rows[0] ?? null;
}

/** Forgets every row of the graph and begins anew on this chain; or finds that another process has just done so. */
export async function startOver(tx: SqlTransaction, graph: Graph, genesisHash: string): Promise<void> {
  await tx.execute('DELETE FROM indexed_graph WHERE name = $1', [graph.name]);
  await tx.execute('INSERT INTO indexed_graph (name, deployment, genesis_hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [graph.name, graph.deployment, genesisHash]);
}

export async function recordFailure(tx: SqlTransaction, name: string, failure: string): Promise<void> {
  await tx.execute('UPDATE indexed_graph SET failure = $2 WHERE name = $1', [name, failure]);
}

interface BlockRow {
  number: string;
  hash: string;
  parentHash: string;
  timestamp: string;
}

const BLOCK_COLUMNS = 'number, hash, parent_hash AS "parentHash", timestamp';

/** All checkpoints, newest first. */
export async function checkpoints(tx: SqlTransaction, name: string): Promise<Block[]> {
  return (await tx.query<BlockRow>(`SELECT ${BLOCK_COLUMNS} FROM indexed_block WHERE graph = $1 ORDER BY number DESC`, [name])).map(blockOf);
}

/** The newest block up to which the graph is indexed, or the newest that is not above `atMost`. */
export async function newestCheckpoint(tx: SqlTransaction, name: string, atMost = Number.MAX_SAFE_INTEGER): Promise<Block | null> {
  const sql = `SELECT ${BLOCK_COLUMNS} FROM indexed_block WHERE graph = $1 AND number <= $2 ORDER BY number DESC LIMIT 1`;
  const [row] = await tx.query<BlockRow>(sql, [name, atMost]);
  return row ? blockOf(row) : null;
}

function blockOf(row: BlockRow): Block {
  return { ...row, number: Number(row.number), timestamp: Number(row.timestamp) };
}

/** Records blocks up to which the graph is indexed now, and forgets those that are too deep to matter. */
export async function addCheckpoints(tx: SqlTransaction, name: string, blocks: readonly Block[]): Promise<void> {
  await tx.execute(
    `INSERT INTO indexed_block (graph, number, hash, parent_hash, timestamp)
     SELECT $1, b.number, b.hash, b."parentHash", b.timestamp
     FROM jsonb_to_recordset($2::jsonb) AS b(number bigint, hash text, "parentHash" text, timestamp bigint) ON CONFLICT DO NOTHING`,
    [name, JSON.stringify(blocks)],
  );
  const newest = Math.max(...blocks.map(({ number }) => number));
  await tx.execute('DELETE FROM indexed_block WHERE graph = $1 AND number < $2', [name, newest - KEPT_BLOCKS]);
}

/** Makes everything as it was when the graph was indexed up to this block. */
export async function rollBack(tx: SqlTransaction, name: string, blockNumber: number): Promise<void> {
  await tx.execute('DELETE FROM indexed_block WHERE graph = $1 AND number > $2', [name, blockNumber]);
  await tx.execute('DELETE FROM entity_version WHERE graph = $1 AND block_from > $2', [name, blockNumber]);
  await tx.execute('UPDATE entity_version SET block_to = NULL WHERE graph = $1 AND block_to > $2', [name, blockNumber]);
}
