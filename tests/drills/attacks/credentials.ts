import { createPrivateKey, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { decodeJwt, decodeProtectedHeader, SignJWT, type JWTPayload } from 'jose';
import { ensureCredentials } from '../../../cli/start/credentials';
import { openStateDir } from '../../../cli/start/state-dir';
import type { TestSystem } from '../../kit/system';
import { operation, type Assault, type Sent } from './assault';

const REFUSED = ['UNAUTHENTICATED'];
const HOUR = 3600;

/** Tokens and keys that are nearly right: each is the administrator's but for one thing. */
export async function credentialAssaults(system: TestSystem): Promise<Assault[]> {
  const right = await system.token('admin');
  const { kid = '' } = decodeProtectedHeader(right);
  const { access } = await ensureCredentials(openStateDir(system.stateDir));
  const ours = createPrivateKey(readFileSync(access.privateFile));
  const foreign = generateKeyPairSync('ed25519').privateKey;
  const shared = readFileSync(access.publicFile);

  // Another session each time: nothing that was checked before answers.
  const claims = (change: JWTPayload = {}): JWTPayload => {
    const now = Math.floor(Date.now() / 1000);
    return { ...decodeJwt(right), sid: randomUUID(), iat: now, exp: now + HOUR, ...change };
  };
  const jwt = (name: string, sign: () => Promise<string> | string): Assault => ({ name, refusals: REFUSED, write: async () => bearing(await sign()) });
  const signed = (payload: JWTPayload, key = ours, id = kid): Promise<string> => new SignJWT(payload).setProtectedHeader({ alg: 'EdDSA', kid: id }).sign(key);
  const unsigned = (alg: string): string => [{ alg, kid, typ: 'JWT' }, claims()].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return [
    jwt('a token without a signature (alg=none)', () => `${unsigned('none')}.`),
    jwt('a token with the signature of another', () => `${unsigned('EdDSA')}.${right.split('.')[2]}`),
    jwt('a token signed with the public key as a secret', () => new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid }).sign(shared)),
    jwt('a token of a wrong key', () => signed(claims(), foreign)),
    jwt('a token of a key that nobody knows', () => signed(claims(), foreign, randomUUID())),
    jwt('a token for another audience', () => signed(claims({ aud: 'core' }))),
    jwt('a token of another issuer', () => signed(claims({ iss: 'rahat-gateway' }))),
    jwt('a token that has expired', () => signed(claims({ exp: Math.floor(Date.now() / 1000) - HOUR }))),
    { name: 'an API key that was made up', refusals: REFUSED, write: ({ chance }) => bearing(madeUpKey(), chance(0.5) ? 'x-api-key' : 'authorization') },
  ];
}

function bearing(credential: string, header = 'authorization'): Sent {
  return { body: operation('{ me { id } }'), headers: { [header]: header === 'authorization' ? `Bearer ${credential}` : credential } };
}

function madeUpKey(): string {
  return `rk_${randomBytes(4).toString('hex')}_${randomBytes(32).toString('base64url')}`;
}
