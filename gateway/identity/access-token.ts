import { jwtVerify, type JWTVerifyGetKey } from 'jose';
import { AppError } from '#kernel/errors';

const ISSUER = 'rahat';

/**
 * Reads the user from an `Authorization` header: null when there is none (an anonymous caller).
 * @throws AppError UNAUTHENTICATED when there is one and it does not hold: another scheme, forged, expired, of another issuer or kind.
 */
export async function readAccessToken(header: string | undefined, key: JWTVerifyGetKey): Promise<string | null> {
  // `Bearer` alone is what GraphiQL sends until a token is pasted behind it.
  if (header === undefined || /^(Bearer)?$/i.test(header.trim())) return null;
  const token = /^Bearer +([A-Za-z0-9_.-]+)$/i.exec(header.trim())?.[1];
  if (!token) throw unauthenticated();
  try {
    const { payload } = await jwtVerify(token, key, { issuer: ISSUER, algorithms: ['EdDSA'], requiredClaims: ['sub', 'exp'] });
    if (!payload.sub) throw unauthenticated();
    return payload.sub;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unauthenticated();
  }
}

function unauthenticated(): AppError {
  return new AppError('UNAUTHENTICATED', 'The access token is missing, expired or not ours.');
}
