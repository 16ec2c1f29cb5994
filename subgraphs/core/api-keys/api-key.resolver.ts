import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { NotFoundError } from '#kernel/errors';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import type { ApiKeyRepository, ApiKeyRow } from './api-key.repository';
import type { ApiKeyService } from './api-key.service';
import { ApiKey, ApiKeyConnection, ApiKeyStatus, CreateApiKeyInput, IssuedApiKey } from './api-key.type';

@Resolver()
export class ApiKeyResolver {
  constructor(
    private readonly service: ApiKeyService,
    private readonly repository: ApiKeyRepository,
  ) {}

  @Query(() => ApiKeyConnection, { description: 'The API keys that the caller may see, newest first.' })
  async apiKeys(
    @Ctx() { principal }: CoreContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('projectId', () => ID, { nullable: true, description: 'Only keys of this project.' }) projectId?: string | null,
  ): Promise<Connection<ApiKey>> {
    const page = pageRequest(args);
    return toConnection((await this.repository.list(principal, projectId ?? null, page)).map(toApiKey), page, ({ id }) => id);
  }

  @Mutation(() => IssuedApiKey, { description: 'Makes an API key for a partner. Errors: BAD_USER_INPUT, NOT_FOUND (the project), FORBIDDEN (more than the caller may do there).' })
  async createApiKey(
    @Ctx() { principal }: CoreContext,
    @Arg('input', () => CreateApiKeyInput, { description: 'The key.' }) input: CreateApiKeyInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<IssuedApiKey> {
    const { id, secret } = await this.service.create(principal, input, key);
    return { apiKey: await this.shown(principal, id), secret };
  }

  @Mutation(() => ApiKey, { description: 'Makes an API key worthless at once. Errors: NOT_FOUND, INVALID_TRANSITION (it is revoked).' })
  async revokeApiKey(
    @Ctx() { principal }: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the key.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<ApiKey> {
    return this.shown(principal, await this.service.revoke(principal, id, key));
  }

  private async shown(principal: CoreContext['principal'], id: string): Promise<ApiKey> {
    const row = await this.repository.findVisible(principal, id);
    if (!row) throw new NotFoundError('The API key');
    return toApiKey(row);
  }
}

function toApiKey(row: ApiKeyRow): ApiKey {
  const { id, name, prefix, role, permissions, projectId, expiresAt, lastUsedAt, createdById, createdAt } = row;
  return { id, name, prefix, role, permissions, projectId, expiresAt, lastUsedAt, createdById, createdAt, status: statusOf(row) };
}

function statusOf({ revokedAt, expiresAt }: ApiKeyRow): ApiKeyStatus {
  if (revokedAt) return ApiKeyStatus.REVOKED;
  return expiresAt > new Date() ? ApiKeyStatus.ACTIVE : ApiKeyStatus.EXPIRED;
}
