import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import type { ClientFacts } from '#kernel/graphql';
import type { CoreContext } from '../../context';
import { KEY } from '../../change';
import type { CodesService } from '../codes/codes.service';
import { CodeChallenge } from '../sign-in/sign-in.type';
import type { ChangePasswordService } from './change-password.service';
import type { ResetPasswordService } from './reset-password.service';

const NEW = 'The new password: 12 to 200 characters, of which 5 differ. It must not contain the name in the e-mail address, nor be the present one.';

@Resolver()
export class PasswordResolver {
  constructor(private readonly deps: { change: ChangePasswordService; reset: ResetPasswordService; codes: CodesService }) {}

  @Mutation(() => Boolean, {
    description:
      'Changes the password of the caller and ends every other session of theirs; the second factor stays. Always true. Errors: UNAUTHENTICATED (the current password is not right), TOO_MANY_ATTEMPTS, BAD_USER_INPUT, STEP_UP_REQUIRED (the account has no password yet, and the sign-in is not recent), IDEMPOTENCY_CONFLICT.',
  })
  async changePassword(
    @Ctx() context: CoreContext,
    @Arg('newPassword', () => String, { description: NEW }) newPassword: string,
    @Arg('currentPassword', () => String, { nullable: true, description: 'The present password; needed when the account has one.' }) currentPassword?: string | null,
    @Arg('idempotencyKey', () => String, { nullable: true, description: KEY }) idempotencyKey?: string | null,
  ): Promise<boolean> {
    const asked = { newPassword, currentPassword: currentPassword ?? null, idempotencyKey: idempotencyKey ?? null };
    await this.deps.change.change(context.principal, asked, clientOf(context));
    return true;
  }

  @Mutation(() => CodeChallenge, {
    description: 'Sends a code for a new password to the e-mail address of an account, if there is one. Errors: BAD_USER_INPUT (not in this way here), TOO_MANY_ATTEMPTS.',
  })
  async requestPasswordReset(@Ctx() context: CoreContext, @Arg('to', () => String, { description: 'The e-mail address of the account.' }) to: string): Promise<CodeChallenge> {
    const { id, expiresAt } = await this.deps.codes.requestPasswordReset(to, clientOf(context));
    return Object.assign(new CodeChallenge(), { challenge: id, expiresAt });
  }

  @Mutation(() => Boolean, {
    description:
      'Gives an account a new password by a code that `requestPasswordReset` sent, and ends every session of it. Sign in with the new password afterwards. Always true. Errors: UNAUTHENTICATED, the same for every cause; BAD_USER_INPUT (the new password is refused, or a code of the second factor is needed: repeat it with the same code); TOO_MANY_ATTEMPTS.',
  })
  async resetPassword(
    @Ctx() context: CoreContext,
    @Arg('challenge', () => ID, { description: 'What `requestPasswordReset` answered.' }) challenge: string,
    @Arg('code', () => String, { description: 'The six digits.' }) code: string,
    @Arg('newPassword', () => String, { description: NEW }) newPassword: string,
    @Arg('secondFactorCode', () => String, { nullable: true, description: 'The six digits that the app shows, or a recovery code; needed when the account has a second factor.' }) secondFactorCode?: string | null,
  ): Promise<boolean> {
    await this.deps.reset.reset({ challenge, code, newPassword, secondFactorCode: secondFactorCode ?? null }, clientOf(context));
    return true;
  }
}

function clientOf({ client }: CoreContext): ClientFacts {
  return client ?? { address: null, agent: null, purpose: null };
}
