import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SignJWT, type JWK } from 'jose';

/** How long an access token lives, in milliseconds. */
export const ACCESS_TOKEN_MS = 15 * 60 * 1000;

/** An access token as the client gets it. */
export interface AccessToken {
  token: string;
  expiresAt: Date;
}

/** What an access token says of its session. */
export interface TokenSubject {
  userId: string;
  sessionId: string;
  /** Authentication methods (RFC 8176). */
  methods: readonly string[];
  authenticatedAt: Date;
  secondFactor: boolean;
}

/** Signs access tokens (JWT, EdDSA) and publishes the keys that verify them (RFC 7517). */
export interface AccessTokens {
  issue(subject: TokenSubject): Promise<AccessToken>;
  jwks(): { keys: JWK[] };
}

/**
 * The first key signs; all are published, so that keys can be changed without a gap: publish the new one as last, later move it to the
 * front, and drop the old one when the tokens that it signed have ended.
 */
export function createAccessTokens(privateKeyFiles: readonly string[], now: () => Date = () => new Date()): AccessTokens {
  const keys = privateKeyFiles.map((file) => namedKey(createPrivateKey(readFileSync(file))));
  const [signing] = keys;
  if (!signing) throw new Error('There must be a key to sign access tokens with.');
  return {
    issue: async ({ userId, sessionId, methods, authenticatedAt, secondFactor }) => {
      const issuedAt = now();
      const expiresAt = new Date(issuedAt.getTime() + ACCESS_TOKEN_MS);
      // `acr` in the words of NIST SP 800-63B: authenticator assurance level 1 or 2.
      const claims = { sid: sessionId, amr: methods, acr: secondFactor ? 'aal2' : 'aal1', auth_time: Math.floor(authenticatedAt.getTime() / 1000) };
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'EdDSA', kid: signing.kid })
        .setIssuer('rahat')
        .setAudience('rahat-gateway')
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(signing.key);
      return { token, expiresAt };
    },
    jwks: () => ({ keys: keys.map(({ jwk, kid }) => ({ ...jwk, kid, alg: 'EdDSA', use: 'sig' })) }),
  };
}

function namedKey(key: KeyObject): { key: KeyObject; jwk: JWK; kid: string } {
  const jwk = createPublicKey(key).export({ format: 'jwk' }) as JWK;
  // RFC 7638 thumbprint: the members of an OKP key in lexicographic order.
  const kid = createHash('sha256').update(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x })).digest('base64url');
  return { key, jwk, kid };
}
