import { z } from 'zod';
import type { Principal } from '#kernel/auth';
import { parseInput } from '#kernel/errors';
import { appendAudit, appendEvent, defineEvent } from '#kernel/events';
import { change } from '../change';
import type { CoreDatabase } from '../database';
import type { OrganizationRepository } from './organization.repository';

const updateSchema = z.object({
  name: z.string().trim().min(1, 'must not be empty').max(200, 'must be at most 200 characters').nullish(),
  signupOpen: z.boolean().nullish(),
});

export const organizationUpdated = defineEvent({
  name: 'organization.updated',
  version: 1,
  payload: z.object({ organizationId: z.uuid() }),
  sentence: 'The facts of an organisation changed.',
});

export class OrganizationService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: OrganizationRepository,
  ) {}

  /** Changes the caller's own organisation. @throws AppError BAD_USER_INPUT */
  async update(principal: Principal, raw: unknown, key: string): Promise<string> {
    const input = parseInput(updateSchema, raw);
    return change(this.database, principal, { operation: 'updateOrganization', key, request: input }, async (tx, organizationId) => {
      const { name, signupOpen } = input;
      await this.repository.update(tx, organizationId, { name: name ?? undefined, signupOpen: signupOpen ?? undefined });
      const entry = { actorId: principal.subject, action: organizationUpdated.name, entityType: 'Organization', entityId: organizationId, organizationId };
      await appendAudit(tx.sql, { ...entry, payload: signupOpen == null ? {} : { signupOpen } });
      await appendEvent(tx.sql, { definition: organizationUpdated, aggregateType: 'Organization', aggregateId: organizationId, payload: { organizationId } });
      return organizationId;
    });
  }
}
