import { createHmac, randomBytes } from 'node:crypto';
import { newId } from '#kernel/db';
import { openPersonalData } from '../beneficiaries';
import { transaction, type CoreDatabase, type CoreTransaction } from '../database';
import { normalise, type PersonalData, type ProtectedData } from '../protected-data';
import { tell } from './matching.events';
import type { AgreementRow } from './matching.repository';
import { isOver } from './matching.service';
import { MatchingKind } from './matching.type';

export interface MatchingDeps {
  database: CoreDatabase;
  protectedData: Pick<ProtectedData, 'open'>;
  /** People of one transaction. */
  chunk: number;
}

const TOKEN_BYTES = 16;
/** A number that more people of a side share than this tells nothing: a whole village may have one phone. */
const MOST_SHARING = 20;

/** One attempt at a comparison. What it writes is of no use without its key, which dies with it: one that is killed is begun anew. */
interface Attempt {
  id: string;
  runId: string;
  agreement: AgreementRow;
  token: (kind: MatchingKind, normalised: string) => Buffer;
}

/**
 * Compares the people of two organisations by tokens: keyed hashes of their numbers, under a key that this attempt makes up and nobody keeps. Only people take part who agree that
 * their data is shared. In the end there are pairs of ids, and no token.
 */
export async function runMatching(deps: MatchingDeps, runId: string): Promise<void> {
  const run = await deps.database.matchingRun.findUnique({ where: { id: runId }, include: { agreement: true } });
  if (run?.status !== 'RUNNING') return void (await forgetTokens(deps.database, runId));
  const key = randomBytes(32);
  const attempt: Attempt = {
    id: newId(),
    runId,
    agreement: run.agreement,
    token: (kind, normalised) => createHmac('sha256', key).update(`${kind}\0${normalised}`).digest().subarray(0, TOKEN_BYTES),
  };
  const people = { proposers: await writeTokens(deps, attempt, true), accepters: await writeTokens(deps, attempt, false) };
  await transaction(deps.database, (tx) => finish(tx, attempt, people));
}

/** What an attempt left that went on after the run had ended, and was killed then. */
async function forgetTokens(database: CoreDatabase, runId: string): Promise<void> {
  await database.$executeRawUnsafe('DELETE FROM matching_token WHERE run_id = $1::uuid', runId);
}

/** @returns how many people of the side take part. */
async function writeTokens({ database, protectedData, chunk }: MatchingDeps, attempt: Attempt, byProposer: boolean): Promise<number> {
  const { proposerId, accepterId, kinds } = attempt.agreement;
  let [people, after] = [0, '00000000-0000-0000-0000-000000000000'];
  for (;;) {
    const rows = await database.beneficiaryPii.findMany({
      where: { beneficiaryId: { gt: after }, beneficiary: { organizationId: byProposer ? proposerId : accepterId, status: { in: ['DRAFT', 'ACTIVE', 'SUSPENDED'] } } },
      include: { beneficiary: { select: { walletAddress: true } } },
      orderBy: { beneficiaryId: 'asc' },
      take: chunk,
    });
    const last = rows.at(-1);
    if (!last) return people;
    after = last.beneficiaryId;
    const consents = await database.consent.findMany({ where: { purpose: 'SHARING', endedAt: null, beneficiaryId: { in: rows.map(({ beneficiaryId }) => beneficiaryId) } }, select: { beneficiaryId: true } });
    const agreed = new Set(consents.map(({ beneficiaryId }) => beneficiaryId));
    const wallets = new Map(rows.map((row) => [row.beneficiaryId, row.beneficiary.walletAddress]));
    const opened = await openPersonalData(protectedData, rows.filter(({ beneficiaryId }) => agreed.has(beneficiaryId)));
    people += opened.length;
    const tokens = opened.flatMap((person) =>
      valuesOf(person, wallets.get(person.beneficiaryId) ?? null)
        .filter(([kind, value]) => kinds.includes(kind) && value !== '')
        .map(([kind, value]) => ({ kind, token: attempt.token(kind, value).toString('hex'), person: person.beneficiaryId })),
    );
    await database.$executeRawUnsafe(
      `INSERT INTO matching_token (attempt_id, run_id, by_proposer, kind, token, beneficiary_id)
       SELECT $2::uuid, $3::uuid, $4, t.kind::identifier_kind, decode(t.token, 'hex'), t.person FROM jsonb_to_recordset($1::jsonb) AS t(kind text, token text, person uuid) ON CONFLICT DO NOTHING`,
      JSON.stringify(tokens),
      attempt.id,
      attempt.runId,
      byProposer,
    );
  }
}

function valuesOf(person: PersonalData, wallet: string | null): Array<[MatchingKind, string]> {
  return [
    ...person.phones.map((phone): [MatchingKind, string] => [MatchingKind.PHONE, normalise.PHONE(phone)]),
    ...person.governmentIds.map(({ number }): [MatchingKind, string] => [MatchingKind.GOVERNMENT_ID, normalise.GOVERNMENT_ID(number)]),
    [MatchingKind.BANK_ACCOUNT, normalise.BANK_ACCOUNT(person.bankAccount?.number ?? '')],
    [MatchingKind.WALLET, normalise.WALLET(wallet ?? '')],
  ];
}

const PAIRS = `
WITH telling AS MATERIALIZED (
  SELECT t.by_proposer, t.kind, t.token, t.beneficiary_id FROM matching_token t
  JOIN (SELECT by_proposer, kind, token FROM matching_token WHERE attempt_id = $2::uuid GROUP BY 1, 2, 3 HAVING count(*) <= ${MOST_SHARING}) few USING (by_proposer, kind, token)
  WHERE t.attempt_id = $2::uuid
)
INSERT INTO matching_pair (agreement_id, proposers_id, accepters_id, kinds)
SELECT $1::uuid, p.beneficiary_id, a.beneficiary_id, array_agg(DISTINCT p.kind) FROM telling p JOIN telling a ON NOT a.by_proposer AND a.kind = p.kind AND a.token = p.token WHERE p.by_proposer GROUP BY 2, 3`;

/** Pairs, the end of the run and of its tokens are one transaction; where the agreement ended meanwhile there are none. */
async function finish(tx: CoreTransaction, { id, runId, agreement }: Attempt, people: { proposers: number; accepters: number }): Promise<void> {
  await tx.sql.query('SELECT id FROM matching_agreement WHERE id = $1::uuid FOR UPDATE', [agreement.id]);
  const now = await tx.models.matchingRun.findUnique({ where: { id: runId }, include: { agreement: true } });
  const goesOn = now?.status === 'RUNNING' && now.agreement.status === 'ACCEPTED' && !isOver(now.agreement);
  if (goesOn) {
    // Nobody has counted rows that were just written: the planner takes them for few, and would go through all of them for each.
    await tx.sql.query("SELECT set_config('enable_nestloop', 'off', true)", []);
    await tx.sql.execute('DELETE FROM matching_pair WHERE agreement_id = $1::uuid', [agreement.id]);
    await tx.sql.execute(PAIRS, [agreement.id, id]);
    await tell(tx, 'runDone', agreement, null, (organizationId) => ({ runId, people: organizationId === agreement.proposerId ? people.proposers : people.accepters }));
  }
  const ended = goesOn ? { status: 'DONE' as const, proposersPeople: people.proposers, acceptersPeople: people.accepters } : { status: 'CANCELLED' as const };
  await tx.models.matchingRun.updateMany({ where: { id: runId, status: 'RUNNING' }, data: { ...ended, endedAt: new Date() } });
  await tx.sql.execute('DELETE FROM matching_token WHERE run_id = $1::uuid', [runId]);
}
