import { isUniqueViolation, transaction } from '../database';
import { headersHash, openBatchFile } from './batch-file';
import { compareAnew } from './deduplicate';
import type { BatchRow } from './import.repository';
import { inChunks } from './in-chunks';
import { inLanes } from './in-lanes';
import { looker, type Look } from './look';
import { rowProblem } from './normalising';
import { Overtaken, advance, moveOn, type PhaseDeps } from './phase';
import type { SourceRow } from './reading';
import { asJson, readMapping } from './settings';
import { TakenMeanwhile, takeRows } from './take-rows';
import { tell } from './tell';

/** How often a chunk is begun anew because somebody else registers the same people at this moment. */
const RIVALS = 5;

/** How many chunks are registered at once: the database does one while the next is sealed. */
const LANES = 3;
/** How long a chunk beside others waits for what another one holds. */
const LOCK_TIMEOUT_MS = 3000;

/** One chunk, and how it takes its place in the order of the file. */
interface Chunk {
  rows: readonly SourceRow[];
  from: number;
  to: number;
  turn: () => Promise<void>;
  alone: boolean;
}

/** Does what the rows are to do, chunk by chunk: people, the state of their rows and the cursor are one transaction. */
export async function commit(deps: PhaseDeps, batch: BatchRow): Promise<void> {
  await registerAll(deps, batch, LANES).catch(async (error: unknown) => {
    if (error instanceof Overtaken) throw error;
    // Chunks that wait for each other, say for one wallet, get on one after the other.
    const now = await deps.repository.find(batch.id);
    if (now?.status !== batch.status || now.generation !== batch.generation) throw error;
    await registerAll(deps, now, 1);
  });
  const header = await (await openBatchFile(deps.documents, batch)).next();
  await transaction(deps.database, async (tx) => {
    const left = await tx.models.importRow.count({ where: { batchId: batch.id, status: { notIn: ['COMMITTED', 'UPDATED'] } } });
    await moveOn(tx, batch, { status: left === 0 ? 'COMMITTED' : 'PARTIALLY_COMMITTED', endedAt: new Date() });
    if (!header.done) await deps.repository.saveMapping(tx, { organizationId: batch.organizationId, headersHash: headersHash(header.value.cells) }, asJson(readMapping(batch.mapping)));
    await deps.repository.letFileGo(tx, batch.documentId);
    await tell(tx, 'committed', batch, batch.committedById, { left });
  });
}

async function registerAll(deps: PhaseDeps, batch: BatchRow, lanes: number): Promise<void> {
  const rows = await openBatchFile(deps.documents, batch);
  await rows.next();
  const look = await looker(deps, batch);
  let cursor = batch.cursor;
  await inLanes(inChunks(rows, deps.chunk, (row) => row.row > batch.cursor), lanes, (chunk, turn) => {
    const from = cursor;
    cursor = chunk.at(-1)?.row ?? cursor;
    return commitChunk(deps, batch, look, { rows: chunk, from, to: cursor, turn, alone: lanes === 1 });
  });
}

async function commitChunk(deps: PhaseDeps, batch: BatchRow, look: Look, chunk: Chunk): Promise<void> {
  for (let rivals = 0; ; ) {
    try {
      return await register(deps, batch, look, chunk);
    } catch (error) {
      if (error instanceof TakenMeanwhile) await markTaken(deps, batch, error.row);
      else if (!isUniqueViolation(error) || (rivals += 1) > RIVALS) throw error;
    }
  }
}

async function register(deps: PhaseDeps, batch: BatchRow, look: Look, { rows, from, to, turn, alone }: Chunk): Promise<void> {
  // Read before the transaction: one that waits for a second connection can starve them all.
  const principal = batch.committedById === null ? null : await deps.principalOf(batch.committedById);
  return transaction(deps.database, async (tx) => {
    if (!alone) await tx.sql.query("SELECT set_config('lock_timeout', $1, true)", [String(LOCK_TIMEOUT_MS)]);
    await takeRows(deps, tx, batch, look, { rows, principal, turn });
    // Last, so that the chunks beside this one need not wait: whoever was overtaken finds it here, and nothing of the above stays.
    await turn();
    await advance(tx, batch, { from, to });
  });
}

/** Says of a row whom it doubles by now. */
async function markTaken(deps: PhaseDeps, batch: BatchRow, row: number): Promise<void> {
  await compareAnew(deps.database, batch, row);
  await deps.database.importRow.updateMany({
    where: { batchId: batch.id, row, status: 'VALID' },
    data: { status: 'DUPLICATE', doubles: { by: 'REFERENCE' }, problems: [{ ...rowProblem('', 'ALREADY_REGISTERED') }] },
  });
}
