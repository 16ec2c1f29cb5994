import type DataLoader from 'dataloader';
import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { NotFoundError } from '#kernel/errors';
import { JsonScalar } from '#kernel/graphql';
import { AttributeDefinition } from '../attributes';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import type { BeneficiaryPii } from './beneficiary.repository';
import { Beneficiary } from './beneficiary.type';
import { BeneficiaryStatusChange } from './status-change.type';
import { VerifyBeneficiaryInput } from './verification.inputs';
import type { VerificationService } from './verification.service';

/** Per-request loaders. */
export interface RegistrationLoaders {
  byId: (context: CoreContext) => DataLoader<string, Beneficiary | null>;
  pii: (context: CoreContext) => DataLoader<string, BeneficiaryPii | null>;
  definition: (context: CoreContext) => DataLoader<string, AttributeDefinition | null>;
  statusChanges: (context: CoreContext) => DataLoader<string, BeneficiaryStatusChange[]>;
}

/** What became of a registration, and what it holds besides what all have. */
@Resolver(() => Beneficiary)
export class RegistrationResolver {
  constructor(
    private readonly verification: VerificationService,
    private readonly loaders: RegistrationLoaders,
  ) {}

  @FieldResolver(() => JsonScalar, { nullable: true, description: 'Values of attributes that are personal, by key, as `attributeDefinitions` describe them; null for callers without the permission beneficiary:read-pii.' })
  async personalAttributes(@Root() { id }: Beneficiary, @Ctx() context: CoreContext): Promise<Record<string, unknown> | null> {
    return (await this.loaders.pii(context).load(id))?.attributes ?? null;
  }

  @FieldResolver(() => [AttributeDefinition], { description: 'The attributes that the person has values of, in the versions that the values were checked with, as far as the caller may see these; by key.' })
  async attributeDefinitions(@Root() { attributeVersions }: Beneficiary, @Ctx() context: CoreContext): Promise<AttributeDefinition[]> {
    const definitions = await Promise.all(Object.values(attributeVersions).map((id) => this.loaders.definition(context).load(id)));
    return definitions.filter((definition) => definition !== null).sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  @FieldResolver(() => [BeneficiaryStatusChange], { description: 'Where the registration stood, since when, by whom and why: the oldest first.' })
  statusHistory(@Root() { id }: Beneficiary, @Ctx() context: CoreContext): Promise<BeneficiaryStatusChange[]> {
    return this.loaders.statusChanges(context).load(id);
  }

  @Mutation(() => Beneficiary, {
    description: 'Records that a registration was found to be true. Who registered the person cannot do it. Errors: NOT_FOUND, BAD_USER_INPUT, FORBIDDEN (the caller has registered the person), INVALID_TRANSITION (the registration is not ACTIVE).',
  })
  async verifyBeneficiary(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the beneficiary.' }) id: string,
    @Arg('input', () => VerifyBeneficiaryInput, { description: 'How it was found.' }) input: VerifyBeneficiaryInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Beneficiary> {
    const beneficiary = await this.loaders.byId(context).clear(await this.verification.verify(context.principal, id, input, key)).load(id);
    if (!beneficiary) throw new NotFoundError('The beneficiary');
    return beneficiary;
  }
}
