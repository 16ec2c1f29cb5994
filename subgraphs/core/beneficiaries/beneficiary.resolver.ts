import type DataLoader from 'dataloader';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { NotFoundError } from '#kernel/errors';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import type { CoreContext } from '../context';
import { RegisterBeneficiaryInput, UpdateBeneficiaryInput } from './beneficiary.inputs';
import { keyIn } from './beneficiary.list';
import { toBeneficiary } from './beneficiary.mapper';
import type { BeneficiaryPii } from './beneficiary.repository';
import type { BeneficiaryService } from './beneficiary.service';
import type { ErasureService } from './erasure.service';
import { BeneficiaryFilter, BeneficiaryOrder } from './filter.inputs';
import { BankAccount, Beneficiary, BeneficiaryConnection, GovernmentId } from './beneficiary.type';

const KEY = 'Chosen by the caller, for example a UUID: a repeat with the same key and the same request changes nothing and answers the same.';

/** Per-request loaders: a list of 200 is one query, and one more when personal data is asked for. */
export interface BeneficiaryLoaders {
  byId: (context: CoreContext) => DataLoader<string, Beneficiary | null>;
  pii: (context: CoreContext) => DataLoader<string, BeneficiaryPii | null>;
}

@Resolver(() => Beneficiary)
export class BeneficiaryResolver {
  constructor(
    private readonly service: BeneficiaryService,
    private readonly erasure: ErasureService,
    private readonly loaders: BeneficiaryLoaders,
  ) {}

  @Query(() => Beneficiary, { nullable: true, description: 'The beneficiary with this id; null when there is none that the caller may see.' })
  beneficiary(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The id of the beneficiary.' }) id: string): Promise<Beneficiary | null> {
    return this.loaders.byId(context).load(id);
  }

