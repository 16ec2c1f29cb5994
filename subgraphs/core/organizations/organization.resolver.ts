import type DataLoader from 'dataloader';
import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { NotFoundError } from '#kernel/errors';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import type { OrganizationService } from './organization.service';
import { Organization, UpdateOrganizationInput } from './organization.type';

@Resolver()
export class OrganizationResolver {
  constructor(
    private readonly service: OrganizationService,
    private readonly byId: (context: CoreContext) => DataLoader<string, Organization | null>,
  ) {}

  @Query(() => Organization, { nullable: true, description: 'The organisation of the caller.' })
  async organization(@Ctx() context: CoreContext): Promise<Organization | null> {
    const { organizationId } = context.principal;
    return organizationId ? this.byId(context).load(organizationId) : null;
  }

  @Mutation(() => Organization, { description: 'Changes the organisation of the caller. Errors: BAD_USER_INPUT.' })
  async updateOrganization(
    @Ctx() context: CoreContext,
    @Arg('input', () => UpdateOrganizationInput, { description: 'What to change.' }) input: UpdateOrganizationInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Organization> {
    const id = await this.service.update(context.principal, input, key);
    const organization = await this.byId(context).clear(id).load(id);
    if (!organization) throw new NotFoundError('The organisation');
    return organization;
  }
}
