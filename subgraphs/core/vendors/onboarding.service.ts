import { z } from 'zod';
import type { Principal } from '#kernel/auth';
import { AppError, parseInput } from '#kernel/errors';
import { appendAudit, appendEvent, defineEvent } from '#kernel/events';
import { change, organizationOf } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import type { OnboardingPolicy } from './onboarding.type';

const API_KEY = 'api-key:';
const DEFAULTS: OnboardingPolicy = { requiredDocuments: [], selfApproval: false };

const kind = z.string().max(60).regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words with hyphens such as business-licence');
const updateSchema = z.object({
  requiredDocuments: z.array(kind).max(20, 'must be at most 20').transform((kinds) => [...new Set(kinds)].sort()).nullish(),
  selfApproval: z.boolean().nullish(),
});

export const onboardingPolicyUpdated = defineEvent({
  name: 'organization.onboarding-policy-updated',
  version: 1,
  payload: z.object({ organizationId: z.uuid() }),
  sentence: 'What an organisation asks before it approves vendors and devices changed.',
});

/** What an organisation asks before it approves, and whether an approver is the maker (ADR 0018). */
export class Onboarding {
  constructor(private readonly database: CoreDatabase) {}

  policy(principal: Principal): Promise<OnboardingPolicy> {
    return this.read(this.database, organizationOf(principal));
  }

  /** @throws AppError BAD_USER_INPUT. */
  async update(principal: Principal, raw: unknown, key: string): Promise<void> {
    const input = parseInput(updateSchema, raw);
    await change(this.database, principal, { operation: 'updateOnboardingPolicy', key, request: input }, async (tx, organizationId) => {
      const before = await this.read(tx.models, organizationId);
      const after = { requiredDocuments: input.requiredDocuments ?? before.requiredDocuments, selfApproval: input.selfApproval ?? before.selfApproval };
      await tx.models.onboardingPolicy.upsert({ where: { organizationId }, create: { organizationId, ...after }, update: after });
      const about = { aggregateType: 'Organization', aggregateId: organizationId };
      await appendAudit(tx.sql, { actorId: principal.subject, action: onboardingPolicyUpdated.name, entityType: 'Organization', entityId: organizationId, organizationId, payload: after });
      await appendEvent(tx.sql, { definition: onboardingPolicyUpdated, ...about, payload: { organizationId } });
      return organizationId;
    });
  }

  /** What stands in the transaction of an approval. */
  policyIn(tx: CoreTransaction, organizationId: string): Promise<OnboardingPolicy> {
    return this.read(tx.models, organizationId);
  }

  /**
   * Whether the caller is one of the makers of what they approve. A person and the API keys they made are one.
   * @throws AppError FORBIDDEN when they are and the organisation does not allow it.
   */
  async assertMayApprove(tx: CoreTransaction, principal: Principal, made: { policy: OnboardingPolicy; makers: ReadonlyArray<string | null>; what: string }): Promise<boolean> {
    const people = await Promise.all([principal.subject, ...made.makers.filter((maker) => maker !== null)].map((subject) => personBehind(tx, subject)));
    const [approver, ...makers] = people;
    const byMaker = makers.some((maker) => maker === approver);
    if (byMaker && !made.policy.selfApproval) throw new AppError('FORBIDDEN', `${made.what} does not approve it: somebody else must.`, { rule: 'maker-checker' });
    return byMaker;
  }

  private async read(models: Pick<CoreDatabase, 'onboardingPolicy'>, organizationId: string): Promise<OnboardingPolicy> {
    const row = await models.onboardingPolicy.findUnique({ where: { organizationId } });
    return row ? { requiredDocuments: row.requiredDocuments, selfApproval: row.selfApproval } : DEFAULTS;
  }
}

async function personBehind(tx: CoreTransaction, subject: string): Promise<string> {
  if (!subject.startsWith(API_KEY)) return subject;
  const [key] = await tx.sql.query<{ id: string }>('SELECT created_by_id::text AS id FROM api_key WHERE id::text = $1', [subject.slice(API_KEY.length)]);
  return key?.id ?? subject;
}
