import type { Principal } from '#kernel/auth';
import type { Pool } from '#kernel/db';
import { transaction, type CoreDatabase } from '../database';
import type { DocumentStore } from '../documents';
import type { AuditExportRepository, AuditExportRow } from './audit-export.repository';
import { mayExport, tell } from './audit-export.service';
import { exportLines, type SignedTree } from './export-lines';

export interface AuditExportDeps {
  database: CoreDatabase;
  /** The same database: an export is read in one snapshot, page by page. */
  pool: Pool;
  repository: AuditExportRepository;
  documents: Pick<DocumentStore, 'intake' | 'find' | 'discardOthers'>;
  /** What somebody may do now; null for who may do nothing any more. */
  principalOf(userId: string): Promise<Principal | null>;
}

const DAYS = 7;

/** Makes the file of an export. Begun anew after a crash; what an earlier run left, or one beside this, is deleted. */
export async function runAuditExport(deps: AuditExportDeps, id: string): Promise<void> {
  const { database, documents, repository } = deps;
  const row = await repository.find(id);
  if (row?.status !== 'RUNNING') return;
  const principal = await deps.principalOf(row.createdById);
  if (!principal || !mayExport(principal, row.projectId)) return fail(deps, row, 'FORBIDDEN');
  const tree = await signedTree(deps.pool);
  if (!tree) return fail(deps, row, 'NO_CHECKPOINT');
  const counts = { entries: 0 };
  const document = {
    organizationId: row.organizationId,
    projectId: null,
    createdById: row.createdById,
    filename: `audit-${id.slice(-12)}.ndjson`,
    kind: 'audit-export',
    // Addresses of clients stand in it: who may read documents does not get it by that.
    sensitivity: 'PERSONAL' as const,
    retainUntil: new Date(Date.now() + DAYS * 86_400_000),
  };
  const documentId = await documents.intake.keep(document, content(deps.pool, row, tree, counts));
  if (!(await documents.find(row.organizationId, documentId))) return fail(deps, row, 'FILE_REFUSED');
  const facts = { documentId, entries: counts.entries, treeSize: tree.size };
  await transaction(database, async (tx) => {
    if (await repository.end(tx, id, { status: 'READY', ...facts, treeSize: BigInt(tree.size) })) await tell(tx, 'ready', row, row.createdById, facts);
  });
  await documents.discardOthers(row.organizationId, document, (await repository.find(id))?.documentId ?? null);
}

/** Nobody waits for ever for a file that could not be made. */
export async function giveUpAuditExport(deps: AuditExportDeps, id: string): Promise<void> {
  const row = await deps.repository.find(id);
  if (row) await fail(deps, row, 'GIVEN_UP');
}

async function fail({ database, repository }: AuditExportDeps, row: AuditExportRow, failure: string): Promise<void> {
  await transaction(database, async (tx) => {
    if (await repository.end(tx, row.id, { status: 'FAILED', failure })) await tell(tx, 'failed', row, null, { failure });
  });
}

async function signedTree(pool: Pool): Promise<SignedTree | null> {
  const { rows } = await pool.query<{ size: string | null; verifierKeys: string[] | null }>(
    'SELECT (SELECT max(tree_size)::text FROM audit_checkpoint) AS size, (SELECT array_agg(verifier_key ORDER BY first_used_at, verifier_key) FROM audit_key) AS "verifierKeys"',
  );
  const [found] = rows;
  return found?.size ? { size: Number(found.size), verifierKeys: found.verifierKeys ?? [] } : null;
}

async function* content(pool: Pool, row: AuditExportRow, tree: SignedTree, counts: { entries: number }): AsyncGenerator<Uint8Array> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    for await (const lines of inPieces(exportLines(client, { ...row, knownSizes: row.knownSizes.map(Number) }, tree, counts))) yield Buffer.from(lines);
  } finally {
    await client.query('ROLLBACK').then(
      () => client.release(),
      (broken: Error) => client.release(broken),
    );
  }
}

async function* inPieces(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let piece = '';
  for await (const line of lines) {
    piece += `${line}\n`;
    if (piece.length > 65_536) {
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') yield piece;
}
