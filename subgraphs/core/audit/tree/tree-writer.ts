import { inTransaction, type Pool, type SqlTransaction } from '#kernel/db';
import type { Logger } from '#kernel/telemetry';
import { createUpkeep } from '../../upkeep';
import { checkpointText, type NoteSigner } from '../checkpoints/signed-note';
import type { Witness } from '../checkpoints/witness';
import { LEAF_COLUMNS, leafHashOf, type LeafEntry } from './leaf';
import { rootOf } from './merkle';
import { SUBTREE, TreeReader, hashesOf } from './tree-reader';

export interface TreeWriterDeps {
  /** PostgreSQL, as the role that may write the tree. */
  pool: Pool;
  signer: NoteSigner;
  witness: Witness;
  logger: Logger;
  /** Tells of a checkpoint in the transaction that signs it. */
  onSigned?(tx: SqlTransaction, checkpoint: { size: number; root: Buffer }): Promise<void>;
}

/**
 * Goes on until it is closed. With nothing in its way an entry has its leaf within a second of its commit, and a signed checkpoint over it within six
 * more: {@link CHECKPOINT_SECONDS} and a turn.
 */
export function createTreeWriter(deps: TreeWriterDeps): { close(): Promise<void> } {
  const work = async (closing: AbortSignal): Promise<void> => {
    while (!closing.aborted && (await takeTurn(deps)).added === BATCH);
  };
  return createUpkeep(work, { everyMs: 250, logger: deps.logger, failure: 'could not continue the audit tree' });
}

/** What one turn did. */
export interface Turn {
  /** Leaves that it added. */
  added: number;
  /** Whether it signed a checkpoint. */
  signed: boolean;
}

/** Entries that become leaves in one turn. */
const BATCH = 2048;
/** A checkpoint is signed when so many leaves are under none … */
const CHECKPOINT_LEAVES = 1024;
/** … or when the last one is so old, and there is something new. */
const CHECKPOINT_SECONDS = 5;

interface PendingEntry extends LeafEntry {
  seq: string;
}

interface Checkpoint {
  size: number;
  root: Buffer;
  note: string;
}

/** The tree is not what the witness has seen: somebody has changed what is written, or brought back an old database. */
export class ForkedLogError extends Error {}

/**
 * One turn of the tree's single writer: entries that have no leaf get one, in one transaction, and the tree is signed when it is time. Entries
 * wait for nobody when they are written: what orders them comes after their commit. Of several writers all but one find the lock taken and do nothing.
 * @throws ForkedLogError when the tree does not continue what the witness has; nothing is signed then.
 */
export async function takeTurn(deps: TreeWriterDeps): Promise<Turn> {
  const turn = await inTransaction(deps.pool, async (tx) => {
    const [lock] = await tx.query<{ held: boolean }>(`SELECT pg_try_advisory_xact_lock(hashtext('audit tree')) AS held`, []);
    if (!lock?.held) return null;
    const size = await sizeOf(tx);
    const added = await addLeaves(tx, size, deps.logger);
    const last = await newestCheckpoint(tx);
    const signed = isDue(last, size + added) ? await signCheckpoint(deps, tx, size + added) : null;
    return { added, signed: signed !== null, newest: signed ?? last };
  });
  if (!turn) return { added: 0, signed: false };
  await handToWitness(deps, turn.newest);
  return turn;
}

async function sizeOf(tx: SqlTransaction): Promise<number> {
  const [row] = await tx.query<{ size: string }>('SELECT coalesce(max(index) + 1, 0)::text AS size FROM audit_leaf', []);
  return Number(row?.size ?? 0);
}

