import type { Pool } from '#kernel/db';
import { readCheckpoint } from './checkpoints/signed-note';
import type { Witness } from './checkpoints/witness';
import { LEAF_COLUMNS, leafHashOf, type LeafEntry } from './tree/leaf';
import { nodeHash, rootOf } from './tree/merkle';
import { SUBTREE } from './tree/tree-reader';

/** Something in the store of the audit log that is not as it was written. */
export interface StoreFinding {
  /** `ENTRY` an entry is not what its leaf says, or gone. `LEAF` a leaf is gone or stands twice. `UNLISTED` an entry has no leaf, and awaits none. `SUBTREE`, `CHECKPOINT`, `WITNESS` what is kept of the tree does not fit its leaves. */
  kind: 'ENTRY' | 'LEAF' | 'UNLISTED' | 'SUBTREE' | 'CHECKPOINT' | 'WITNESS';
  /** Of the leaf, subtree or checkpoint. */
  index: number | null;
  entryId: string | null;
}

export interface StoreCheck {
  /** Leaves that were checked. */
  leaves: number;
  findings: StoreFinding[];
}

interface LeafRow extends LeafEntry {
  index: string;
  hash: Buffer;
  leafEntryId: string;
  found: boolean;
}

// Some milliseconds of hashing, between which the process does its other work.
const PAGE = 500;
const MOST_FINDINGS = 1000;

/**
 * Checks everything that is stored of the audit log against everything else: entries against leaves, leaves against subtrees, those against checkpoints,
 * the newest against the witness. Signatures are for who reads checkpoints. Reads page by page in one snapshot.
 */
export async function checkStore(pool: Pool, witness: Pick<Witness, 'newest'>, origin: string): Promise<StoreCheck> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const run = new Run(client, origin);
    await run.leaves();
    await run.unlisted();
    await run.checkpointsBeyond();
    await run.witness(await witness.newest());
    return { leaves: run.size, findings: run.findings };
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

class Run {
  readonly findings: StoreFinding[] = [];
  size = 0;
  private readonly levels: Buffer[][] = [];
  private readonly peaks: Array<{ count: number; hash: Buffer }> = [];
  private readonly roots = new Map<number, Buffer>();
  private broken = false;

  constructor(
    private readonly client: Pick<Pool, 'query'>,
    private readonly origin: string,
  ) {}

  async leaves(): Promise<void> {
    const checkpoints = await this.checkpoints();
    for (let after = -1; ; ) {
      const { rows } = await this.client.query<LeafRow>(
        `SELECT l.index::text, l.hash, l.entry_id AS "leafEntryId", e.id IS NOT NULL AS found, ${LEAF_COLUMNS}
         FROM (SELECT * FROM audit_leaf WHERE index > $1::bigint ORDER BY audit_leaf.index LIMIT ${PAGE}) l LEFT JOIN audit_entry e ON e.id = l.entry_id AND e.occurred_at = l.occurred_at
         ORDER BY l.index`,
        [after],
      );
      for (const row of rows) await this.leaf(row, checkpoints);
      if (rows.length < PAGE) break;
      after = Number(rows.at(-1)?.index);
    }
    await this.noSubtreesBeyond();
  }

  private async leaf(row: LeafRow, checkpoints: ReadonlyMap<number, Buffer | null>): Promise<void> {
    const index = Number(row.index);
    if (index !== this.size) {
      this.find('LEAF', this.size, null);
      this.broken = true;
    }
    if (!row.found || !leafHashOf(row).equals(row.hash)) this.find('ENTRY', index, row.leafEntryId);
    this.size = index + 1;
    this.push(row.hash);
    await this.grow(0, row.hash, index);
    const signed = checkpoints.get(this.size);
    if (signed === undefined) return;
    const root = this.peaks.reduceRight<Buffer | null>((right, { hash }) => (right ? nodeHash(hash, right) : hash), null);
    if (root) this.roots.set(this.size, root);
    if (!this.broken && (signed === null || !root?.equals(signed))) this.find('CHECKPOINT', this.size, null);
  }

  private push(hash: Buffer): void {
    let peak = { count: 1, hash };
    for (let last = this.peaks.at(-1); last?.count === peak.count; last = this.peaks.at(-1)) {
      peak = { count: peak.count * 2, hash: nodeHash(last.hash, peak.hash) };
      this.peaks.pop();
    }
    this.peaks.push(peak);
  }

  /** Compares each subtree that becomes whole with what is stored of it. */
  private async grow(level: number, hash: Buffer, index: number): Promise<void> {
    const hashes = (this.levels[level] ??= []);
    hashes.push(hash);
    if ((index + 1) % SUBTREE !== 0) return;
    const root = hashes.length === SUBTREE ? rootOf(hashes) : Buffer.alloc(32);
    this.levels[level] = [];
    const subtree = (index + 1) / SUBTREE - 1;
    const { rows } = await this.client.query<{ root: Buffer }>('SELECT root FROM audit_subtree WHERE level = $1 AND index = $2::bigint', [level, subtree]);
    if (!rows[0]?.root.equals(root)) this.find('SUBTREE', subtree, null);
    await this.grow(level + 1, root, subtree);
  }

  /** Roots by size; null for a checkpoint whose note says something else than its row. */
  private async checkpoints(): Promise<ReadonlyMap<number, Buffer | null>> {
    const { rows } = await this.client.query<{ size: string; root: Buffer; note: string }>('SELECT tree_size::text AS size, root_hash AS root, note FROM audit_checkpoint');
    return new Map(
      rows.map(({ size, root, note }) => {
        const said = readCheckpoint(note);
        return [Number(size), said?.origin === this.origin && said.size === Number(size) && said.root.equals(root) ? root : null];
      }),
    );
  }

  async unlisted(): Promise<void> {
    const { rows } = await this.client.query<{ id: string }>(
      `SELECT e.id FROM audit_entry e WHERE NOT EXISTS (SELECT FROM audit_leaf l WHERE l.entry_id = e.id AND l.occurred_at = e.occurred_at)
         AND NOT EXISTS (SELECT FROM audit_pending p WHERE p.entry_id = e.id AND p.seq = e.seq AND p.occurred_at = e.occurred_at)
       UNION ALL
       SELECT p.entry_id FROM audit_pending p WHERE NOT EXISTS (SELECT FROM audit_entry e WHERE e.id = p.entry_id AND e.occurred_at = p.occurred_at) LIMIT ${MOST_FINDINGS}`,
    );
    for (const { id } of rows) this.find('UNLISTED', null, id);
  }

  async checkpointsBeyond(): Promise<void> {
    for (const size of (await this.checkpoints()).keys()) if (size > this.size) this.find('CHECKPOINT', size, null);
  }

  private async noSubtreesBeyond(): Promise<void> {
    const { rows } = await this.client.query<{ index: string }>('SELECT index::text FROM audit_subtree WHERE (index + 1) * power(256, level + 1)::bigint > $1::bigint', [this.size]);
    for (const { index } of rows) this.find('SUBTREE', Number(index), null);
  }

  async witness(seen: { size: number; root: Buffer } | null): Promise<void> {
    if (!seen || this.broken) return;
    const root = this.roots.get(seen.size);
    if (!root?.equals(seen.root)) this.find('WITNESS', seen.size, null);
  }

  private find(kind: StoreFinding['kind'], index: number | null, entryId: string | null): void {
    if (this.findings.length < MOST_FINDINGS) this.findings.push({ kind, index, entryId });
  }
}
