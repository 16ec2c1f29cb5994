import type { FastifyInstance } from 'fastify';
import { allow } from 'graphql-shield';
import { authenticated, recentlyVerified } from '#kernel/graphql';
import type { Logger } from '#kernel/telemetry';
import type { Attempts, Challenges } from '../challenges';
import type { CoreDatabase } from '../database';
import type { SecondFactorService } from '../second-factor';
import type { Secrets } from '../secrets';
import type { SessionsSlice } from '../sessions';
import type { Slice } from '../slice';
import { AuthRepository } from './auth.repository';
import { mountAuthRoutes } from './auth.routes';
import { createCodePost, type CodePost } from './codes/code-post';
import type { CodeSenders } from './codes/code-sender';
import { CodesService } from './codes/codes.service';
import { Identities } from './identities/identities';
import { IdentityResolver } from './identities/identity.resolver';
import { createOidcSignIn, type OidcProvider } from './identities/oidc';
import { createWalletSignIn } from './identities/wallet';
import { codeStrategy } from './sign-in/code.strategy';
import { identityStrategy } from './sign-in/identity.strategy';
import { passwordStrategy } from './sign-in/password.strategy';
import { ChangePasswordService } from './passwords/change-password.service';
import { PasswordCheck } from './passwords/password-check';
import { PasswordResolver } from './passwords/password.resolver';
import { ResetPasswordService } from './passwords/reset-password.service';
import { SignInResolver } from './sign-in/sign-in.resolver';
import { SignInService } from './sign-in/sign-in.service';
import { StepUpService } from './sign-in/step-up.service';

export { createFileSender } from './codes/file-sender';
export { createHttpSmsSender } from './codes/http-sms-sender';
export { createSmtpSender } from './codes/smtp-sender';
export type { CodeSender, CodeSenders } from './codes/code-sender';
export { oidcProviderSchema, type OidcProvider } from './identities/oidc';
export { assertNotAbout, newPassword } from './passwords/new-password';
export { hashPassword } from './passwords/password-hash';

/** How people may sign in here. */
export interface SignInSettings {
  /** The origin of the frontend: what a wallet signs for. */
  origin: string;
  /** Chains that a wallet may name (EIP-155). */
  chainIds: readonly number[];
  senders: CodeSenders;
  oidcProviders: readonly OidcProvider[];
}

export interface AuthDeps {
  database: CoreDatabase;
  secrets: Secrets;
  attempts: Attempts;
  challenges: Challenges;
  sessions: SessionsSlice;
  secondFactor: SecondFactorService;
  settings: SignInSettings;
  logger: Logger;
}

export interface AuthSlice extends Slice {
  registerAuthRoutes(server: FastifyInstance): void;
  /** Carries one-time codes; to be started and closed with the process. */
  post: CodePost;
}

/** Sign-in, and what else users are recognised by. */
export function createAuth(deps: AuthDeps): AuthSlice {
  const { database, attempts, challenges, secondFactor, settings } = deps;
  const sessions = deps.sessions.service;
  const users = new AuthRepository(database);
  const identities = new Identities(database);
  const post = createCodePost({ ...deps, senders: settings.senders });
  const codes = new CodesService({ database, users, identities, attempts, challenges, post, senders: settings.senders });
  const wallet = createWalletSignIn(challenges, settings);
  const oidc = createOidcSignIn(challenges, deps.secrets, settings.oidcProviders);
  const check = new PasswordCheck({ database, users, attempts });
  const passwords = new PasswordResolver({
    change: new ChangePasswordService({ database, users, challenges, sessions, check }),
    reset: new ResetPasswordService({ database, users, attempts, challenges, sessions, secondFactor }),
    codes,
  });
  const signIn = new SignInResolver({
    service: new SignInService({ database, users, attempts, challenges, sessions, secondFactor }),
    stepUp: new StepUpService({ database, check, sessions, secondFactor }),
    strategies: { password: passwordStrategy(users), code: codeStrategy(challenges, users), wallet: identityStrategy(wallet, identities), oidc: identityStrategy(oidc, identities) },
    codes,
    wallet,
    oidc,
  });
  return {
    post,
    resolvers: new Map<NewableFunction, object>([
      [SignInResolver, signIn],
      [PasswordResolver, passwords],
      [IdentityResolver, new IdentityResolver({ identities, codes, wallet, oidc })],
    ]),
    references: {},
    rules,
    registerAuthRoutes: (server) => mountAuthRoutes(server, deps.sessions.tokens),
  };
}

const rules = {
  Query: { identities: authenticated },
  Mutation: {
    login: allow,
    requestSignInCode: allow,
    signInWithCode: allow,
    walletChallenge: allow,
    signInWithWallet: allow,
    oidcAuthorization: allow,
    signInWithOidc: allow,
    signInWithSecondFactor: allow,
    stepUp: authenticated,
    // Without a password the service asks for a recent proof instead.
    changePassword: authenticated,
    requestPasswordReset: allow,
    resetPassword: allow,
    linkWallet: recentlyVerified,
    linkOidc: recentlyVerified,
    requestPhoneLink: recentlyVerified,
    linkPhone: recentlyVerified,
    unlinkIdentity: recentlyVerified,
  },
  CodeChallenge: allow,
  WalletChallenge: allow,
  OidcAuthorization: allow,
  UserIdentity: authenticated,
};
