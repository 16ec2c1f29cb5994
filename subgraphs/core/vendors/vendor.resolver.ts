import type DataLoader from 'dataloader';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { holdsAt } from '#kernel/auth';
import { NotFoundError } from '#kernel/errors';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import type { CoreContext } from '../context';
import { RegisterVendorInput, VendorFilter } from './vendor.inputs';
import { toVendor } from './vendor.mapper';
import type { VendorService } from './vendor.service';
import { Vendor, VendorConnection } from './vendor.type';

const KEY = 'Chosen by the caller, for example a UUID: a repeat with the same key and the same request changes nothing and answers the same.';

@Resolver(() => Vendor)
export class VendorResolver {
  constructor(
    private readonly service: VendorService,
    private readonly byId: (context: CoreContext) => DataLoader<string, Vendor | null>,
  ) {}

  @Query(() => Vendor, { nullable: true, description: 'The vendor with this id; null when there is none that the caller may see.' })
  vendor(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The id of the vendor.' }) id: string): Promise<Vendor | null> {
    return this.byId(context).load(id);
  }

  @Query(() => VendorConnection, { description: 'The vendors that the caller may see, oldest first.' })
  async vendors(
    @Ctx() { principal }: CoreContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => VendorFilter, { nullable: true, description: 'Which vendors to list.' }) filter?: VendorFilter,
  ): Promise<Connection<Vendor>> {
    const page = pageRequest(args);
    return toConnection((await this.service.list(principal, filter, page)).map(toVendor), page, (vendor) => vendor.id);
  }

  @FieldResolver(() => String, { nullable: true })
  contactPhone(@Root() vendor: Vendor, @Ctx() { principal }: CoreContext): string | null {
    return holdsAt(principal, 'vendor:write', { area: vendor.areaCode }) ? vendor.contactPhone : null;
  }

  @Mutation(() => Vendor, { description: 'Registers a vendor, to be approved. Errors: BAD_USER_INPUT, CONFLICT (the name is taken).' })
  async registerVendor(
    @Ctx() context: CoreContext,
    @Arg('input', () => RegisterVendorInput, { description: 'The vendor.' }) input: RegisterVendorInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Vendor> {
    return this.shown(context, await this.service.register(context.principal, input, key));
  }

  @Mutation(() => Vendor, { description: 'Approves a vendor, who may then be assigned to projects. Errors: NOT_FOUND, INVALID_TRANSITION.' })
  async approveVendor(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the vendor.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Vendor> {
    return this.shown(context, await this.service.approve(context.principal, id, key));
  }

  @Mutation(() => Vendor, { description: 'Sets a vendor aside. Errors: NOT_FOUND, INVALID_TRANSITION.' })
  async suspendVendor(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the vendor.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Vendor> {
    return this.shown(context, await this.service.suspend(context.principal, id, key));
  }

  private async shown(context: CoreContext, id: string): Promise<Vendor> {
    const vendor = await this.byId(context).clear(id).load(id);
    if (!vendor) throw new NotFoundError('The vendor');
    return vendor;
  }
}
