import type { Principal } from '#kernel/auth';
import { tellOfPeople, type BeneficiaryAccess } from '../beneficiaries';
import { transaction, type CoreDatabase, type CoreTransaction } from '../database';
import { enrolPeople, moveEnrollments } from '../enrollments';
import type { ActionRow, BulkActionRepository } from './bulk-action.repository';
import { tell } from './bulk-action.service';
import { neededFor } from './bulk-action.type';

export interface RunDeps {
  database: CoreDatabase;
  repository: BulkActionRepository;
  access: BeneficiaryAccess;
  /** What somebody may do now; null for who may do nothing any more. */
  principalOf(userId: string): Promise<Principal | null>;
  /** People of one transaction. */
  chunk: number;
}

/** Why nothing was done, by person. */
export type Failures = Map<string, string>;

/**
 * Does what is left of a bulk action, chunk by chunk: people, failures and the cursor are one transaction, so that a run that is killed loses and doubles nothing.
 * Whether it may be done is asked anew for each chunk, of the rights that who started it has then.
 */
export async function runBulkAction(deps: RunDeps, id: string): Promise<void> {
  for (;;) {
    const action = await deps.repository.find(id);
    if (action?.status !== 'RUNNING') return;
    const principal = await deps.principalOf(action.createdById);
    const goesOn = await transaction(deps.database, (tx) => (action.cursor < action.total ? runChunk(deps, tx, action, principal) : finish(deps, tx, action)));
    if (!goesOn) return;
  }
}

/** @returns whether this run has more to do. */
async function runChunk({ repository, access, chunk }: RunDeps, tx: CoreTransaction, action: ActionRow, principal: Principal | null): Promise<boolean> {
  const to = Math.min(action.cursor + chunk, action.total);
  if (!(await repository.advance(tx, action.id, action.cursor, to))) return false;
  const ids = (await repository.chunk(tx, action.id, action.cursor, chunk)).map(({ beneficiaryId }) => beneficiaryId);
  await repository.markFailed(tx, action.id, principal ? await act(tx, access, action, principal, ids) : new Map(ids.map((id) => [id, 'FORBIDDEN'])));
  return true;
}

async function finish({ repository }: RunDeps, tx: CoreTransaction, action: ActionRow): Promise<boolean> {
  if (await repository.end(tx, action.id, 'DONE')) await tell(tx, 'done', action, null);
  return false;
}

async function act(tx: CoreTransaction, access: BeneficiaryAccess, action: ActionRow, principal: Principal, ids: readonly string[]): Promise<Failures> {
  const people = await access.lock(tx, principal, neededFor(action.kind), ids);
  const found = new Set(people.map(({ id }) => id));
  const failures: Failures = new Map(ids.filter((id) => !found.has(id)).map((id) => [id, 'NOT_FOUND']));
  const by = { actorId: principal.subject, organizationId: action.organizationId };
  const wrong = action.kind === 'SUSPEND' || action.kind === 'ACTIVATE' ? await move(tx, by, action, people) : await inProject(tx, by, action, people);
  for (const id of wrong) failures.set(id, 'INVALID_TRANSITION');
  return failures;
}

type People = Awaited<ReturnType<BeneficiaryAccess['lock']>>;
type By = { actorId: string; organizationId: string };

/** Suspends or activates registrations. @returns who stands where that is not possible. */
async function move(tx: CoreTransaction, by: By, action: ActionRow, people: People): Promise<string[]> {
  const suspends = action.kind === 'SUSPEND';
  const from = suspends ? ['ACTIVE'] : ['SUSPENDED', 'DRAFT'];
  const movable = people.filter(({ status }) => from.includes(status)).map(({ id }) => id);
  if (movable.length > 0) {
    await tx.models.beneficiary.updateMany({ where: { id: { in: movable } }, data: { status: suspends ? 'SUSPENDED' : 'ACTIVE' } });
    await tellOfPeople(tx, suspends ? 'suspended' : 'activated', by, movable, { ...(action.reason === null ? {} : { reason: action.reason }), bulkActionId: action.id });
  }
  return people.filter(({ status }) => !from.includes(status)).map(({ id }) => id);
}

async function inProject(tx: CoreTransaction, by: By, action: ActionRow, people: People): Promise<string[]> {
  const { projectId, target } = action;
  if (projectId === null) throw new Error('This kind of bulk action has a project.');
  if (action.kind === 'ENROL') {
    const active = people.filter(({ status }) => status === 'ACTIVE').map(({ id }) => id);
    await enrolPeople(tx, by, projectId, active);
    return people.filter(({ status }) => status !== 'ACTIVE').map(({ id }) => id);
  }
  return moveEnrollments(tx, by, { projectId, beneficiaryIds: people.map(({ id }) => id), status: target ?? '', reason: action.reason ?? '' });
}
