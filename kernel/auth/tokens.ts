import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SignJWT, jwtVerify, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import { AppError } from '#kernel/errors';
import { packProjects, unpackProjects } from './packed-projects';
import { principalSchema, type Principal } from './principal';

/** Header that carries the signed principal from the gateway to a subgraph. */
export const PRINCIPAL_HEADER = 'x-rahat-principal';
const ISSUER = 'rahat-gateway';
/** Lifetime of a signed principal, in seconds: long enough for one operation, too short to be worth stealing. */
export const PRINCIPAL_TTL_SECONDS = 60;

/** Signs a principal for one audience: `core`, `chain` or `project:<projectId>`. */
export function createPrincipalSigner(privateKeyFile: string): (principal: Principal, audience: string) => Promise<string> {
  const key = createPrivateKey(readFileSync(privateKeyFile));
  return (principal, audience) =>
    new SignJWT(claimsOf(principal))
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer(ISSUER)
      .setAudience(audience)
      .setSubject(principal.subject)
      .setIssuedAt()
      .setExpirationTime(`${PRINCIPAL_TTL_SECONDS}s`)
      .sign(key);
}

/** Characters of tokens whose verification is remembered: some thousands of ordinary ones, some dozens of the largest. */
const REMEMBERED = 4 * 1024 * 1024;

/**
 * Verifies the principal header for one audience. A gateway sends the same token with many requests: what was found to hold is remembered
 * until it expires, so that permissions in five hundred projects cost a request no more than permissions in one.
 * @throws AppError UNAUTHENTICATED when it is absent, forged, expired, or meant for another audience.
 */
export function createPrincipalVerifier(publicKeyFile: string, audience: string): (token: string | undefined) => Promise<Principal> {
  const key = createPublicKey(readFileSync(publicKeyFile));
  const known = new LRUCache<string, { principal: Principal; expiresAt: number }>({ maxSize: REMEMBERED, sizeCalculation: (_entry, token) => token.length });
  return async (token) => {
    try {
      if (!token) throw new Error('no principal');
      const held = known.get(token);
      if (held && held.expiresAt > Date.now()) return held.principal;
      const { payload } = await jwtVerify(token, key, { issuer: ISSUER, audience, algorithms: ['EdDSA'], requiredClaims: ['exp'] });
      const principal = principalOf(payload);
      known.set(token, { principal, expiresAt: (payload.exp ?? 0) * 1000 });
      return principal;
    } catch {
      throw new AppError('UNAUTHENTICATED', 'This service answers the gateway only.');
    }
  };
}

// Apart from the principal, so that a service of an older release that does not look there grants less, never more.
function claimsOf({ projectPermissions, ...principal }: Principal): JWTPayload {
  const projects = packProjects(projectPermissions);
  return { principal: { ...principal, projectPermissions: {} }, ...(projects ? { projects } : {}) };
}

function principalOf({ principal, projects }: JWTPayload): Principal {
  const parsed = principalSchema.parse(principal);
  return projects === undefined ? parsed : { ...parsed, projectPermissions: { ...parsed.projectPermissions, ...unpackProjects(projects) } };
}

/** Makes an Ed25519 key pair as PEM files (`<name>.pem` mode 0600, `<name>.pub.pem`), once: existing files are left alone. */
export function ensureSigningKey(privateFile: string, publicFile: string): void {
  if (existsSync(privateFile) && existsSync(publicFile)) return;
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  mkdirSync(dirname(privateFile), { recursive: true });
  mkdirSync(dirname(publicFile), { recursive: true });
  writeFileSync(privateFile, pem(privateKey, 'pkcs8'), { mode: 0o600 });
  writeFileSync(publicFile, pem(publicKey, 'spki'));
}

function pem(key: KeyObject, type: 'pkcs8' | 'spki'): string {
  return key.export({ format: 'pem', type }).toString();
}
