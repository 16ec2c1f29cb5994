import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import type { Onboarding } from './onboarding.service';
import { OnboardingPolicy, UpdateOnboardingPolicyInput } from './onboarding.type';

@Resolver()
export class OnboardingResolver {
  constructor(private readonly onboarding: Onboarding) {}

  @Query(() => OnboardingPolicy, { nullable: true, description: 'What the organisation of the caller asks before it approves vendors and devices.' })
  onboardingPolicy(@Ctx() { principal }: CoreContext): Promise<OnboardingPolicy> {
    return this.onboarding.policy(principal);
  }

  @Mutation(() => OnboardingPolicy, { description: 'Changes what the organisation asks before it approves vendors and devices. Errors: BAD_USER_INPUT.' })
  async updateOnboardingPolicy(
    @Ctx() { principal }: CoreContext,
    @Arg('input', () => UpdateOnboardingPolicyInput, { description: 'What to change.' }) input: UpdateOnboardingPolicyInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<OnboardingPolicy> {
    await this.onboarding.update(principal, input, key);
    return this.onboarding.policy(principal);
  }
}
