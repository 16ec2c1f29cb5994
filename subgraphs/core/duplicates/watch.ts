import type { Logger } from '#kernel/telemetry';
import { transaction, type CoreDatabase } from '../database';
import { createUpkeep } from '../upkeep';
import { NEWS } from './detect';
import { startSearch } from './run';

const EVERY_MS = 5 * 60_000;

/** Organisations that have newcomers since their last search, which is done: people of each are compared by one search, however many came. */
const WITH_NEWCOMERS = `
SELECT o.id FROM organization o LEFT JOIN LATERAL (SELECT status, last_seq FROM duplicate_search s WHERE s.organization_id = o.id ORDER BY id DESC LIMIT 1) last ON true
WHERE (last.status IS NULL OR last.status = 'DONE')
  AND EXISTS (SELECT FROM audit_entry a WHERE a.organization_id = o.id AND a.seq > coalesce(last.last_seq, 0) AND a.entity_type = 'Beneficiary' AND a.action IN (${NEWS}))`;

/** Starts a search where there are newcomers, once however many look at the same time. @returns how many it has started. */
export async function searchNewcomers(database: CoreDatabase): Promise<number> {
  const found = await database.$queryRawUnsafe<Array<{ id: string }>>(WITH_NEWCOMERS);
  let started = 0;
  for (const { id } of found) {
    await transaction(database, async (tx) => {
      await tx.sql.query('SELECT id FROM organization WHERE id = $1::uuid FOR NO KEY UPDATE', [id]);
      const still = await tx.sql.query<{ id: string }>(`${WITH_NEWCOMERS} AND o.id = $1::uuid`, [id]);
      if (still.length === 0) return;
      await startSearch(tx, id, null, 'newcomers');
      started += 1;
    });
  }
  return started;
}

/** People who come one by one are compared with everybody a few minutes later, together. */
export function createNewcomerWatch(database: CoreDatabase, logger: Logger): { close(): Promise<void> } {
  return createUpkeep(() => searchNewcomers(database), { everyMs: EVERY_MS, logger, failure: 'could not start searches for duplicates of newcomers' });
}