  @Query(() => BeneficiaryConnection, { description: 'The beneficiaries that the caller may see. Each page costs the same, the last one too.' })
  async beneficiaries(
    @Ctx() { principal }: CoreContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => BeneficiaryFilter, { nullable: true, description: 'Which beneficiaries to list.' }) filter?: BeneficiaryFilter,
    @Arg('order', () => BeneficiaryOrder, { nullable: true, description: 'In which order; REGISTERED when left out. A cursor belongs to one order.' }) order?: BeneficiaryOrder | null,
  ): Promise<Connection<Beneficiary>> {
    const page = pageRequest(args);
    const rows = await this.service.list(principal, filter, page, order ?? undefined);
    return toConnection(rows.map(toBeneficiary), page, keyIn(order ?? BeneficiaryOrder.REGISTERED));
  }

  @FieldResolver(() => String, { nullable: true, description: 'The full name; null for callers without the permission beneficiary:read-pii.' })
  async fullName(@Root() { id }: Beneficiary, @Ctx() context: CoreContext): Promise<string | null> {
    return (await this.loaders.pii(context).load(id))?.fullName ?? null;
  }

  @FieldResolver(() => String, { nullable: true, description: 'The main phone number in E.164; null for callers without the permission beneficiary:read-pii.' })
  async phone(@Root() { id }: Beneficiary, @Ctx() context: CoreContext): Promise<string | null> {
    return (await this.loaders.pii(context).load(id))?.phones[0] ?? null;
  }

  @FieldResolver(() => [String], { nullable: true, description: 'All phone numbers in E.164, the main one first; null for callers without the permission beneficiary:read-pii.' })
  async phones(@Root() { id }: Beneficiary, @Ctx() context: CoreContext): Promise<string[] | null> {
    return (await this.loaders.pii(context).load(id))?.phones ?? null;
  }

  @FieldResolver(() => String, { nullable: true, description: 'The e-mail address; null for callers without the permission beneficiary:read-pii.' })
  async email(@Root() { id }: Beneficiary, @Ctx() context: CoreContext): Promise<string | null> {
    return (await this.loaders.pii(context).load(id))?.email ?? null;
  }

  @FieldResolver(() => String, { nullable: true, description: 'Where the person lives; null for callers without the permission beneficiary:read-pii.' })
  async address(@Root() { id }: Beneficiary, @Ctx() context: CoreContext): Promise<string | null> {
    return (await this.loaders.pii(context).load(id))?.address ?? null;
  }

  @FieldResolver(() => [GovernmentId], { nullable: true, description: 'The numbers that governments have given to the person; null for callers without the permission beneficiary:read-pii.' })
  async governmentIds(@Root() { id }: Beneficiary, @Ctx() context: CoreContext): Promise<GovernmentId[] | null> {
    return (await this.loaders.pii(context).load(id))?.governmentIds ?? null;
  }

  @FieldResolver(() => BankAccount, { nullable: true, description: 'The account that money may be sent to, if there is one; null for callers without the permission beneficiary:read-pii.' })
  async bankAccount(@Root() { id }: Beneficiary, @Ctx() context: CoreContext): Promise<BankAccount | null> {
    return (await this.loaders.pii(context).load(id))?.bankAccount ?? null;
  }

  @Mutation(() => Beneficiary, { description: 'Registers a person. Errors: BAD_USER_INPUT, CONFLICT (the reference or the wallet is taken), IDEMPOTENCY_CONFLICT.' })
  async registerBeneficiary(
    @Ctx() context: CoreContext,
    @Arg('input', () => RegisterBeneficiaryInput, { description: 'The person.' }) input: RegisterBeneficiaryInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Beneficiary> {
    return this.shown(context, await this.service.register(context.principal, input, key));
  }

  @Mutation(() => [Beneficiary], { description: 'Registers up to 500 people, all or none. Errors as for one, naming the person as `inputs.<n>`.' })
  async registerBeneficiaries(
    @Ctx() context: CoreContext,
    @Arg('inputs', () => [RegisterBeneficiaryInput], { description: 'The people.' }) inputs: RegisterBeneficiaryInput[],
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Beneficiary[]> {
    const ids = await this.service.registerMany(context.principal, inputs, key);
    return Promise.all(ids.map((id) => this.shown(context, id)));
  }

  @Mutation(() => Beneficiary, { description: 'Changes the data of a person. Who changes name, birth or government ids ends the verification. Errors: NOT_FOUND, BAD_USER_INPUT, CONFLICT (the wallet), FORBIDDEN (the new area), INVALID_TRANSITION (merged or erased).' })
  async updateBeneficiary(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the beneficiary.' }) id: string,
    @Arg('input', () => UpdateBeneficiaryInput, { description: 'What to change.' }) input: UpdateBeneficiaryInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Beneficiary> {
    return this.shown(context, await this.service.update(context.principal, id, input, key));
  }

  @Mutation(() => Beneficiary, { description: 'Sets a registration aside. Errors: NOT_FOUND, INVALID_TRANSITION.' })
  async suspendBeneficiary(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the beneficiary.' }) id: string,
    @Arg('reason', () => String, { description: 'Why, without personal data: 1 to 500 characters. It stands in the audit log.' }) reason: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Beneficiary> {
    return this.shown(context, await this.service.suspend(context.principal, id, reason, key));
  }

  @Mutation(() => Beneficiary, { description: 'Lets a registration that was set aside go on, or completes a draft. Errors: NOT_FOUND, INVALID_TRANSITION, BAD_USER_INPUT (a draft lacks an attribute that is required).' })
  async activateBeneficiary(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the beneficiary.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
    @Arg('reason', () => String, { nullable: true, description: 'Why, without personal data: 1 to 500 characters. It stands in the audit log.' }) reason?: string | null,
  ): Promise<Beneficiary> {
    return this.shown(context, await this.service.activate(context.principal, id, reason, key));
  }

  @Mutation(() => Beneficiary, {
    description:
      'Erases the personal data of a person for good: nobody can bring it back. Reference, area, amounts and the audit log stay. Errors: NOT_FOUND, FORBIDDEN, INVALID_TRANSITION (erased already, or still takes part in a project).',
  })
  async eraseBeneficiary(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the beneficiary.' }) id: string,
    @Arg('reason', () => String, { description: 'Why, without personal data: 1 to 500 characters. It stands in the audit log.' }) reason: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Beneficiary> {
    return this.shown(context, await this.erasure.erase(context.principal, id, reason, key));
  }

  /** Reads the person as they are after the change (a loader filled before it would show the past). */
  private async shown(context: CoreContext, id: string): Promise<Beneficiary> {
    this.loaders.pii(context).clear(id);
    const beneficiary = await this.loaders.byId(context).clear(id).load(id);
    if (!beneficiary) throw new NotFoundError('The beneficiary');
    return beneficiary;
  }
}
