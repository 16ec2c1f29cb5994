import { newId } from '#kernel/db';
import { appendAudit, appendEvent, applyOnce, type EventEnvelope } from '#kernel/events';
import { transaction, type CoreDatabase, type CoreTransaction } from '../database';
import { comparePairs, writePairs } from './detect';
import { duplicateEvents } from './duplicate.events';
import type { DuplicateRepository, SearchRow } from './duplicate.repository';

export interface SearchDeps {
  database: CoreDatabase;
  repository: DuplicateRepository;
  /** Pairs of one transaction. */
  chunk: number;
}

/** Does what is left of a search: pairs are written down, then compared chunk by chunk. Killed at any moment, it goes on where its last transaction ended. */
export async function runSearch(deps: SearchDeps, id: string): Promise<void> {
  for (;;) {
    const search = await deps.repository.findSearch(id);
    if (!search || search.status === 'DONE') return;
    const goesOn = await transaction(deps.database, (tx) => (search.status === 'PAIRING' ? pair(deps, tx, search) : compare(deps, tx, search)), LONG);
    if (!goesOn) return;
  }
}

/** Pairing is one statement over everybody of an organisation. */
const LONG = 15 * 60_000;

async function pair({ repository }: SearchDeps, tx: CoreTransaction, search: SearchRow): Promise<boolean> {
  await repository.forgetPairs(tx, search.id);
  const pairs = await writePairs(tx, search);
  return repository.moveSearch(tx, search, { status: 'SCORING', pairs });
}

async function compare({ repository, chunk }: SearchDeps, tx: CoreTransaction, search: SearchRow): Promise<boolean> {
  const { id, organizationId, cursor, pairs } = search;
  if (cursor >= pairs) {
    if (!(await repository.moveSearch(tx, search, { status: 'DONE', endedAt: new Date() }))) return false;
    await repository.forgetPairs(tx, id);
    const { searchDone: definition } = duplicateEvents;
    await appendAudit(tx.sql, { actorId: null, action: definition.name, entityType: 'DuplicateSearch', entityId: id, organizationId, payload: { pairs, found: search.found } });
    await appendEvent(tx.sql, { definition, aggregateType: 'DuplicateSearch', aggregateId: id, payload: { searchId: id, organizationId } });
    return false;
  }
  const found = await comparePairs(tx, organizationId, await repository.pairs(tx, id, cursor, chunk));
  return repository.moveSearch(tx, search, { cursor: Math.min(cursor + chunk, pairs), found: search.found + found });
}

/** Entries of the log get their numbers before they are committed: a search looks back by as many as may have been under way. */
const UNDER_WAY = 10_000n;

/**
 * Starts a search in the transaction of whoever calls. @param actorId null: the system itself.
 * @param whom `newcomers`: who was registered or changed since the last search, compared with everybody; without a search before them everybody is.
 * @returns its id.
 */
export async function startSearch(tx: CoreTransaction, organizationId: string, actorId: string | null, whom: 'everybody' | 'newcomers'): Promise<string> {
  const id = newId();
  const before = whom === 'newcomers' ? await tx.models.duplicateSearch.findFirst({ where: { organizationId }, orderBy: { id: 'desc' } }) : null;
  const [last] = await tx.sql.query<{ seq: string }>('SELECT coalesce(max(seq), 0)::text AS seq FROM audit_entry WHERE organization_id = $1::uuid', [organizationId]);
  const sinceSeq = before && before.lastSeq - UNDER_WAY;
  await tx.models.duplicateSearch.create({ data: { id, organizationId, createdById: actorId ?? 'system', sinceSeq, lastSeq: BigInt(last?.seq ?? 0) } });
  const { searchStarted: definition } = duplicateEvents;
  await appendAudit(tx.sql, { actorId, action: definition.name, entityType: 'DuplicateSearch', entityId: id, organizationId });
  await appendEvent(tx.sql, { definition, aggregateType: 'DuplicateSearch', aggregateId: id, payload: { searchId: id, organizationId } });
  return id;
}

/** After many have come they are compared with everybody, once for each event. */
export async function searchAfterImport(database: CoreDatabase, event: EventEnvelope): Promise<void> {
  const { organizationId } = event.payload as { organizationId: string };
  await transaction(database, async (tx) => {
    await applyOnce(tx.sql, 'duplicates', event.id, async () => {
      await startSearch(tx, organizationId, null, 'newcomers');
    });
  });
}
