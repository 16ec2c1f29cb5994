import { z } from 'zod';
import { holds, type Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { AppError, BadInputError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import { appendAudit, appendEvent } from '#kernel/events';
import { line, tellOfPeople, type BeneficiaryAccess, type BeneficiaryRow } from '../beneficiaries';
import { change } from '../change';
import { isUniqueViolation, type CoreDatabase, type CoreTransaction } from '../database';
import type { ProtectedData } from '../protected-data';
import { duplicateEvents } from './duplicate.events';
import type { CandidateRow, DuplicateRepository } from './duplicate.repository';
import { startSearch } from './run';
import { moveEnrollmentsOf, restoreIdentifiers, returnEnrollments, takeIdentifiers } from './merge';

const DEDUPLICATE = 'beneficiary:deduplicate';
type Decision = 'DISTINCT' | 'DUPLICATE';
const manyIds = z.array(z.uuid('must be an id')).min(1, 'must not be empty').max(500, 'must be at most 500').refine((ids) => new Set(ids).size === ids.length, 'must name each pair once');
const note = line(500).nullish().transform((text) => text ?? null);

/** Use cases of duplicates. Each change is idempotent by key, audited and announced in its own transaction. */
export class DuplicateService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: DuplicateRepository,
    private readonly people: BeneficiaryAccess,
    private readonly protectedData: ProtectedData,
  ) {}

  /** Has everybody of the organisation compared. @throws AppError FORBIDDEN */
  async search(principal: Principal, key: string): Promise<string> {
    if (!holds(principal, DEDUPLICATE)) throw new ForbiddenError(DEDUPLICATE);
    return change(this.database, principal, { operation: 'findDuplicates', key, request: null }, (tx, organizationId) => startSearch(tx, organizationId, principal.subject, 'everybody'));
  }

  /** Says whether two registrations are one person. @throws AppError NOT_FOUND, INVALID_TRANSITION (they are merged). */
  async decide(principal: Principal, id: string, status: Decision, rawNote: unknown, key: string): Promise<string> {
    const words = parseInput(note, rawNote, 'note');
    const pair = await this.pair(principal, id);
    return change(this.database, principal, { operation: 'decideDuplicate', key, request: { id, status, words } }, async (tx) => {
      await this.decideOne(tx, principal, pair, { status, note: words }, 'id');
      return id;
    });
  }

  /** {@link decide} of many, all or none. @returns their ids. @throws AppError NOT_FOUND and INVALID_TRANSITION naming `ids.<n>`, BAD_USER_INPUT. */
  async decideMany(principal: Principal, rawIds: unknown, status: Decision, rawNote: unknown, key: string): Promise<string[]> {
    const ids = parseInput(manyIds, rawIds, 'ids');
    const words = parseInput(note, rawNote, 'note');
    const pairs = new Map((await this.repository.findVisible(principal, ids)).map((pair) => [pair.id, pair]));
    const unknown = ids.findIndex((id) => !pairs.has(id));
    if (unknown >= 0) throw new NotFoundError(`The pair at ids.${unknown}`);
    return change(this.database, principal, { operation: 'decideDuplicates', key, request: { ids, status, words } }, async (tx) => {
      // In one order, so that two such decisions wait and never block each other.
      for (const id of [...ids].sort()) {
        const pair = pairs.get(id);
        if (pair) await this.decideOne(tx, principal, pair, { status, note: words }, `ids.${ids.indexOf(id)}`);
      }
      return ids;
    });
  }

  private async decideOne(tx: CoreTransaction, principal: Principal, pair: CandidateRow, decision: { status: Decision; note: string | null }, field: string): Promise<void> {
    const decided = { ...decision, decidedById: principal.subject, decidedAt: new Date() };
    if (!(await this.repository.decide(tx, pair.id, ['OPEN', 'DISTINCT', 'DUPLICATE'], decided))) throw new AppError('INVALID_TRANSITION', 'These registrations are merged: undo that first.', { field });
    await tell(tx, principal, pair, decision.status);
  }

  /**
   * Makes two registrations one: enrolments go to the survivor, the other is no longer found or enrolled. It can be undone.
   * @throws AppError NOT_FOUND, BAD_USER_INPUT (the survivor is neither), INVALID_TRANSITION (erased or merged already, or both take part in one project).
   */
  async merge(principal: Principal, id: string, survivorId: string, key: string): Promise<string> {
    const pair = await this.pair(principal, id);
    if (survivorId !== pair.lowId && survivorId !== pair.highId) throw new BadInputError('survivorId', 'is neither of the two');
    const mergedId = survivorId === pair.lowId ? pair.highId : pair.lowId;
    return change(this.database, principal, { operation: 'mergeDuplicates', key, request: { id, survivorId } }, async (tx, organizationId) => {
      const [survivor, merged] = await this.both(tx, principal, survivorId, mergedId);
      for (const { status } of [survivor, merged]) if (status === 'MERGED' || status === 'ERASED') throw new AppError('INVALID_TRANSITION', `A beneficiary who is ${status} cannot be merged.`, { field: 'id' });
      const movedEnrollments = await moveEnrollmentsOf(tx, mergedId, survivorId);
      await takeIdentifiers(tx, mergedId);
      await tx.models.beneficiary.update({ where: { id: mergedId }, data: { status: 'MERGED' } });
      await tx.models.beneficiaryMerge.create({ data: { id: newId(), organizationId, survivorId, mergedId, previousStatus: merged.status, movedEnrollments, mergedById: principal.subject } });
      await this.repository.decide(tx, id, ['OPEN', 'DISTINCT', 'DUPLICATE'], { status: 'MERGED', decidedById: principal.subject, decidedAt: new Date() });
      const by = { actorId: principal.subject, organizationId };
      await tellOfPeople(tx, 'merged', by, [mergedId], { status: 'MERGED', into: survivorId, movedEnrollments });
      await tellOfPeople(tx, 'updated', by, [survivorId], { fields: ['enrollments'], mergedFrom: mergedId });
      await tell(tx, principal, pair, 'MERGED');
      return id;
    }).catch((error: unknown) => {
      throw isUniqueViolation(error) ? new AppError('INVALID_TRANSITION', 'One of them was merged by somebody else at this moment.', { field: 'id' }) : error;
    });
  }

  /** Makes one registration two again, as they were. @throws AppError NOT_FOUND, INVALID_TRANSITION (they are not merged). */
  async undo(principal: Principal, id: string, key: string): Promise<string> {
    const pair = await this.pair(principal, id);
    return change(this.database, principal, { operation: 'undoMerge', key, request: { id } }, async (tx, organizationId) => {
      await this.both(tx, principal, pair.lowId, pair.highId);
      const merge = await tx.models.beneficiaryMerge.findFirst({ where: { organizationId, undoneAt: null, mergedId: { in: [pair.lowId, pair.highId] }, survivorId: { in: [pair.lowId, pair.highId] } } });
      if (!merge) throw new AppError('INVALID_TRANSITION', 'These registrations are not merged.', { field: 'id' });
      await returnEnrollments(tx, merge);
      await tx.models.beneficiary.update({ where: { id: merge.mergedId }, data: { status: merge.previousStatus } });
      await restoreIdentifiers(tx, this.protectedData, organizationId, merge.mergedId);
      await tx.models.beneficiaryMerge.update({ where: { id: merge.id }, data: { undoneAt: new Date(), undoneById: principal.subject } });
      await this.repository.decide(tx, id, ['MERGED'], { status: 'DISTINCT', decidedById: principal.subject, decidedAt: new Date() });
      await tellOfPeople(tx, 'unmerged', { actorId: principal.subject, organizationId }, [merge.mergedId], { status: merge.previousStatus, from: merge.survivorId });
      await tell(tx, principal, pair, 'DISTINCT');
      return id;
    });
  }

  private async pair(principal: Principal, id: string): Promise<CandidateRow> {
    const [pair] = await this.repository.findVisible(principal, [id]);
    if (!pair) throw new NotFoundError('The pair');
    return pair;
  }

  private async both(tx: CoreTransaction, principal: Principal, first: string, second: string): Promise<[BeneficiaryRow, BeneficiaryRow]> {
    const people = await this.people.lock(tx, principal, DEDUPLICATE, [first, second]);
    const [a, b] = [people.find(({ id }) => id === first), people.find(({ id }) => id === second)];
    if (!a || !b) throw new NotFoundError('The pair');
    return [a, b];
  }
}

async function tell(tx: CoreTransaction, principal: Principal, { id, organizationId, lowId, highId }: CandidateRow, status: string): Promise<void> {
  const { decided: definition } = duplicateEvents;
  await appendAudit(tx.sql, { actorId: principal.subject, action: definition.name, entityType: 'DuplicateCandidate', entityId: id, organizationId, payload: { status, lowId, highId } });
  await appendEvent(tx.sql, { definition, aggregateType: 'DuplicateCandidate', aggregateId: id, payload: { candidateId: id, organizationId, status } });
}
