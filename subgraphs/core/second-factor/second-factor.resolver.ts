import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { CoreContext } from '../context';
import type { SecondFactorService } from './second-factor.service';
import { FreshAccess, SecondFactorEnrolled, SecondFactorOffer, SecondFactorStatus } from './second-factor.type';

const CODE = 'The six digits that the app shows, or a recovery code.';

@Resolver()
export class SecondFactorResolver {
  constructor(private readonly service: SecondFactorService) {}

  @Query(() => SecondFactorStatus, { description: 'Whether the caller has a second factor.' })
  async secondFactor(@Ctx() { principal }: CoreContext): Promise<SecondFactorStatus> {
    return Object.assign(new SecondFactorStatus(), await this.service.status(principal));
  }

  @Mutation(() => SecondFactorOffer, { description: 'Begins to enrol a second factor (RFC 6238). Errors: CONFLICT (there is one), STEP_UP_REQUIRED.' })
  async enrollSecondFactor(@Ctx() { principal }: CoreContext): Promise<SecondFactorOffer> {
    return Object.assign(new SecondFactorOffer(), await this.service.enroll(principal));
  }

  @Mutation(() => SecondFactorEnrolled, {
    description: 'Turns the second factor on and ends every other session of the caller. Errors: UNAUTHENTICATED (the code is not right), TOO_MANY_ATTEMPTS, STEP_UP_REQUIRED.',
  })
  async confirmSecondFactor(
    @Ctx() { principal, client }: CoreContext,
    @Arg('code', () => String, { description: 'The six digits that the app shows.' }) code: string,
  ): Promise<SecondFactorEnrolled> {
    const { recoveryCodes, fresh } = await this.service.confirm(principal, code, client?.address ?? null);
    return Object.assign(new SecondFactorEnrolled(), { recoveryCodes, access: Object.assign(new FreshAccess(), fresh) });
  }

  @Mutation(() => Boolean, { description: 'Turns the second factor off. Errors: UNAUTHENTICATED (the code is not right), TOO_MANY_ATTEMPTS.' })
  async disableSecondFactor(@Ctx() { principal, client }: CoreContext, @Arg('code', () => String, { description: CODE }) code: string): Promise<boolean> {
    await this.service.disable(principal, code, client?.address ?? null);
    return true;
  }

  @Mutation(() => [String], { description: 'Replaces the recovery codes. Errors: UNAUTHENTICATED (the code is not right), TOO_MANY_ATTEMPTS.' })
  renewRecoveryCodes(@Ctx() { principal, client }: CoreContext, @Arg('code', () => String, { description: CODE }) code: string): Promise<string[]> {
    return this.service.renewRecoveryCodes(principal, code, client?.address ?? null);
  }
}
