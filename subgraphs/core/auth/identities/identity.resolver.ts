import { Arg, Ctx, Field, ID, Mutation, ObjectType, Query, Resolver, registerEnumType } from 'type-graphql';
import { AppError, parseInput } from '#kernel/errors';
import { DateTimeScalar } from '#kernel/graphql';
import type { CoreContext } from '../../context';
import type { CodesService } from '../codes/codes.service';
import type { IdentityProof } from '../sign-in/identity.strategy';
import { CodeChallenge } from '../sign-in/sign-in.type';
import { ownerOf, type Identities, type IdentityRow } from './identities';
import type { OidcSignIn } from './oidc';
import type { WalletSignIn } from './wallet';

export enum UserIdentityKind {
  PHONE = 'PHONE',
  WALLET = 'WALLET',
  OIDC = 'OIDC',
}
registerEnumType(UserIdentityKind, { name: 'UserIdentityKind', description: 'What kind of identity is linked with an account.' });

@ObjectType({ description: 'Something outside of ours by which the caller can sign in.' })
export class UserIdentity {
  @Field(() => ID, { description: 'The id of the link.' })
  id: string;

  @Field(() => UserIdentityKind, { description: 'What it is.' })
  kind: UserIdentityKind;

  @Field(() => String, { description: 'The issuer of an OpenID Connect identity, otherwise empty.' })
  issuer: string;

  @Field(() => String, { description: 'The phone number, the address of the wallet, or the subject at the issuer.' })
  subject: string;

  @Field(() => DateTimeScalar, { description: 'When it was linked.' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was last used to sign in.' })
  lastUsedAt: Date | null;
}

export interface IdentityResolverDeps {
  identities: Identities;
  codes: CodesService;
  wallet: WalletSignIn;
  oidc: OidcSignIn;
}

@Resolver()
export class IdentityResolver {
  constructor(private readonly deps: IdentityResolverDeps) {}

  @Query(() => [UserIdentity], { description: 'What the caller can sign in with besides the e-mail address.' })
  async identities(@Ctx() { principal }: CoreContext): Promise<UserIdentity[]> {
    return (await this.deps.identities.list(principal)).map(shown);
  }

  @Mutation(() => UserIdentity, { description: 'Links a wallet with the account of the caller. Errors: UNAUTHENTICATED, CONFLICT (it is linked with another account), STEP_UP_REQUIRED.' })
  linkWallet(
    @Ctx() context: CoreContext,
    @Arg('message', () => String, { description: 'The message of `walletChallenge`.' }) message: string,
    @Arg('signature', () => String, { description: 'The signature of the wallet (EIP-191).' }) signature: string,
  ): Promise<UserIdentity> {
    return this.link(this.deps.wallet, { message, signature }, context);
  }

  @Mutation(() => UserIdentity, { description: 'Links an OpenID Connect identity with the account of the caller. Errors: UNAUTHENTICATED, CONFLICT (it is linked with another account), STEP_UP_REQUIRED.' })
  linkOidc(
    @Ctx() context: CoreContext,
    @Arg('flow', () => String, { description: 'What `oidcAuthorization` gave to keep.' }) flow: string,
    @Arg('callbackUrl', () => String, { description: 'The whole address at which the browser came back.' }) callbackUrl: string,
  ): Promise<UserIdentity> {
    return this.link(this.deps.oidc, { flow, callbackUrl }, context);
  }

  @Mutation(() => CodeChallenge, { description: 'Sends a code to a phone that the caller wants to link. Errors: BAD_USER_INPUT, TOO_MANY_ATTEMPTS, STEP_UP_REQUIRED.' })
  async requestPhoneLink(
    @Ctx() { principal, client }: CoreContext,
    @Arg('phone', () => String, { description: 'The number, such as +254700000000.' }) phone: string,
  ): Promise<CodeChallenge> {
    const { id, expiresAt } = await this.deps.codes.requestPhoneLink(principal, phone, client ?? { address: null, agent: null, purpose: null });
    return Object.assign(new CodeChallenge(), { challenge: id, expiresAt });
  }

  @Mutation(() => UserIdentity, { description: 'Links a phone with the account of the caller. Errors: UNAUTHENTICATED (the code is not right), CONFLICT, STEP_UP_REQUIRED.' })
  async linkPhone(
    @Ctx() { principal }: CoreContext,
    @Arg('challenge', () => ID, { description: 'What `requestPhoneLink` answered.' }) challenge: string,
    @Arg('code', () => String, { description: 'The six digits.' }) code: string,
  ): Promise<UserIdentity> {
    return shown(await this.deps.codes.linkPhone(principal, challenge, code));
  }

  @Mutation(() => Boolean, { description: 'Takes a link away. Errors: NOT_FOUND, STEP_UP_REQUIRED.' })
  async unlinkIdentity(@Ctx() { principal }: CoreContext, @Arg('id', () => ID, { description: 'The id of the link.' }) id: string): Promise<boolean> {
    await this.deps.identities.unlink(principal, id);
    return true;
  }

  private async link<C>(proof: IdentityProof<C>, raw: C, { principal }: CoreContext): Promise<UserIdentity> {
    const claim = await proof.prove(parseInput(proof.credentials, raw, 'link'));
    if (!claim) throw new AppError('UNAUTHENTICATED', 'The identity was not proved.');
    return shown(await this.deps.identities.link(ownerOf(principal), claim));
  }
}

function shown(row: IdentityRow): UserIdentity {
  return Object.assign(new UserIdentity(), row, { kind: row.kind as UserIdentityKind });
}
