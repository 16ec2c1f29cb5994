import type DataLoader from 'dataloader';
import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { NotFoundError } from '#kernel/errors';
import { Beneficiary } from '../beneficiaries';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import { RecordConsentInput } from './consent.inputs';
import type { ConsentService } from './consent.service';
import { Consent, ConsentPurpose } from './consent.type';

/** Per-request loaders. */
export interface ConsentLoaders {
  beneficiary: (context: CoreContext) => DataLoader<string, Beneficiary | null>;
  ofBeneficiary: (context: CoreContext) => DataLoader<string, Consent[]>;
}

@Resolver(() => Beneficiary)
export class ConsentResolver {
  constructor(
    private readonly service: ConsentService,
    private readonly loaders: ConsentLoaders,
  ) {}

  @FieldResolver(() => [Consent], { description: 'What the person has agreed to, the newest first.' })
  async consents(
    @Root() { id }: Beneficiary,
    @Ctx() context: CoreContext,
    @Arg('standing', () => Boolean, { nullable: true, description: 'True: only what stands; false: only what has ended; left out: both.' }) standing?: boolean | null,
  ): Promise<Consent[]> {
    const all = await this.loaders.ofBeneficiary(context).load(id);
    return standing == null ? all : all.filter(({ endedAt }) => (endedAt === null) === standing);
  }

  @Mutation(() => [Beneficiary], { description: 'Records what up to 500 people have agreed to, all or none. An older consent to the same purpose ends as renewed. Errors: BAD_USER_INPUT naming the person.' })
  async recordConsents(
    @Ctx() context: CoreContext,
    @Arg('beneficiaryIds', () => [ID], { description: 'Who agreed.' }) beneficiaryIds: string[],
    @Arg('input', () => RecordConsentInput, { description: 'To what, and how.' }) input: RecordConsentInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Beneficiary[]> {
    const ids = await this.service.record(context.principal, beneficiaryIds, input, key);
    return Promise.all(ids.map((id) => this.shown(context, id)));
  }

  @Mutation(() => Beneficiary, { description: 'Takes a consent back, at the wish of the person: from then on nothing happens that needs it. Errors: NOT_FOUND, INVALID_TRANSITION (none stands).' })
  async withdrawConsent(
    @Ctx() context: CoreContext,
    @Arg('beneficiaryId', () => ID, { description: 'Whose consent.' }) beneficiaryId: string,
    @Arg('purpose', () => ConsentPurpose, { description: 'To what.' }) purpose: ConsentPurpose,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Beneficiary> {
    return this.shown(context, await this.service.withdraw(context.principal, beneficiaryId, purpose, key));
  }

  private async shown(context: CoreContext, id: string): Promise<Beneficiary> {
    this.loaders.ofBeneficiary(context).clear(id);
    const beneficiary = await this.loaders.beneficiary(context).load(id);
    if (!beneficiary) throw new NotFoundError('The beneficiary');
    return beneficiary;
  }
}
