import type { PoolClient } from 'pg';
import { fromPg } from '#kernel/db';
import { LEAF_COLUMNS, TreeReader, canonicalJson, type LeafEntry } from '../audit';

export interface ExportedRange {
  organizationId: string;
  projectId: string | null;
  from: Date | null;
  to: Date | null;
  knownSizes: readonly number[];
}

export interface SignedTree {
  size: number;
  verifierKeys: readonly string[];
}

/** How many checkpoints an export has at most, besides those that were asked for: between two of them it can be told where something was changed. */
const MOST_CHECKPOINTS = 500;
const PAGE = 1000;

/**
 * The lines of an export of the audit log, each canonical JSON: what it is; then from the first leaf to the last either an entry, or the hash over a whole
 * subtree in which nothing is shown (as large as can be); after the leaf that it ends with, a checkpoint, and where on chain it is.
 * docs/audit.md has the format. Reads in the transaction of the connection, page by page.
 */
export async function* exportLines(client: PoolClient, range: ExportedRange, tree: SignedTree, counts: { entries: number }): AsyncGenerator<string> {
  const reader = new TreeReader(fromPg(client));
  const boundaries = await boundariesOf(client, range, tree.size);
  let position = 0;
  async function* fillTo(end: number): AsyncGenerator<string> {
    while (position < end) {
      const next = Math.min(end, boundaries.at(-1) ?? end);
      while (position < next) {
        const count = largestBlock(position, next);
        yield canonicalJson({ index: position, count, hash: (await reader.range(position, position + count)).toString('hex') });
        position += count;
      }
      yield* checkpointHere();
    }
  }
  async function* checkpointHere(): AsyncGenerator<string> {
    if (boundaries.at(-1) !== position) return;
    boundaries.pop();
    yield* checkpointLines(client, position);
  }
  yield canonicalJson({ format: 'rahat-audit-export/1', treeSize: tree.size, verifierKeys: tree.verifierKeys });
  for await (const { index, hash, entry } of entriesOf(client, range, tree.size)) {
    yield* fillTo(index);
    yield canonicalJson({ index, leafHash: hash.toString('hex'), entry });
    counts.entries += 1;
    position += 1;
    yield* checkpointHere();
  }
  yield* fillTo(tree.size);
}

/** The largest power of two that may stand at `from` and does not reach beyond `to`. */
function largestBlock(from: number, to: number): number {
  let count = 1;
  while (from % (count * 2) === 0 && from + count * 2 <= to) count *= 2;
  return count;
}

/** Sizes of checkpoints to show, largest first. */
async function boundariesOf(client: PoolClient, { knownSizes }: ExportedRange, size: number): Promise<number[]> {
  const { rows } = await client.query<{ size: string }>(
    `SELECT tree_size::text AS size FROM (SELECT tree_size, row_number() OVER (ORDER BY tree_size DESC) - 1 AS n, count(*) OVER () AS total FROM audit_checkpoint WHERE tree_size <= $1::bigint) c
     WHERE n % ((total + ${MOST_CHECKPOINTS - 1}) / ${MOST_CHECKPOINTS}) = 0 OR tree_size = ANY($2::bigint[]) ORDER BY tree_size DESC`,
    [size, knownSizes],
  );
  return rows.map((row) => Number(row.size));
}

async function* checkpointLines(client: PoolClient, size: number): AsyncGenerator<string> {
  const { rows } = await client.query<{ note: string }>('SELECT note FROM audit_checkpoint WHERE tree_size = $1::bigint', [size]);
  for (const { note } of rows) yield canonicalJson({ checkpoint: note });
  const anchors = await client.query<{ chainId: string; address: string; transactionHash: string; blockNumber: string }>(
    'SELECT chain_id AS "chainId", address, transaction_hash AS "transactionHash", block_number::text AS "blockNumber" FROM audit_anchor WHERE tree_size = $1::bigint ORDER BY anchored_at',
    [size],
  );
  for (const anchor of anchors.rows) yield canonicalJson({ anchor: { treeSize: size, ...anchor, blockNumber: Number(anchor.blockNumber) } });
}

/** In the order of the tree. One statement, read through a cursor: it is planned once, however many there are. */
async function* entriesOf(client: PoolClient, { organizationId, projectId, from, to }: ExportedRange, size: number): AsyncGenerator<{ index: number; hash: Buffer; entry: object }> {
  const given: unknown[] = [];
  const conditions = ([['e.organization_id =', organizationId], ['e.project_id =', projectId], ['e.occurred_at >=', from], ['e.occurred_at <', to], ['l.index <', size]] as const).flatMap(([condition, value]) =>
    value === null ? [] : [`${condition} $${given.push(value)}`],
  );
  await client.query(
    `DECLARE exported NO SCROLL CURSOR FOR SELECT l.index::text, l.hash, ${LEAF_COLUMNS} FROM audit_entry e JOIN audit_leaf l ON l.entry_id = e.id AND l.occurred_at = e.occurred_at
     WHERE ${conditions.join(' AND ')} ORDER BY l.index`,
    given,
  );
  for (;;) {
    const { rows } = await client.query<LeafEntry & { index: string; hash: Buffer }>(`FETCH ${PAGE} FROM exported`);
    for (const { index, hash, ...entry } of rows) yield { index: Number(index), hash, entry: { ...entry, occurredAt: entry.occurredAt.toISOString() } };
    if (rows.length < PAGE) return;
  }
}
