import { z } from 'zod';
import { holds, type Principal } from '#kernel/auth';
import { isId, newId } from '#kernel/db';
import { AppError, BadInputError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import { appendAudit, appendEvent, defineEvent } from '#kernel/events';
import { change } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import { delegating, permissionsChanged, type EffectivePermissions, type GrantService, type RoleRepository } from '../roles';
import { hashSecret, newSecret } from '../secret-token';
import type { ApiKeyRepository, ApiKeyRow } from './api-key.repository';

const YEAR_MS = 366 * 24 * 3600 * 1000;
const PREFIX_LENGTH = 8;

const createSchema = z.object({
  name: z.string().trim().min(1, 'must not be empty').max(200, 'must be at most 200 characters'),
  role: z.string().max(60),
  permissions: z.array(z.string()).min(1, 'must not be empty').max(100, 'must be at most 100').nullish(),
  projectId: z.uuid('must be an id').nullish().transform((id) => id ?? null),
  expiresAt: z
    .date()
    .refine((end) => end > new Date(), 'must be in the future')
    .refine((end) => end.getTime() < Date.now() + YEAR_MS, 'must be within a year'),
});

const key = z.object({ apiKeyId: z.uuid(), organizationId: z.uuid(), projectId: z.uuid().nullable() });
export const apiKeyEvents = {
  created: defineEvent({ name: 'api-key.created', version: 1, payload: key, sentence: 'An API key was made.' }),
  revoked: defineEvent({ name: 'api-key.revoked', version: 1, payload: key, sentence: 'An API key was revoked.' }),
} as const;

/** API keys of partners. Each change is idempotent by key, audited and announced in its own transaction, and told to gateways. */
export class ApiKeyService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: ApiKeyRepository,
    private readonly roles: RoleRepository,
    private readonly grants: GrantService,
  ) {}

  /**
   * Makes a key `rk_<8>_<43>`: a prefix to know it by, and 256 bits of chance, of which only the SHA-256 stays here.
   * @throws AppError BAD_USER_INPUT, NOT_FOUND (the project), FORBIDDEN (more than the caller may do there).
   */
  async create(principal: Principal, raw: unknown, idempotencyKey: string): Promise<{ id: string; secret: string | null }> {
    const input = parseInput(createSchema, raw);
    if (!isId(principal.subject)) throw new ForbiddenError('api-key:write'); // keys do not make keys
    const prefix = newSecret().replace(/[-_]/g, '').slice(0, PREFIX_LENGTH);
    const secret = `rk_${prefix}_${newSecret()}`;
    let fresh = false;
    const id = await change(this.database, principal, { operation: 'createApiKey', key: idempotencyKey, request: input }, async (tx, organizationId) => {
      fresh = true;
      const permissions = await this.chosen(tx, organizationId, input);
      const missing = ['api-key:write', ...permissions].find((permission) => !holds(principal, permission, input.projectId ?? undefined));
      if (missing) throw new ForbiddenError(missing);
      if (input.projectId && !(await this.roles.projectExists(tx, organizationId, input.projectId))) throw new NotFoundError('The project');
      const { name, role, projectId, expiresAt } = input;
      const made = newId();
      await this.repository.insert(tx, { id: made, organizationId, name, prefix, secretHash: hashSecret(secret), role, permissions, projectId, expiresAt, createdById: principal.subject });
      await this.tell(tx, 'created', principal, { id: made, organizationId, projectId, payload: { prefix, role, permissions, expiresAt: expiresAt.toISOString() } });
      return made;
    });
    return { id, secret: fresh ? secret : null };
  }

  /** The key is worthless with the commit, and at gateways as soon as they hear of it. @throws AppError NOT_FOUND, INVALID_TRANSITION (it is revoked). */
  async revoke(principal: Principal, id: string, idempotencyKey: string): Promise<string> {
    return change(this.database, principal, { operation: 'revokeApiKey', key: idempotencyKey, request: id }, async (tx, organizationId) => {
      const revoked = await this.repository.revoke(tx, principal, id);
      if (revoked === null) throw new NotFoundError('The API key');
      if (!revoked) throw new AppError('INVALID_TRANSITION', 'The API key was revoked already.', { field: 'id' });
      await permissionsChanged(tx);
      await this.tell(tx, 'revoked', principal, { id, organizationId, projectId: null });
      return id;
    });
  }

  /**
   * What the bearer of a key may do now: what the key was made for, as far as who made it still may. Null for a key that does not hold,
   * or whose maker has no account any more.
   */
  async effectivePermissions(secretHash: string): Promise<(EffectivePermissions & { keyId: string }) | null> {
    const row = await this.repository.findUsable(secretHash);
    const maker = row && (await this.grants.effectivePermissions(row.createdById));
    if (!row || !maker || maker.organizationId !== row.organizationId) return null;
    const allowed = row.permissions.filter((permission) => holds(maker, permission, row.projectId ?? undefined) && !isDelegating(permission));
    return {
      keyId: row.id,
      version: maker.version,
      subject: `api-key:${row.id}`,
      organizationId: row.organizationId,
      roles: [],
      permissions: row.projectId === null ? allowed : [],
      projectPermissions: row.projectId === null ? {} : { [row.projectId]: allowed },
      ...(maker.approvalLimits ? { approvalLimits: maker.approvalLimits } : {}),
      validUntil: earlier(row, maker.validUntil),
    };
  }

  private async chosen(tx: CoreTransaction, organizationId: string, input: z.output<typeof createSchema>): Promise<string[]> {
    const role = await this.roles.lock(tx, organizationId, input.role, 'SHARE');
    if (!role) throw new BadInputError('input.role', 'is no role of the organisation');
    const possible = role.permissions.filter((permission) => !isDelegating(permission));
    const asked = [...new Set(input.permissions ?? possible)].sort();
    const index = asked.findIndex((permission) => !possible.includes(permission));
    if (index >= 0 || asked.length === 0) throw new BadInputError('input.permissions', `must be permissions of the role that a key may have: ${possible.join(', ')}`);
    return asked;
  }

  private async tell(
    tx: CoreTransaction,
    news: keyof typeof apiKeyEvents,
    principal: Principal,
    what: { id: string; organizationId: string; projectId: string | null; payload?: Record<string, unknown> },
  ): Promise<void> {
    const { id, organizationId, projectId, payload = {} } = what;
    const definition = apiKeyEvents[news];
    await appendAudit(tx.sql, { actorId: principal.subject, action: definition.name, entityType: 'ApiKey', entityId: id, organizationId, projectId, payload });
    await appendEvent(tx.sql, { definition, aggregateType: 'ApiKey', aggregateId: id, payload: { apiKeyId: id, organizationId, projectId } });
  }
}

function isDelegating(permission: string): boolean {
  return (delegating as readonly string[]).includes(permission);
}

function earlier({ expiresAt }: ApiKeyRow, other: string | null): string {
  const own = expiresAt.toISOString();
  return other !== null && other < own ? other : own;
}
