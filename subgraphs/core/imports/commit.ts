import { ConflictError } from '#kernel/errors';
import { transaction, isUniqueViolation } from '../database';
import { headersHash, openBatchFile } from './batch-file';
import type { BatchRow } from './import.repository';
import { inChunks } from './in-chunks';
import { rowProblem } from './normalising';
import { advance, moveOn, type PhaseDeps } from './phase';
import type { SourceRow } from './reading';
import { asJson, readMapping } from './settings';
import { tell } from './tell';
import { looker } from './validate';

/** How often a chunk is begun anew because somebody else registers the same people at this moment. */
const RIVALS = 5;

/** Registers the rows that are valid, chunk by chunk: people, the state of their rows and the cursor are one transaction. */
export async function commit(deps: PhaseDeps, batch: BatchRow): Promise<void> {
  const rows = await openBatchFile(deps.documents, batch);
  const header = await rows.next();
  let cursor = batch.cursor;
  for await (const chunk of inChunks(rows, deps.chunk, (row) => row.row > batch.cursor)) {
    const to = chunk.at(-1)?.row ?? cursor;
    await commitChunk(deps, batch, chunk, { from: cursor, to });
    cursor = to;
  }
  await transaction(deps.database, async (tx) => {
    const left = await tx.models.importRow.count({ where: { batchId: batch.id, status: { not: 'COMMITTED' } } });
    await moveOn(tx, batch, { status: left === 0 ? 'COMMITTED' : 'PARTIALLY_COMMITTED', endedAt: new Date() });
    if (!header.done) await deps.repository.saveMapping(tx, { organizationId: batch.organizationId, headersHash: headersHash(header.value.cells) }, asJson(readMapping(batch.mapping)));
    await deps.repository.letFileGo(tx, batch.documentId);
    await tell(tx, 'committed', batch, batch.committedById, { left });
  });
}

async function commitChunk(deps: PhaseDeps, batch: BatchRow, chunk: readonly SourceRow[], cursor: { from: number; to: number }): Promise<void> {
  for (let rivals = 0; ; ) {
    try {
      return await register(deps, batch, chunk, cursor);
    } catch (error) {
      if (error instanceof TakenMeanwhile) await markTaken(deps, batch, error.row);
      else if (!isUniqueViolation(error) || (rivals += 1) > RIVALS) throw error;
    }
  }
}

/** Somebody was registered with this row's reference or wallet since it was validated. */
class TakenMeanwhile extends Error {
  constructor(readonly row: number) {
    super('A row was taken meanwhile.');
  }
}

async function register(deps: PhaseDeps, batch: BatchRow, chunk: readonly SourceRow[], cursor: { from: number; to: number }): Promise<void> {
  const look = await looker(deps, batch);
  return transaction(deps.database, async (tx) => {
    await advance(tx, batch, cursor);
    const valid = await tx.models.importRow.findMany({ where: { batchId: batch.id, status: 'VALID', row: { gt: cursor.from, lte: cursor.to } }, select: { row: true } });
    const wanted = new Set(valid.map(({ row }) => row));
    const people = chunk.filter(({ row }) => wanted.has(row)).flatMap((source) => {
      const { row, registration } = look(source);
      return registration ? [{ row, registration }] : [];
    });
    if (people.length === 0) return;
    const by = { actorId: batch.committedById, organizationId: batch.organizationId };
    const ids = await deps.registrar.register(tx, by, people.map(({ registration }) => registration), String).catch((error: unknown) => {
      throw error instanceof ConflictError ? new TakenMeanwhile(people[Number.parseInt(String(error.details.field), 10)]?.row ?? -1) : error;
    });
    await tx.sql.execute(
      `UPDATE import_row r SET status = 'COMMITTED', beneficiary_id = c.id FROM jsonb_to_recordset($1::jsonb) AS c(row int, id uuid) WHERE r.batch_id = $2::uuid AND r.row = c.row`,
      [JSON.stringify(people.map(({ row }, index) => ({ row, id: ids[index] }))), batch.id],
    );
    if (batch.projectId !== null) await deps.enrol(tx, by, batch.projectId, ids);
  });
}

async function markTaken(deps: PhaseDeps, batch: BatchRow, row: number): Promise<void> {
  await deps.database.importRow.updateMany({
    where: { batchId: batch.id, row, status: 'VALID' },
    data: { status: 'DUPLICATE', doubles: { by: 'REFERENCE' }, problems: [{ ...rowProblem('', 'ALREADY_REGISTERED') }] },
  });
}
