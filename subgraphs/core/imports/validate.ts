import { transaction, type CoreTransaction } from '../database';
import { normalise } from '../protected-data';
import { openBatchFile } from './batch-file';
import { inChunks } from './in-chunks';
import { inLanes } from './in-lanes';
import type { BatchRow } from './import.repository';
import { looker, type Looked } from './look';
import { advance, moveOn, type PhaseDeps } from './phase';

/** How many chunks are under way at once: the next is looked at while the database writes this one. */
const LANES = 2;

/** Looks at each row, and keeps what was found out: never the row itself. */
export async function validate(deps: PhaseDeps, batch: BatchRow): Promise<void> {
  const look = await looker(deps, batch);
  const rows = await openBatchFile(deps.documents, batch);
  await rows.next();
  let cursor = batch.cursor;
  await inLanes(inChunks(rows, deps.chunk, (row) => row.row > batch.cursor), LANES, async (chunk, turn) => {
    const from = cursor;
    const to = (cursor = chunk.at(-1)?.row ?? cursor);
    const looked = chunk.map(look);
    await transaction(deps.database, async (tx) => {
      await turn();
      await advance(tx, batch, { from, to });
      await insertRows(deps, tx, batch, looked);
    });
  });
  await transaction(deps.database, (tx) => moveOn(tx, batch, { status: 'DEDUPLICATING', cursor: 0 }));
}

async function insertRows(deps: PhaseDeps, tx: CoreTransaction, batch: BatchRow, looked: readonly Looked[]): Promise<void> {
  await tx.sql.execute(
    `INSERT INTO import_row (batch_id, row, status, problems, reference_id)
     SELECT $2::uuid, row, status::import_row_status, problems, reference_id FROM jsonb_to_recordset($1::jsonb) AS r(row int, status text, problems jsonb, reference_id text)`,
    [JSON.stringify(looked.map(toRow)), batch.id],
  );
  await tx.sql.execute(
    `INSERT INTO import_identifier (batch_id, kind, blind_index, row)
     SELECT $2::uuid, kind::identifier_kind, decode(blind_index, 'hex'), row FROM jsonb_to_recordset($1::jsonb) AS i(kind text, blind_index text, row int) ON CONFLICT DO NOTHING`,
    [JSON.stringify(looked.flatMap((one) => identifying(deps, batch.organizationId, one))), batch.id],
  );
}

function toRow({ row, problems, told, registration }: Looked): Record<string, unknown> {
  return { row, status: told ? 'VALID' : 'INVALID', problems, reference_id: registration?.referenceId ?? told?.person.referenceId ?? null };
}

/** By what a row is known to be somebody who is there already. Phones and accounts are shared: they say nothing alone. */
function identifying({ protectedData }: PhaseDeps, organizationId: string, { row, told }: Looked): Array<Record<string, unknown>> {
  if (!told) return [];
  const ids = (told.person.governmentIds ?? []).map(({ number }) => normalise.GOVERNMENT_ID(number)).filter(Boolean);
  const wallet = normalise.WALLET(told.person.walletAddress ?? '');
  const index = (kind: 'GOVERNMENT_ID' | 'WALLET', value: string) => ({ row, kind, blind_index: protectedData.blindIndex(organizationId, kind, value).toString('hex') });
  return [...ids.map((id) => index('GOVERNMENT_ID', id)), ...(wallet ? [index('WALLET', wallet)] : [])];
}
