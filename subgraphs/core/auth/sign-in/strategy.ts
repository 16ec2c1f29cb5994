import type { z } from 'zod';
import type { User } from '../../../../generated/prisma/core/client';

/** What came of looking at credentials. */
export interface Verdict {
  /** Whose credentials these would be; null when nobody's. */
  user: User | null;
  proven: boolean;
}

/**
 * A way to prove who one is. Whether there is such an account must show neither in the answer nor in the work that is done: throttling,
 * audit, the second factor and the session are the same for all and not a strategy's business.
 */
export interface SignInStrategy<Credentials = never> {
  /** Authentication method reference (RFC 8176, or a word of ours); names the strategy in access tokens and in the audit log. */
  readonly method: string;
  readonly credentials: z.ZodType<Credentials>;
  /** The words of a refusal, whatever its cause. */
  readonly refusal: string;
  /** What failed attempts are counted by besides the caller's address; null where nothing can be guessed. */
  accountOf(credentials: Credentials): string | null;
  verify(credentials: Credentials): Promise<Verdict>;
}
