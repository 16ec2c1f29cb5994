import { randomBytes, randomUUID } from 'node:crypto';
import * as client from 'openid-client';
import { z } from 'zod';
import { AppError, BadInputError } from '#kernel/errors';
import type { Challenges } from '../../challenges';
import type { Secrets } from '../../secrets';
import type { IdentityProof } from '../sign-in/identity.strategy';

/** An issuer that people may sign in with. */
export const oidcProviderSchema = z.object({
  /** What clients call it by. */
  name: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/),
  /** Its configuration is read from `<issuer>/.well-known/openid-configuration`. */
  issuer: z.url(),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1).optional(),
  /** Where the issuer sends people back to: a page of the frontend. */
  redirectUri: z.url(),
  scope: z.string().default('openid'),
  /** Whether an e-mail address that it calls verified signs in the account with that address. Only for an issuer of the own organisation. */
  trustsEmail: z.boolean().default(false),
});
export type OidcProvider = z.output<typeof oidcProviderSchema>;

const credentials = z.object({ flow: z.string().max(200), callbackUrl: z.string().max(8000) });
const flowSecrets = z.object({ provider: z.string(), state: z.string(), nonce: z.string(), verifier: z.string() });
const DEADLINE_SECONDS = 10;
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Sign-in with any OpenID Connect issuer: authorization code flow with PKCE (RFC 9700), state and nonce. */
export interface OidcSignIn extends IdentityProof<z.output<typeof credentials>> {
  /**
   * Begins a flow: where to send the browser, and what the page keeps to finish it. Without that a callback is worth nothing, so nobody
   * can make somebody else finish their flow.
   * @throws AppError BAD_USER_INPUT (no such provider), NOT_READY (the issuer does not answer).
   */
  authorization(provider: string): Promise<{ url: string; flow: string; expiresAt: Date }>;
}

export function createOidcSignIn(challenges: Challenges, secrets: Secrets, providers: readonly OidcProvider[]): OidcSignIn {
  const configurations = new Map<string, Promise<client.Configuration>>();

  function configurationOf(provider: OidcProvider): Promise<client.Configuration> {
    const known = configurations.get(provider.name) ?? discover(provider);
    configurations.set(provider.name, known);
    known.catch(() => configurations.delete(provider.name));
    return known;
  }

  async function authorization(name: string) {
    const provider = providers.find((candidate) => candidate.name === name);
    if (!provider) throw new BadInputError('provider', providers.length > 0 ? `must be one of ${providers.map((known) => known.name).join(', ')}` : 'there are none here');
    const configuration = await configurationOf(provider);
    const [id, key] = [randomUUID(), randomBytes(32).toString('base64url')];
    const own = { provider: name, state: client.randomState(), nonce: client.randomNonce(), verifier: client.randomPKCECodeVerifier() };
    const { expiresAt } = await challenges.create({ purpose: 'OIDC', userId: null, secret: key, data: { sealed: secrets.seal(JSON.stringify(own), id) } }, undefined, id);
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: provider.redirectUri,
      scope: provider.scope,
      state: own.state,
      nonce: own.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(own.verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, flow: `${id}.${key}`, expiresAt };
  }

  async function prove({ flow, callbackUrl }: z.output<typeof credentials>) {
    const [id = '', key = ''] = flow.split('.');
    const challenge = await challenges.answer(id, 'OIDC', key);
    if (!challenge) return null;
    const own = flowSecrets.parse(JSON.parse(secrets.open((challenge.data as { sealed: string }).sealed, id)));
    const provider = providers.find((candidate) => candidate.name === own.provider);
    if (!provider || !cameBackTo(provider.redirectUri, callbackUrl)) return null;
    const claims = await redeem(await configurationOf(provider), new URL(callbackUrl), own);
    if (!claims) return null;
    const vouchedEmail = provider.trustsEmail && claims.email_verified === true && typeof claims.email === 'string' ? { vouchedEmail: claims.email } : {};
    return { kind: 'OIDC' as const, issuer: claims.iss, subject: claims.sub, ...vouchedEmail };
  }

  return { method: 'fed', credentials, refusal: 'The issuer did not vouch for you, or no account is linked with this identity.', prove, authorization };
}

async function discover({ issuer, clientId, clientSecret }: OidcProvider): Promise<client.Configuration> {
  const url = new URL(issuer);
  // An issuer on this very machine is one that is being tried out; everywhere else TLS is what its word rests on.
  const insecure = url.protocol === 'http:' && LOOPBACK.has(url.hostname) ? [client.allowInsecureRequests] : [];
  // By itself the library takes an ID token that came over TLS on trust; we check its signature too.
  const execute = [client.enableNonRepudiationChecks, ...insecure];
  try {
    return await client.discovery(url, clientId, undefined, clientSecret ? client.ClientSecretPost(clientSecret) : client.None(), { execute, timeout: DEADLINE_SECONDS });
  } catch (cause) {
    throw Object.assign(new AppError('NOT_READY', 'The identity provider does not answer now.'), { cause });
  }
}

/** The claims of the ID token, when everything about it holds; null when the issuer or the library refuses. */
async function redeem(configuration: client.Configuration, callback: URL, { state, nonce, verifier }: z.output<typeof flowSecrets>): Promise<client.IDToken | null> {
  try {
    const tokens = await client.authorizationCodeGrant(configuration, callback, { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true });
    return tokens.claims() ?? null;
  } catch (error) {
    if (isUnreachable(error)) throw new AppError('NOT_READY', 'The identity provider does not answer now.');
    return null;
  }
}

function isUnreachable(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && (error.name === 'TimeoutError' || error.cause instanceof TypeError));
}

function cameBackTo(redirectUri: string, callbackUrl: string): boolean {
  if (!URL.canParse(callbackUrl)) return false;
  const [expected, came] = [new URL(redirectUri), new URL(callbackUrl)];
  return expected.origin === came.origin && expected.pathname === came.pathname;
}
