import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SignJWT, type JWK } from 'jose';

const LIFETIME_MS = 15 * 60 * 1000;

/** An access token as the client gets it. */
export interface AccessToken {
  token: string;
  expiresAt: Date;
}

/** Signs access tokens (JWT, EdDSA) and publishes the key that verifies them (RFC 7517). */
export interface AccessTokens {
  issue(userId: string): Promise<AccessToken>;
  jwks(): { keys: JWK[] };
}

export function createAccessTokens(privateKeyFile: string): AccessTokens {
  const key = createPrivateKey(readFileSync(privateKeyFile));
  const jwk = createPublicKey(key).export({ format: 'jwk' }) as JWK;
  // RFC 7638 thumbprint: the members of an OKP key in lexicographic order.
  const kid = createHash('sha256').update(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x })).digest('base64url');
  return {
    issue: async (userId) => {
      const expiresAt = new Date(Date.now() + LIFETIME_MS);
      const token = await new SignJWT({})
        .setProtectedHeader({ alg: 'EdDSA', kid })
        .setIssuer('rahat')
        .setAudience('rahat-gateway')
        .setSubject(userId)
        .setIssuedAt()
        .setExpirationTime(expiresAt)
        .sign(key);
      return { token, expiresAt };
    },
    jwks: () => ({ keys: [{ ...jwk, kid, alg: 'EdDSA', use: 'sig' }] }),
  };
}
