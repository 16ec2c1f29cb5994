import { LRUCache } from 'lru-cache';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import { AppError } from '#kernel/errors';
import type { AccessKeys } from './jwks';

/** What a valid access token says. */
export interface AccessToken {
  userId: string;
  sessionId: string;
  /** When the user last proved who they are, in seconds since the epoch. */
  authenticatedAt: number;
  /** Whether a second factor was proved. */
  secondFactor: boolean;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** What a caller has shown: the token of a session, or an API key (`userId` is then `key:<SHA-256>`, as the permission cache knows it). */
export type Access = AccessToken | { userId: string; sessionId: null; expiresAt: number };

/**
 * Reads the user from an `Authorization` header: null when there is none (an anonymous caller).
 * @throws AppError UNAUTHENTICATED when there is one and it does not hold: another scheme, forged, expired, of another issuer, audience or kind.
 */
export type ReadAccessToken = (header: string | undefined) => Promise<AccessToken | null>;

const ISSUER = 'rahat';
const AUDIENCE = 'rahat-gateway';
const REMEMBERED = 10_000;

/**
 * Remembers tokens that it has checked, because a client sends the same one for minutes and checking a signature costs more than most
 * queries. What is remembered holds as long as the token does, and no longer than the keys that it was checked with.
 */
export function createAccessTokenReader(keys: Pick<AccessKeys, 'find' | 'current'>, now: () => number = Date.now): ReadAccessToken {
  const checked = new LRUCache<string, AccessToken>({ max: REMEMBERED });
  let checkedWith = keys.current();
  return async (header) => {
    // `Bearer` alone is what GraphiQL sends until a token is pasted behind it.
    if (header === undefined || /^(Bearer)?$/i.test(header.trim())) return null;
    const text = /^Bearer +([A-Za-z0-9_.-]+)$/i.exec(header.trim())?.[1];
    if (!text) throw unauthenticated();
    if (checkedWith !== keys.current()) {
      checked.clear();
      checkedWith = keys.current();
    }
    const known = checked.get(text);
    if (known && known.expiresAt > now()) return known;
    const token = await verify(text, keys.find);
    checked.set(text, token);
    return token;
  };
}

const claimsSchema = z.object({ sub: z.string().min(1), sid: z.string().min(1), exp: z.number(), auth_time: z.number(), acr: z.string() });

async function verify(text: string, find: AccessKeys['find']): Promise<AccessToken> {
  try {
    const { payload } = await jwtVerify(text, find, { issuer: ISSUER, audience: AUDIENCE, algorithms: ['EdDSA'] });
    const { sub, sid, exp, auth_time: authenticatedAt, acr } = claimsSchema.parse(payload);
    return { userId: sub, sessionId: sid, authenticatedAt, secondFactor: acr === 'aal2', expiresAt: exp * 1000 };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unauthenticated();
  }
}

/** The refusal of a token that does not hold, in the same words for every cause. */
export function unauthenticated(): AppError {
  return new AppError('UNAUTHENTICATED', 'The access token is missing, expired or not ours.');
}
