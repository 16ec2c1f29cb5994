import type { SqlTransaction } from '#kernel/db';
import { nodeHash, rootOf, splitOf } from './merkle';

/** Levels of subtrees are 2^8 apart: what is stored is small, and what is between is computed from at most 256 hashes. */
export const SUBTREE = 256;
const HEIGHT = 8;
/** Blocks that a reader keeps: some megabytes. */
const MOST_BLOCKS = 500;

/**
 * Reads hashes of the tree, of whatever size it had: nothing that was written changes. Keeps what it has read: one reader serves one question.
 * Indexes and sizes are below 2^53.
 */
export class TreeReader {
  private readonly blocks = new Map<string, Promise<Buffer[]>>();

  constructor(private readonly sql: Pick<SqlTransaction, 'query'>) {}

  /** The root of the tree when it had `size` leaves, one or more. */
  root(size: number): Promise<Buffer> {
    return this.range(0, size);
  }

  /** What leads from a leaf to the root of the tree of `size` leaves, from below (RFC 9162, 2.1.3.1). */
  async inclusion(index: number, size: number): Promise<Buffer[]> {
    const path: Buffer[] = [];
    for (let from = 0, to = size; to - from > 1; ) {
      const middle = from + splitOf(to - from);
      if (index < middle) {
        path.unshift(await this.range(middle, to));
        to = middle;
      } else {
        path.unshift(await this.range(from, middle));
        from = middle;
      }
    }
    return path;
  }

  /** What shows that the tree of `older` leaves is the beginning of the one of `newer` (RFC 9162, 2.1.4.1). Empty when they are the same. */
  async consistency(older: number, newer: number): Promise<Buffer[]> {
    const path: Buffer[] = [];
    let from = 0;
    let to = newer;
    // Whether the whole of the older tree has been met on the way: who checks knows its root already.
    let whole = true;
    while (older !== to) {
      const middle = from + splitOf(to - from);
      if (older <= middle) {
        path.unshift(await this.range(middle, to));
        to = middle;
      } else {
        path.unshift(await this.range(from, middle));
        from = middle;
        whole = false;
      }
    }
    return whole ? path : [await this.range(from, to), ...path];
  }

  /** The root over the leaves `from` to `to` (not included), which form a node of some tree: `from` is a multiple of the power of two they need. */
  async range(from: number, to: number): Promise<Buffer> {
    const count = to - from;
    if (Number.isInteger(Math.log2(count))) return this.node(from, count);
    const middle = from + splitOf(count);
    return nodeHash(await this.range(from, middle), await this.range(middle, to));
  }

  /** The root over a whole subtree: `count` is a power of two, and `from` a multiple of it. */
  private async node(from: number, count: number): Promise<Buffer> {
    const level = Math.floor(Math.log2(count) / HEIGHT);
    const unit = SUBTREE ** level;
    const first = from / unit;
    const block = Math.floor(first / SUBTREE);
    const offset = first - block * SUBTREE;
    const hashes = (await this.block(level, block)).slice(offset, offset + count / unit);
    if (hashes.length !== count / unit) throw new Error(`The tree has no leaves ${from} to ${from + count}.`);
    return rootOf(hashes);
  }

  /** Up to 256 hashes that stand beside each other: leaves at level 0, above it roots of the subtrees of the level below. */
  private block(level: number, index: number): Promise<Buffer[]> {
    const key = `${level}/${index}`;
    if (this.blocks.size >= MOST_BLOCKS && !this.blocks.has(key)) this.blocks.clear();
    const found = this.blocks.get(key) ?? hashesOf(this.sql, level, index * SUBTREE, (index + 1) * SUBTREE);
    this.blocks.set(key, found);
    return found;
  }
}

/** Leaves (level 0), or roots of whole subtrees of the level below, from one index to another, as far as there are any. */
export async function hashesOf(sql: Pick<SqlTransaction, 'query'>, level: number, from: number, to: number): Promise<Buffer[]> {
  const rows = await (level === 0
    ? sql.query<{ index: string; hash: Uint8Array }>('SELECT index::text, hash FROM audit_leaf WHERE index >= $1::bigint AND index < $2::bigint ORDER BY audit_leaf.index', [from, to])
    : sql.query<{ index: string; hash: Uint8Array }>(
        'SELECT index::text, root AS hash FROM audit_subtree WHERE level = $3::int AND index >= $1::bigint AND index < $2::bigint ORDER BY audit_subtree.index',
        [from, to, level - 1],
      ));
  // A row that somebody took away must not let its neighbours move up.
  rows.forEach(({ index }, position) => {
    if (Number(index) !== from + position) throw new Error(`The tree lacks hash ${from + position} of level ${level}.`);
  });
  return rows.map(({ hash }) => Buffer.from(hash));
}
