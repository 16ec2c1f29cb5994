import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import type { CoreContext } from '../context';
import type { SessionService } from './session.service';
import { ActiveSession, Session } from './session.type';

@Resolver()
export class SessionResolver {
  constructor(private readonly service: SessionService) {}

  @Query(() => [ActiveSession], { description: 'The sessions of the caller that live, the last used first.' })
  async sessions(@Ctx() { principal }: CoreContext): Promise<ActiveSession[]> {
    const rows = await this.service.list(principal);
    return rows.map((row) => Object.assign(new ActiveSession(), row, { current: row.id === principal.sessionId }));
  }

  @Mutation(() => Session, { description: 'Exchanges a refresh token for a new one and a new access token. Errors: UNAUTHENTICATED, the same for every cause.' })
  async refreshSession(@Arg('refreshToken', () => String, { description: 'The last refresh token of the session.' }) refreshToken: string): Promise<Session> {
    return Object.assign(new Session(), await this.service.refresh(refreshToken));
  }

  @Mutation(() => Boolean, { description: 'Ends the session of the access token, of the refresh token, or of both. Its access tokens are worthless within seconds. Always true.' })
  async signOut(
    @Ctx() { principal }: CoreContext,
    @Arg('refreshToken', () => String, { nullable: true, description: 'The refresh token of the session, for when the access token has ended.' }) refreshToken?: string | null,
  ): Promise<boolean> {
    await this.service.signOut(principal, refreshToken ?? null);
    return true;
  }

  @Mutation(() => Int, { description: 'Ends every session of the caller, this one too. Returns how many there were.' })
  signOutEverywhere(@Ctx() { principal }: CoreContext): Promise<number> {
    return this.service.signOutEverywhere(principal);
  }

  @Mutation(() => Boolean, { description: 'Ends one session of the caller, for example on a lost phone. Errors: NOT_FOUND.' })
  async revokeSession(@Ctx() { principal }: CoreContext, @Arg('id', () => ID, { description: 'The id of the session.' }) id: string): Promise<boolean> {
    await this.service.revoke(principal, id);
    return true;
  }
}
