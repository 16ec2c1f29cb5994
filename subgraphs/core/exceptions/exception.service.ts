import type { Principal } from '#kernel/auth';
import { AppError, NotFoundError } from '#kernel/errors';
import { appendAudit } from '#kernel/events';
import { change } from '../change';
import type { CoreDatabase } from '../database';
import type { ExceptionGroup, ExceptionRepository } from './exception.repository';

type State = ExceptionGroup['state'];

/** What an operator may decide, from which states, and how the audit log tells of it. */
const DECISIONS = {
  acknowledgeException: { to: 'ACKNOWLEDGED', from: ['OPEN'], action: 'exception.acknowledged' },
  resolveException: { to: 'RESOLVED', from: ['OPEN', 'ACKNOWLEDGED'], action: 'exception.resolved' },
  ignoreException: { to: 'IGNORED', from: ['OPEN', 'ACKNOWLEDGED'], action: 'exception.ignored' },
  reopenException: { to: 'OPEN', from: ['ACKNOWLEDGED', 'RESOLVED', 'IGNORED'], action: 'exception.reopened' },
} as const satisfies Record<string, { to: State; from: readonly State[]; action: string }>;

export type Decision = keyof typeof DECISIONS;

/** What operators decide about exceptions. */
export class ExceptionService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: ExceptionRepository,
  ) {}

  /** @throws AppError NOT_FOUND, INVALID_TRANSITION naming the state that it is in. */
  async decide(principal: Principal, decision: Decision, id: string, key: string): Promise<ExceptionGroup> {
    const { to, from, action } = DECISIONS[decision];
    await change(this.database, principal, { operation: decision, key, request: { id } }, async (tx, organizationId) => {
      const group = await this.repository.lock(tx, id);
      if (!group) throw new NotFoundError('The exception');
      if (!(from as readonly State[]).includes(group.state)) throw new AppError('INVALID_TRANSITION', `An exception that is ${group.state} cannot become ${to}.`, { field: 'id' });
      await this.repository.decide(tx, id, to, principal.subject);
      await appendAudit(tx.sql, { actorId: principal.subject, action, entityType: 'Exception', entityId: id, organizationId, payload: { from: group.state, to } });
      return id;
    });
    const decided = await this.repository.find(id);
    if (!decided) throw new NotFoundError('The exception');
    return decided;
  }
}
