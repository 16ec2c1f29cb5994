import { Arg, Ctx, ID, Int, Mutation, Resolver } from 'type-graphql';
import type { ClientFacts } from '#kernel/graphql';
import type { CoreContext } from '../../context';
import { FreshAccess } from '../../second-factor';
import { Session } from '../../sessions';
import type { CodesService } from '../codes/codes.service';
import type { OidcSignIn } from '../identities/oidc';
import type { WalletSignIn } from '../identities/wallet';
import type { SignInService } from './sign-in.service';
import { CodeChallenge, CodeChannelType, OidcAuthorization, WalletChallenge } from './sign-in.type';
import type { StepUpService } from './step-up.service';
import type { SignInStrategy } from './strategy';

const ERRORS = 'Errors: UNAUTHENTICATED, the same for every cause; SECOND_FACTOR_REQUIRED; TOO_MANY_ATTEMPTS.';

/** The ways to sign in. */
export interface Strategies {
  password: SignInStrategy<{ email: string; password: string }>;
  code: SignInStrategy<{ challenge: string; code: string }>;
  wallet: SignInStrategy<{ message: string; signature: string }>;
  oidc: SignInStrategy<{ flow: string; callbackUrl: string }>;
}

export interface SignInResolverDeps {
  service: SignInService;
  stepUp: StepUpService;
  strategies: Strategies;
  codes: CodesService;
  wallet: WalletSignIn;
  oidc: OidcSignIn;
}

@Resolver()
export class SignInResolver {
  constructor(private readonly deps: SignInResolverDeps) {}

  @Mutation(() => Session, { description: `Signs in with e-mail address and password. ${ERRORS}` })
  login(
    @Ctx() context: CoreContext,
    @Arg('email', () => String, { description: 'The e-mail address of the account.' }) email: string,
    @Arg('password', () => String, { description: 'The password of the account.' }) password: string,
  ): Promise<Session> {
    return this.signIn(this.deps.strategies.password, { email, password }, context);
  }

  @Mutation(() => CodeChallenge, { description: 'Sends a one-time code to an account, if there is one. Errors: BAD_USER_INPUT (not in this way here), TOO_MANY_ATTEMPTS.' })
  async requestSignInCode(
    @Ctx() context: CoreContext,
    @Arg('channel', () => CodeChannelType, { description: 'How to send it.' }) channel: CodeChannelType,
    @Arg('to', () => String, { description: 'The e-mail address of the account, or a phone number linked with it, such as +254700000000.' }) to: string,
  ): Promise<CodeChallenge> {
    const { id, expiresAt } = await this.deps.codes.requestSignIn(channel, to, clientOf(context));
    return Object.assign(new CodeChallenge(), { challenge: id, expiresAt });
  }

  @Mutation(() => Session, { description: `Signs in with a code that \`requestSignInCode\` sent. ${ERRORS}` })
  signInWithCode(
    @Ctx() context: CoreContext,
    @Arg('challenge', () => ID, { description: 'What `requestSignInCode` answered.' }) challenge: string,
    @Arg('code', () => String, { description: 'The six digits.' }) code: string,
  ): Promise<Session> {
    return this.signIn(this.deps.strategies.code, { challenge, code }, context);
  }

  @Mutation(() => WalletChallenge, { description: 'A message for a wallet to sign. Errors: BAD_USER_INPUT.' })
  async walletChallenge(
    @Arg('address', () => String, { description: 'The address of the wallet.' }) address: string,
    @Arg('chainId', () => Int, { description: 'The chain that the wallet is connected with (EIP-155).' }) chainId: number,
  ): Promise<WalletChallenge> {
    return Object.assign(new WalletChallenge(), await this.deps.wallet.challenge({ address, chainId }));
  }

  @Mutation(() => Session, { description: `Signs in with a wallet that is linked with an account (EIP-4361). ${ERRORS}` })
  signInWithWallet(
    @Ctx() context: CoreContext,
    @Arg('message', () => String, { description: 'The message that was signed, letter by letter.' }) message: string,
    @Arg('signature', () => String, { description: 'The signature (EIP-191): 0x and 130 hexadecimal digits.' }) signature: string,
  ): Promise<Session> {
    return this.signIn(this.deps.strategies.wallet, { message, signature }, context);
  }

  @Mutation(() => OidcAuthorization, { description: 'Begins a sign-in with an OpenID Connect issuer. Errors: BAD_USER_INPUT (no such provider), NOT_READY (it does not answer).' })
  async oidcAuthorization(@Arg('provider', () => String, { description: 'The name of the provider.' }) provider: string): Promise<OidcAuthorization> {
    return Object.assign(new OidcAuthorization(), await this.deps.oidc.authorization(provider));
  }

  @Mutation(() => Session, { description: `Completes a sign-in with an OpenID Connect issuer. ${ERRORS} NOT_READY when the issuer does not answer.` })
  signInWithOidc(
    @Ctx() context: CoreContext,
    @Arg('flow', () => String, { description: 'What `oidcAuthorization` gave to keep.' }) flow: string,
    @Arg('callbackUrl', () => String, { description: 'The whole address at which the browser came back.' }) callbackUrl: string,
  ): Promise<Session> {
    return this.signIn(this.deps.strategies.oidc, { flow, callbackUrl }, context);
  }

  @Mutation(() => Session, { description: 'Completes a sign-in that asked for a second factor. Errors: UNAUTHENTICATED, TOO_MANY_ATTEMPTS.' })
  async signInWithSecondFactor(
    @Ctx() context: CoreContext,
    @Arg('challenge', () => ID, { description: '`extensions.challenge` of the error SECOND_FACTOR_REQUIRED.' }) challenge: string,
    @Arg('code', () => String, { description: 'The six digits that the app shows, or a recovery code.' }) code: string,
  ): Promise<Session> {
    return Object.assign(new Session(), await this.deps.service.completeWithSecondFactor(challenge, code, clientOf(context)));
  }

  @Mutation(() => FreshAccess, { description: 'Proves again who the caller is, for what asks for a recent proof. Errors: UNAUTHENTICATED, TOO_MANY_ATTEMPTS, BAD_USER_INPUT.' })
  async stepUp(
    @Ctx() context: CoreContext,
    @Arg('code', () => String, { nullable: true, description: 'A code of the second factor; needed when the account has one.' }) code?: string | null,
    @Arg('password', () => String, { nullable: true, description: 'The password; needed when the account has no second factor.' }) password?: string | null,
  ): Promise<FreshAccess> {
    const fresh = await this.deps.stepUp.stepUp(context.principal, { code: code ?? null, password: password ?? null }, clientOf(context));
    return Object.assign(new FreshAccess(), fresh);
  }

  private async signIn<C>(strategy: SignInStrategy<C>, credentials: C, context: CoreContext): Promise<Session> {
    return Object.assign(new Session(), await this.deps.service.signIn(strategy, credentials, clientOf(context)));
  }
}

function clientOf({ client }: CoreContext): ClientFacts {
  return client ?? { address: null, agent: null, purpose: null };
}
