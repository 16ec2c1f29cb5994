import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { NotFoundError } from '#kernel/errors';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import { GrantInput } from '../roles';
import { readGrants } from './joining.inputs';
import type { InvitationRow, JoiningRepository, SignupRow } from './joining.repository';
import type { Issued, JoiningService } from './joining.service';
import { Invitation, InvitationConnection, InvitationStatus, InviteUserInput, IssuedInvitation, RequestSignupInput, SignupRequest, SignupRequestConnection, SignupStatus } from './joining.type';

const INVITATION = { description: 'The id of the invitation.' };
const REQUEST = { description: 'The id of the request.' };

@Resolver()
export class JoiningResolver {
  constructor(
    private readonly service: JoiningService,
    private readonly repository: JoiningRepository,
  ) {}

  @Query(() => InvitationConnection, { description: 'The invitations of the organisation, newest first.' })
  async invitations(@Ctx() { principal }: CoreContext, @Args(() => PageArgs) args: PageArgs): Promise<Connection<Invitation>> {
    const page = pageRequest(args);
    return toConnection((await this.repository.listInvitations(principal, page)).map(toInvitation), page, ({ id }) => id);
  }

  @Query(() => SignupRequestConnection, { description: 'The requests to join the organisation, newest first.' })
  async signupRequests(
    @Ctx() { principal }: CoreContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('status', () => SignupStatus, { nullable: true, description: 'Only requests that stand there.' }) status?: SignupStatus | null,
  ): Promise<Connection<SignupRequest>> {
    const page = pageRequest(args);
    return toConnection((await this.repository.listRequests(principal, status ?? null, page)).map(toRequest), page, ({ id }) => id);
  }

  @Mutation(() => IssuedInvitation, { description: 'Invites somebody; the seat is theirs for seven days. Errors: BAD_USER_INPUT, NOT_FOUND, FORBIDDEN (a role beyond one’s own), CONFLICT (the address has an account).' })
  async inviteUser(
    @Ctx() context: CoreContext,
    @Arg('input', () => InviteUserInput, { description: 'Whom to invite.' }) input: InviteUserInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<IssuedInvitation> {
    return this.issued(context, await this.service.invite(context.principal, input, key));
  }

  @Mutation(() => Invitation, { description: 'Takes an invitation back. Errors: NOT_FOUND, INVALID_TRANSITION (it was accepted or revoked).' })
  async revokeInvitation(@Ctx() context: CoreContext, @Arg('id', () => ID, INVITATION) id: string, @Arg('idempotencyKey', () => String, { description: KEY }) key: string): Promise<Invitation> {
    return (await this.issued(context, { id: await this.service.revoke(context.principal, id, key), token: null })).invitation;
  }

  @Mutation(() => ID, { description: 'Makes the account of somebody who was invited; answers its id. Errors: NOT_FOUND for every token that does not hold, BAD_USER_INPUT, CONFLICT (the address has an account).' })
  acceptInvitation(
    @Arg('token', () => String, { description: 'The token of the invitation.' }) token: string,
    @Arg('password', () => String, { description: 'The password to sign in with: 12 to 200 characters.' }) password: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
    @Arg('displayName', () => String, { nullable: true, description: 'The name for people; that of the invitation when left out.' }) displayName?: string | null,
  ): Promise<string> {
    return this.service.accept({ token, password, displayName }, key);
  }

  @Mutation(() => Boolean, { description: 'Asks to join an organisation. Answers true whatever there is behind it, so that it tells nobody who is known. Who asks twice has asked once. Errors: BAD_USER_INPUT.' })
  async requestSignup(@Arg('input', () => RequestSignupInput, { description: 'Who asks whom.' }) input: RequestSignupInput): Promise<boolean> {
    await this.service.request(input);
    return true;
  }

  @Mutation(() => IssuedInvitation, { description: 'Approves a request to join, which invites the person. Errors: NOT_FOUND, INVALID_TRANSITION (it was decided already), and those of `inviteUser`.' })
  async approveSignup(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, REQUEST) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
    @Arg('roles', () => [GrantInput], { nullable: true, description: 'Up to 20 roles for the person.' }) roles?: GrantInput[] | null,
  ): Promise<IssuedInvitation> {
    return this.issued(context, await this.service.approve(context.principal, id, roles, key));
  }

  @Mutation(() => SignupRequest, { description: 'Rejects a request to join. Errors: NOT_FOUND, BAD_USER_INPUT, INVALID_TRANSITION (it was decided already).' })
  async rejectSignup(
    @Ctx() { principal }: CoreContext,
    @Arg('id', () => ID, REQUEST) id: string,
    @Arg('reason', () => String, { description: 'Why, without personal data: 1 to 500 characters.' }) reason: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<SignupRequest> {
    const row = await this.repository.findRequest(principal, await this.service.reject(principal, id, reason, key));
    if (!row) throw new NotFoundError('The request');
    return toRequest(row);
  }

  private async issued({ principal }: CoreContext, { id, token }: Issued): Promise<IssuedInvitation> {
    const row = await this.repository.findInvitation(principal, id);
    if (!row) throw new NotFoundError('The invitation');
    return { invitation: toInvitation(row), token };
  }
}

function toInvitation(row: InvitationRow): Invitation {
  const { id, email, displayName, expiresAt, createdAt } = row;
  return { id, email, displayName, expiresAt, createdAt, status: statusOf(row), roles: readGrants(row.roles).map(({ role }) => role) };
}

function statusOf({ acceptedAt, revokedAt, expiresAt }: InvitationRow): InvitationStatus {
  if (acceptedAt) return InvitationStatus.ACCEPTED;
  if (revokedAt) return InvitationStatus.REVOKED;
  return expiresAt > new Date() ? InvitationStatus.OPEN : InvitationStatus.EXPIRED;
}

function toRequest(row: SignupRow): SignupRequest {
  return { ...row, status: row.status as SignupStatus };
}
