import { Arg, Mutation, Resolver } from 'type-graphql';
import type { AuthService } from './auth.service';
import { Session } from './auth.type';

@Resolver()
export class AuthResolver {
  constructor(private readonly service: AuthService) {}

  @Mutation(() => Session, { description: 'Signs in with e-mail address and password. Errors: UNAUTHENTICATED, the same for every cause.' })
  async login(
    @Arg('email', () => String, { description: 'The e-mail address of the account.' }) email: string,
    @Arg('password', () => String, { description: 'The password of the account.' }) password: string,
  ): Promise<Session> {
    const { token, expiresAt, userId } = await this.service.login({ email, password });
    return Object.assign(new Session(), { accessToken: token, expiresAt, userId });
  }
}