async function addLeaves(tx: SqlTransaction, size: number, logger: Logger): Promise<number> {
  const rows = await tx.query<PendingEntry & { found: boolean; pendingId: string; pendingAt: Date }>(
    `SELECT p.seq::text AS seq, p.entry_id AS "pendingId", p.occurred_at AS "pendingAt", e.id IS NOT NULL AS found, ${LEAF_COLUMNS}
     FROM (SELECT * FROM audit_pending ORDER BY seq LIMIT ${BATCH}) p LEFT JOIN audit_entry e ON e.id = p.entry_id AND e.occurred_at = p.occurred_at
     ORDER BY p.seq, p.entry_id`,
    [],
  );
  const entries = rows.filter(({ found }) => found);
  // An entry that was taken away before it had its leaf stays announced: what is missing is seen, and can be asked for.
  if (entries.length < rows.length) logger.error({ entries: rows.filter(({ found }) => !found).map(({ pendingId }) => pendingId).slice(0, 20) }, 'audit entries are gone that were written');
  if (entries.length === 0) return 0;
  const hashes = entries.map(leafHashOf);
  await tx.execute(
    `INSERT INTO audit_leaf (index, hash, entry_id, occurred_at)
     SELECT $1::bigint + n - 1, hash, id, at FROM unnest($2::bytea[], $3::uuid[], $4::timestamptz[]) WITH ORDINALITY AS l(hash, id, at, n)`,
    [size, hashes, entries.map(({ id }) => id), entries.map(({ occurredAt }) => occurredAt)],
  );
  await addSubtrees(tx, size, size + entries.length);
  await tx.execute('DELETE FROM audit_pending WHERE (seq, entry_id) IN (SELECT * FROM unnest($1::bigint[], $2::uuid[]))', [entries.map(({ seq }) => seq), entries.map(({ id }) => id)]);
  return entries.length;
}

/** Writes the roots of subtrees that have become whole between two sizes, level by level. */
export async function addSubtrees(tx: SqlTransaction, before: number, after: number): Promise<void> {
  for (let level = 0, from = before, to = after; ; level += 1) {
    const first = Math.floor(from / SUBTREE);
    const end = Math.floor(to / SUBTREE);
    if (first === end) return;
    const hashes = await hashesOf(tx, level, first * SUBTREE, end * SUBTREE);
    const roots = Array.from({ length: end - first }, (_, n) => rootOf(hashes.slice(n * SUBTREE, (n + 1) * SUBTREE)));
    await tx.execute('INSERT INTO audit_subtree (level, index, root) SELECT $1::int, $2::bigint + n - 1, root FROM unnest($3::bytea[]) WITH ORDINALITY AS s(root, n)', [level, first, roots]);
    from = first;
    to = end;
  }
}

async function newestCheckpoint(tx: SqlTransaction): Promise<(Checkpoint & { ageSeconds: number }) | null> {
  const [row] = await tx.query<Omit<Checkpoint, 'size'> & { size: string; ageSeconds: number }>(
    `SELECT tree_size::text AS size, root_hash AS root, note, extract(epoch FROM clock_timestamp() - signed_at)::float8 AS "ageSeconds" FROM audit_checkpoint ORDER BY tree_size DESC LIMIT 1`,
    [],
  );
  return row ? { ...row, size: Number(row.size) } : null;
}

function isDue(last: Checkpoint & { ageSeconds: number } | null, size: number): boolean {
  const fresh = size - (last?.size ?? 0);
  return fresh >= CHECKPOINT_LEAVES || (fresh > 0 && (last === null || last.ageSeconds >= CHECKPOINT_SECONDS));
}

async function signCheckpoint({ signer, witness, onSigned }: TreeWriterDeps, tx: SqlTransaction, size: number): Promise<Checkpoint> {
  const reader = new TreeReader(tx);
  await assertContinues(await witness.newest(), reader, size);
  const root = await reader.root(size);
  const note = signer.sign(checkpointText(signer.origin, size, root));
  await tx.execute('INSERT INTO audit_checkpoint (tree_size, root_hash, note) VALUES ($1::bigint, $2, $3)', [size, root, note]);
  await tx.execute('INSERT INTO audit_key (verifier_key) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING', [signer.verifierKeys]);
  await onSigned?.(tx, { size, root });
  return { size, root, note };
}

/** @throws ForkedLogError */
async function assertContinues(seen: { size: number; root: Buffer } | null, reader: TreeReader, size: number): Promise<void> {
  if (!seen || seen.size === 0) return;
  if (seen.size > size) throw new ForkedLogError(`The witness has seen ${seen.size} audit entries, and the database has ${size}: an old state was brought back. Nothing is signed.`);
  if (!(await reader.root(seen.size)).equals(seen.root)) throw new ForkedLogError(`The first ${seen.size} audit entries are not those that the witness has seen. Nothing is signed.`);
}

/** After the commit, so that the witness never has what the database may still lose; and again until it has it. */
async function handToWitness({ witness }: TreeWriterDeps, newest: Checkpoint | null): Promise<void> {
  if (newest && newest.size > ((await witness.newest())?.size ?? 0)) await witness.keep(newest.size, newest.note);
}
