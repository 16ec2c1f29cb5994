import type DataLoader from 'dataloader';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { NotFoundError } from '#kernel/errors';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import type { VendorContacts } from './vendor.contacts';
import { RegisterVendorInput, UpdateVendorInput, VendorFilter } from './vendor.inputs';
import { toVendor } from './vendor.mapper';
import type { VendorService } from './vendor.service';
import type { VendorStanding } from './vendor.standing';
import { PayoutAccount, Vendor, VendorConnection, VendorOrder, VendorStep } from './vendor.type';

/** Per-request loaders: a list of 200 is one query, and one more for contacts, and one more for steps. */
export interface VendorLoaders {
  byId: (context: CoreContext) => DataLoader<string, Vendor | null>;
  contacts: (context: CoreContext) => DataLoader<string, VendorContacts | null>;
  steps: (context: CoreContext) => DataLoader<string, VendorStep[]>;
}

const WHY = 'Why, without personal data: 1 to 500 characters. It stands in the history and the audit log.';

@Resolver(() => Vendor)
export class VendorResolver {
  constructor(
    private readonly service: VendorService,
    private readonly standing: VendorStanding,
    private readonly loaders: VendorLoaders,
  ) {}

  @Query(() => Vendor, { nullable: true, description: 'The vendor with this id; null when there is none that the caller may see or acts for.' })
  vendor(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The id of the vendor.' }) id: string): Promise<Vendor | null> {
    return this.loaders.byId(context).load(id);
  }

  @Query(() => VendorConnection, { description: 'The vendors that the caller may see.' })
  async vendors(
    @Ctx() { principal }: CoreContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => VendorFilter, { nullable: true, description: 'Which vendors to list.' }) filter?: VendorFilter,
    @Arg('orderBy', () => VendorOrder, { nullable: true, description: 'In which order; OLDEST_FIRST when left out. A cursor belongs to its order.' }) order?: VendorOrder,
  ): Promise<Connection<Vendor>> {
    const page = pageRequest(args);
    return toConnection((await this.service.list(principal, filter, { order, page })).map(toVendor), page, (vendor) => vendor.id);
  }

  @Query(() => [Vendor], { description: 'The vendors for whom the caller acts, whatever else the caller may see.' })
  async myVendors(@Ctx() { principal }: CoreContext): Promise<Vendor[]> {
    return (await this.service.owned(principal)).map(toVendor);
  }

  @FieldResolver(() => String, { nullable: true, description: 'The name of the contact; null for callers without the permission vendor:read-pii who do not act for the vendor.' })
  async contactName(@Root() { id }: Vendor, @Ctx() context: CoreContext): Promise<string | null> {
    return (await this.loaders.contacts(context).load(id))?.contactName ?? null;
  }

  @FieldResolver(() => String, { nullable: true, description: 'The phone number of the contact (E.164); null for callers without the permission vendor:read-pii who do not act for the vendor.' })
  async contactPhone(@Root() { id }: Vendor, @Ctx() context: CoreContext): Promise<string | null> {
    return (await this.loaders.contacts(context).load(id))?.contactPhone ?? null;
  }

  @FieldResolver(() => String, { nullable: true, description: 'The e-mail address of the contact; null for callers without the permission vendor:read-pii who do not act for the vendor.' })
  async contactEmail(@Root() { id }: Vendor, @Ctx() context: CoreContext): Promise<string | null> {
    return (await this.loaders.contacts(context).load(id))?.contactEmail ?? null;
  }

  @FieldResolver(() => PayoutAccount, { nullable: true, description: 'Where earnings are paid out; null for callers without the permission vendor:read-pii who do not act for the vendor.' })
  async payoutAccount(@Root() { id }: Vendor, @Ctx() context: CoreContext): Promise<PayoutAccount | null> {
    return (await this.loaders.contacts(context).load(id))?.payoutAccount ?? null;
  }

  @FieldResolver(() => [VendorStep], { description: 'What became of the vendor, in order; the first step is the registration.' })
  history(@Root() { id }: Vendor, @Ctx() context: CoreContext): Promise<VendorStep[]> {
    return this.loaders.steps(context).load(id);
  }

  @Mutation(() => Vendor, { description: 'Registers a vendor, to be approved by somebody else. Errors: BAD_USER_INPUT, CONFLICT (the name is taken).' })
  async registerVendor(
    @Ctx() context: CoreContext,
    @Arg('input', () => RegisterVendorInput, { description: 'The vendor.' }) input: RegisterVendorInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Vendor> {
    return this.shown(context, await this.service.register(context.principal, input, key));
  }

  @Mutation(() => Vendor, {
    description: 'Changes what is known of a vendor. Where its money goes (account, wallet) changes only while it is not approved. Errors: NOT_FOUND, BAD_USER_INPUT, CONFLICT (the name is taken), INVALID_TRANSITION.',
  })
  async updateVendor(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the vendor.' }) id: string,
    @Arg('input', () => UpdateVendorInput, { description: 'What to change.' }) input: UpdateVendorInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Vendor> {
    return this.shown(context, await this.service.update(context.principal, id, input, key));
  }

  @Mutation(() => Vendor, {
    description: 'Approves a vendor that is pending or suspended, when the documents that `onboardingPolicy` asks for are linked. Errors: NOT_FOUND, INVALID_TRANSITION (`extensions.missingDocuments`), FORBIDDEN (who registered a vendor or set its account does not approve it).',
  })
  async approveVendor(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the vendor.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
    @Arg('reason', () => String, { nullable: true, description: WHY }) reason?: string | null,
  ): Promise<Vendor> {
    return this.shown(context, await this.standing.approve(context.principal, id, { reason, key }));
  }

  @Mutation(() => Vendor, { description: 'Sets an approved vendor aside. Errors: NOT_FOUND, BAD_USER_INPUT, INVALID_TRANSITION.' })
  async suspendVendor(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the vendor.' }) id: string,
    @Arg('reason', () => String, { description: WHY }) reason: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Vendor> {
    return this.shown(context, await this.standing.suspend(context.principal, id, { reason, key }));
  }

  @Mutation(() => Vendor, { description: 'Ends the work with a vendor for good, or turns a pending one down. Errors: NOT_FOUND, BAD_USER_INPUT, INVALID_TRANSITION.' })
  async offboardVendor(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the vendor.' }) id: string,
    @Arg('reason', () => String, { description: WHY }) reason: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Vendor> {
    return this.shown(context, await this.standing.offboard(context.principal, id, { reason, key }));
  }

  /** Reads the vendor as it is after the change (a loader filled before it would show the past). */
  private async shown(context: CoreContext, id: string): Promise<Vendor> {
    this.loaders.contacts(context).clear(id);
    this.loaders.steps(context).clear(id);
    const vendor = await this.loaders.byId(context).clear(id).load(id);
    if (!vendor) throw new NotFoundError('The vendor');
    return vendor;
  }
}
