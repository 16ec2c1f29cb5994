import type { Principal } from '#kernel/auth';
import { ConflictError } from '#kernel/errors';
import type { CoreTransaction } from '../database';
import type { BatchRow } from './import.repository';
import type { Look, Looked } from './look';
import { rowProblem, type RowProblem } from './normalising';
import type { PhaseDeps } from './phase';
import type { SourceRow } from './reading';
import { mayRegisterAt, readReach } from './settings';
import { updatePeople } from './update';

/** Somebody was registered with this row's reference or wallet since it was validated. */
export class TakenMeanwhile extends Error {
  constructor(readonly row: number) {
    super('A row was taken meanwhile.');
  }
}

/** A row that was dealt with: the person that it became or changed, or null with what kept it from that. */
interface Taken {
  looked: Looked;
  status: 'COMMITTED' | 'UPDATED' | 'DUPLICATE';
  person: { id: string; referenceId: string; areaCode: string | null; status: string } | null;
  problems: RowProblem[];
}

/**
 * Does what the rows of a chunk are to do, as part of a transaction: registers people, changes others, enrols them, puts them into the households that their rows name.
 * @param principal Whoever committed the import, as they stand now; null for who may do nothing any more.
 * @throws TakenMeanwhile
 */
export async function takeRows(deps: PhaseDeps, tx: CoreTransaction, batch: BatchRow, look: Look, { rows, principal, turn }: { rows: readonly SourceRow[]; principal: Principal | null; turn: () => Promise<void> }): Promise<void> {
  const standing = await tx.models.importRow.findMany({
    where: { batchId: batch.id, status: { in: ['VALID', 'TO_UPDATE'] }, row: { gte: rows[0]?.row ?? 0, lte: rows.at(-1)?.row ?? 0 } },
    select: { row: true, status: true, doubles: true },
  });
  const wanted = new Map(standing.map((row) => [row.row, row]));
  const looked = rows.filter(({ row }) => wanted.has(row)).map(look);
  const taken = [
    ...(await registerNew(deps, tx, batch, looked.filter(({ row }) => wanted.get(row)?.status === 'VALID'))),
    ...(await updateOld(deps, tx, batch, principal, looked.flatMap((one) => {
      const { status, doubles } = wanted.get(one.row) ?? {};
      return status === 'TO_UPDATE' ? [{ looked: one, beneficiaryId: (doubles as { beneficiaryId: string }).beneficiaryId }] : [];
    }))),
  ];
  if (taken.length === 0) return;
  await enrol(deps, tx, batch, taken);
  await house(deps, tx, batch, taken, turn);
  await tx.sql.execute(
    `UPDATE import_row r SET status = t.status::import_row_status, beneficiary_id = t.id, problems = r.problems || t.problems
     FROM jsonb_to_recordset($1::jsonb) AS t(row int, status text, id uuid, problems jsonb) WHERE r.batch_id = $2::uuid AND r.row = t.row`,
    [JSON.stringify(taken.map(({ looked: { row }, status, person, problems }) => ({ row, status, id: person?.id ?? null, problems }))), batch.id],
  );
}

function actorOf({ committedById, organizationId }: BatchRow): { actorId: string | null; organizationId: string } {
  return { actorId: committedById, organizationId };
}

async function registerNew(deps: PhaseDeps, tx: CoreTransaction, batch: BatchRow, looked: readonly Looked[]): Promise<Taken[]> {
  const people = looked.flatMap((one) => (one.registration ? [{ looked: one, registration: one.registration }] : []));
  if (people.length === 0) return [];
  const ids = await deps.registrar.register(tx, actorOf(batch), people.map(({ registration }) => registration), String).catch((error: unknown) => {
    throw error instanceof ConflictError ? new TakenMeanwhile(people[Number.parseInt(String(error.details.field), 10)]?.looked.row ?? -1) : error;
  });
  return people.map(({ looked: one, registration: { referenceId, areaCode } }, index) => ({ looked: one, status: 'COMMITTED', person: { id: ids[index] ?? '', referenceId, areaCode, status: 'ACTIVE' }, problems: [] }));
}

async function updateOld(deps: PhaseDeps, tx: CoreTransaction, batch: BatchRow, principal: Principal | null, updates: Parameters<typeof updatePeople>[4]): Promise<Taken[]> {
  const updated = updates.length === 0 ? [] : await updatePeople(deps, tx, batch, principal, updates);
  return updated.map(({ looked, person, problems }) => ({ looked, status: person ? 'UPDATED' : 'DUPLICATE', person, problems }));
}

async function enrol(deps: PhaseDeps, tx: CoreTransaction, batch: BatchRow, taken: readonly Taken[]): Promise<void> {
  if (batch.projectId === null) return;
  const active = taken.flatMap(({ looked, person }) => (person?.status === 'ACTIVE' ? [{ id: person.id, terms: looked.told?.person.enrollment }] : []));
  if (active.length === 0) return;
  await deps.enrol(tx, actorOf(batch), batch.projectId, active.map(({ id }) => id), new Map(active.flatMap(({ id, terms }) => (terms ? [[id, terms] as const] : []))));
}

/** Puts people where their rows say that they live. A household without a number is the one of the person who speaks for it. */
async function house(deps: PhaseDeps, tx: CoreTransaction, batch: BatchRow, taken: readonly Taken[], turn: () => Promise<void>): Promise<void> {
  const placings = taken.flatMap(({ looked: { told }, person }) => {
    const { reference = null, head = null, size: said = null } = told?.person.household ?? {};
    const size = said || null; // nobody lives with nobody
    if (!person || (reference === null && size === null)) return [];
    return [{ beneficiaryId: person.id, areaCode: person.areaCode, referenceId: reference ?? person.referenceId, head: head ?? reference === null, size }];
  });
  if (placings.length === 0) return;
  // A household goes on over the end of a chunk: the next one would hold what this one waits for.
  await turn();
  const reach = readReach(batch.reach);
  const misplaced = await deps.placement.place(tx, actorOf(batch), placings, (area) => mayRegisterAt(reach, area));
  for (const one of taken) {
    const code = one.person && misplaced.get(one.person.id);
    if (code) one.problems.push(rowProblem('household.reference', `HOUSEHOLD_${code}`));
  }
}
