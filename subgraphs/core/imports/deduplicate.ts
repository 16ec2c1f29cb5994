import { transaction, type CoreTransaction } from '../database';
import type { BatchRow } from './import.repository';
import { rowProblem } from './normalising';
import { moveOn, type PhaseDeps } from './phase';
import { ImportMode, readSettings } from './settings';
import { tell } from './tell';

/**
 * Finds rows that are somebody twice: the same reference, government id or wallet, in the file (the first row stands) or among those who are registered.
 * A shared phone or account makes nobody the same. One statement for each question, whatever the size; run again, it finds the same.
 */
const AMONG_PEOPLE = [
  `UPDATE import_row r SET status = 'DUPLICATE', doubles = jsonb_build_object('by', 'REFERENCE', 'beneficiaryId', b.id)
   FROM beneficiary b WHERE r.batch_id = $1::uuid AND r.status = 'VALID' AND b.organization_id = $2::uuid AND b.reference_id = r.reference_id`,
  `UPDATE import_row r SET status = 'DUPLICATE', doubles = jsonb_build_object('by', i.kind, 'beneficiaryId', p.beneficiary_id)
   FROM import_identifier i JOIN beneficiary_identifier p ON p.organization_id = $2::uuid AND p.kind = i.kind AND p.blind_index = i.blind_index
   WHERE r.batch_id = $1::uuid AND i.batch_id = $1::uuid AND i.row = r.row AND r.status = 'VALID'`,
];
const WITHIN_THE_FILE = [
  `UPDATE import_row r SET status = 'DUPLICATE', doubles = jsonb_build_object('by', 'REFERENCE', 'row', f.first)
   FROM (SELECT reference_id, min(row) AS first FROM import_row WHERE batch_id = $1::uuid AND reference_id IS NOT NULL GROUP BY reference_id HAVING count(*) > 1) f
   WHERE r.batch_id = $1::uuid AND r.reference_id = f.reference_id AND r.row > f.first AND r.status = 'VALID'`,
  `UPDATE import_row r SET status = 'DUPLICATE', doubles = jsonb_build_object('by', f.kind, 'row', f.first)
   FROM (SELECT kind, row, min(row) OVER (PARTITION BY kind, blind_index) AS first FROM import_identifier WHERE batch_id = $1::uuid) f
   WHERE r.batch_id = $1::uuid AND f.row = r.row AND f.row > f.first AND r.status = 'VALID'`,
];
/**
 * Rows that are clearly one person: by their reference, or, without one, by documents and a wallet that nobody else has. A row whose reference is unknown but whose
 * document is somebody's contradicts itself, and waits for a decision.
 */
const CLEARLY_ONE = `
  UPDATE import_row r SET status = 'TO_UPDATE' WHERE r.batch_id = $1::uuid AND r.status = 'DUPLICATE' AND r.doubles ? 'beneficiaryId' AND (r.doubles->>'by' = 'REFERENCE' OR (r.reference_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM import_identifier i JOIN beneficiary_identifier p ON p.organization_id = $2::uuid AND p.kind = i.kind AND p.blind_index = i.blind_index
      WHERE i.batch_id = $1::uuid AND i.row = r.row AND p.beneficiary_id <> (r.doubles->>'beneficiaryId')::uuid)))`;
const NOBODY = `UPDATE import_row SET status = 'INVALID', problems = problems || $2::jsonb WHERE batch_id = $1::uuid AND status = 'VALID'`;

export async function deduplicate({ database }: PhaseDeps, batch: BatchRow): Promise<void> {
  const updates = readSettings(batch.settings).mode === ImportMode.UPDATE;
  // Of two rows that change one person the first stands, as of two that register one.
  if (!updates) await amongPeople(database, batch);
  await transaction(database, async (tx) => {
    // Nobody has counted rows that were just written: the planner takes them for few, and would go through all of them for each.
    await tx.sql.query("SELECT set_config('enable_nestloop', 'off', true)", []);
    for (const question of WITHIN_THE_FILE) await tx.sql.execute(question, [batch.id]);
  });
  if (updates) await amongPeople(database, batch);
  await transaction(database, async (tx) => {
    if (updates) await findWhomToUpdate(tx, batch);
    await moveOn(tx, batch, { status: 'IN_REVIEW', cursor: 0 });
    const counts = await tx.models.importRow.groupBy({ by: ['status'], where: { batchId: batch.id }, _count: true });
    await tell(tx, 'reviewable', batch, null, Object.fromEntries(counts.map(({ status, _count }) => [status, _count])));
  });
}

async function amongPeople(database: PhaseDeps['database'], batch: BatchRow): Promise<void> {
  for (const question of AMONG_PEOPLE) await database.$executeRawUnsafe(question, batch.id, batch.organizationId);
}

/** Compares rows, of those that are still valid, with who is registered by now. */
export async function compareAnew(database: PhaseDeps['database'], batch: BatchRow, row: number): Promise<void> {
  for (const question of AMONG_PEOPLE) await database.$executeRawUnsafe(`${question} AND r.row = $3`, batch.id, batch.organizationId, row);
}

async function findWhomToUpdate(tx: CoreTransaction, batch: BatchRow): Promise<void> {
  await tx.sql.execute(CLEARLY_ONE, [batch.id, batch.organizationId]);
  await tx.sql.execute(NOBODY, [batch.id, JSON.stringify([rowProblem('', 'NOT_REGISTERED')])]);
}
