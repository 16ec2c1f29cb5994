import { z } from 'zod';
import type { Challenges } from '../../challenges';
import type { AuthRepository } from '../auth.repository';
import type { SignInStrategy } from './strategy';

const credentials = z.object({ challenge: z.string().max(100), code: z.string().max(20).transform((code) => code.trim()) });

/** A code that was sent to the account. Five attempts for each, counted with the challenge. */
export function codeStrategy(challenges: Challenges, users: AuthRepository): SignInStrategy<z.output<typeof credentials>> {
  return {
    method: 'otp',
    credentials,
    refusal: 'The code is not right, has ended, or was used before.',
    accountOf: () => null,
    verify: async ({ challenge: id, code }) => {
      const challenge = await challenges.answer(id, 'SIGN_IN_CODE', code);
      return { user: challenge?.userId ? await users.findById(challenge.userId) : null, proven: challenge !== null };
    },
  };
}
