import { z } from 'zod';
import type { AuthRepository } from '../auth.repository';
import { emailAddress } from '../email-address';
import { passwordMatches } from '../passwords';
import type { SignInStrategy } from './strategy';

const credentials = z.object({
  email: emailAddress,
  password: z.string().max(1000),
});

/** E-mail address and password (Argon2id). */
export function passwordStrategy(users: AuthRepository): SignInStrategy<z.output<typeof credentials>> {
  return {
    method: 'pwd',
    credentials,
    refusal: 'The e-mail address or the password is not right.',
    accountOf: ({ email }) => `password ${email}`,
    verify: async ({ email, password }) => {
      const user = await users.findByEmail(email);
      return { user, proven: await passwordMatches(user?.passwordHash ?? null, password) };
    },
  };
}
