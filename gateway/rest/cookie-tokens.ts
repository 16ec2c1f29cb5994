import { z } from 'zod';
import type { CookieTokens } from '../http';

const tokensSchema = z.looseObject({ accessToken: z.string(), expiresAt: z.string(), refreshToken: z.string().optional(), refreshExpiresAt: z.string().optional() });

/** Parts the answer of a document that sets cookies: the tokens, and what a script may see. */
export function cookieTokensIn(value: unknown): { tokens: CookieTokens; shown: Record<string, unknown> } {
  const { accessToken, refreshToken, ...shown } = tokensSchema.parse(value);
  const { expiresAt, refreshExpiresAt } = shown;
  return { tokens: { accessToken, expiresAt, refreshToken, refreshExpiresAt }, shown };
}
