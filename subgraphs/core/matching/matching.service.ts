import { holds, type Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { AppError, BadInputError, ConflictError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import type { PageRequest } from '#kernel/graphql';
import { change } from '../change';
import { isUniqueViolation, type CoreDatabase, type CoreTransaction } from '../database';
import { tell } from './matching.events';
import type { AgreementRow, MatchingRepository } from './matching.repository';
import { proposeSchema } from './matching.type';

const MANAGE = 'personal-data:manage';
const COMPARE = 'beneficiary:deduplicate';
/** Whoever registers guesses to see which of them match learns little when it takes a day each time, and everybody sees it. */
const PAUSE_MS = 24 * 60 * 60_000;

/** Use cases of matching between organisations. Each change is idempotent by key, audited at both sides and announced in its own transaction. */
export class MatchingService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: MatchingRepository,
  ) {}

  list(principal: Principal, page: PageRequest): Promise<AgreementRow[]> {
    return this.repository.list(principal, page);
  }

  /** @throws AppError FORBIDDEN, BAD_USER_INPUT, CONFLICT (the two have an agreement, or one of them has proposed one). */
  async propose(principal: Principal, raw: unknown, key: string): Promise<string> {
    requirePermission(principal, MANAGE);
    const input = parseInput(proposeSchema, raw);
    const other = await this.repository.organizationOf(input.organization);
    if (!other || other.id === principal.organizationId) throw new BadInputError('input.organization', 'is no other organisation');
    const { purpose, kinds, endsOn } = input;
    return change(this.database, principal, { operation: 'proposeMatching', key, request: input }, async (tx, organizationId) => {
      const row = { id: newId(), proposerId: organizationId, accepterId: other.id };
      await this.repository.insert(tx, { ...row, purpose, kinds, endsOn: new Date(endsOn), proposedById: principal.subject });
      await tell(tx, 'proposed', row, principal.subject, () => ({ purpose, kinds, endsOn }));
      return row.id;
    }).catch((error: unknown) => {
      throw isUniqueViolation(error) ? new ConflictError('input.organization', 'has an agreement with us, or a proposal waits: end that first') : error;
    });
  }

  /** @throws AppError FORBIDDEN (also for the side that proposed it), NOT_FOUND, INVALID_TRANSITION. */
  accept(principal: Principal, id: string, key: string): Promise<string> {
    requirePermission(principal, MANAGE);
    return this.change(principal, id, { key, operation: 'acceptMatching' }, async (tx, agreement) => {
      if (agreement.proposerId === principal.organizationId) throw new AppError('FORBIDDEN', 'Only the other organisation can agree to this.');
      if (agreement.status !== 'PROPOSED' || isOver(agreement)) throw notPossible(agreement);
      await this.repository.accept(tx, id, principal.subject);
      await tell(tx, 'accepted', agreement, principal.subject);
    });
  }

  /** Either side may end it at any time; a proposal that is not wanted is ended as well. @throws AppError FORBIDDEN, NOT_FOUND, INVALID_TRANSITION. */
  end(principal: Principal, id: string, key: string): Promise<string> {
    requirePermission(principal, MANAGE);
    return this.change(principal, id, { key, operation: 'endMatching' }, async (tx, agreement) => {
      if (agreement.status === 'ENDED') throw notPossible(agreement);
      await this.repository.end(tx, id, principal.subject);
      await tell(tx, 'ended', agreement, principal.subject);
    });
  }

  /** Has the people of both sides compared, at most once a day. @throws AppError FORBIDDEN, NOT_FOUND, INVALID_TRANSITION, RATE_LIMITED. */
  start(principal: Principal, id: string, key: string): Promise<string> {
    requirePermission(principal, COMPARE);
    return this.change(principal, id, { key, operation: 'startMatching' }, async (tx, agreement) => {
      if (agreement.status !== 'ACCEPTED' || isOver(agreement)) throw notPossible(agreement);
      const last = await this.repository.newestRun(tx, agreement);
      const next = last ? last.createdAt.getTime() + PAUSE_MS : 0;
      if (next > Date.now()) throw new AppError('RATE_LIMITED', 'People are compared at most once a day.', { field: 'id', retryAfterSeconds: Math.ceil((next - Date.now()) / 1000) });
      const runId = newId();
      await this.repository.insertRun(tx, { id: runId, agreementId: id, organizationId: principal.organizationId ?? '', startedById: principal.subject });
      await tell(tx, 'runStarted', agreement, principal.subject, () => ({ runId }));
    });
  }

  private change(principal: Principal, id: string, { key, operation }: { key: string; operation: string }, effect: (tx: CoreTransaction, agreement: AgreementRow) => Promise<void>): Promise<string> {
    return change(this.database, principal, { operation, key, request: { id } }, async (tx) => {
      const agreement = await this.repository.lockVisible(tx, principal, id);
      if (!agreement) throw new NotFoundError('The agreement');
      await effect(tx, agreement);
      return id;
    });
  }
}

function requirePermission(principal: Principal, permission: string): void {
  if (!holds(principal, permission)) throw new ForbiddenError(permission);
}

/** Its last day is over, also where nobody has noted that yet. */
export function isOver({ endsOn }: Pick<AgreementRow, 'endsOn'>): boolean {
  return endsOn.toISOString().slice(0, 10) < new Date().toISOString().slice(0, 10);
}

function notPossible(agreement: AgreementRow): AppError {
  return new AppError('INVALID_TRANSITION', `An agreement that is ${isOver(agreement) ? 'over' : agreement.status} cannot take this step.`, { field: 'id' });
}
