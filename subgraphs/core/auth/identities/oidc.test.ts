import type { Principal } from '#kernel/auth';
import { useTestDatabase } from '../../../../tests/kit/database';
import { createIdentityWorld, type IdentityWorld, type Tokens } from '../../testing/identity';
import { startIssuer, type TestIssuer } from '../../testing/oidc';

const CALLBACK = 'https://app.example.org/callback';
const SIGN_IN = 'mutation ($flow: String!, $callbackUrl: String!) { signInWithOidc(flow: $flow, callbackUrl: $callbackUrl) { userId sessionId accessToken refreshToken } }';
const LINK = 'mutation ($flow: String!, $callbackUrl: String!) { linkOidc(flow: $flow, callbackUrl: $callbackUrl) { kind issuer subject } }';
const refused = { code: 'UNAUTHENTICATED', message: 'The issuer did not vouch for you, or no account is linked with this identity.' };

const database = useTestDatabase('core');
let issuer: TestIssuer;
let world: IdentityWorld;

beforeAll(async () => {
  issuer = await startIssuer(CALLBACK);
  const provider = { name: 'ours', issuer: issuer.issuer, clientId: 'rahat', redirectUri: CALLBACK, scope: 'openid', trustsEmail: false };
  const gone = { ...provider, name: 'gone', issuer: 'http://127.0.0.1:1' };
  world = await createIdentityWorld(database().serviceUrl, { settings: { oidcProviders: [provider, { ...provider, name: 'house', scope: 'openid email', trustsEmail: true }, gone] } });
});
afterAll(async () => {
  issuer.stop();
  await world.close();
});

interface Flow {
  url: string;
  flow: string;
}
const begin = (provider = 'ours'): Promise<Flow> => world.ask<Flow & { expiresAt: string }>('mutation ($provider: String!) { oidcAuthorization(provider: $provider) { url flow expiresAt } }', { provider });
const signIn = (flow: string, callbackUrl: string): Promise<Tokens> => world.ask<Tokens>(SIGN_IN, { flow, callbackUrl });
const withParameter = (url: string, name: string, other: string): string => {
  const changed = new URL(url);
  changed.searchParams.set(name, new URL(other).searchParams.get(name) ?? '');
  return changed.href;
};

async function linked(name: string): Promise<Principal> {
  const { email } = await world.createUser(name);
  const principal = await world.principalOf((await world.signIn(email)).accessToken);
  const { url, flow } = await begin();
  const identity = await world.ask(LINK, { flow, callbackUrl: await issuer.visit(url, `sub-${name}`) }, { principal });
  expect(identity).toEqual({ kind: 'OIDC', issuer: issuer.issuer, subject: `sub-${name}` });
  return principal;
}

test('an identity that was linked signs in, with PKCE, state and nonce', async () => {
  const { subject } = await linked('ada');
  const { url, flow } = await begin();
  for (const name of ['state', 'nonce', 'code_challenge']) expect(new URL(url).searchParams.get(name)?.length).toBeGreaterThanOrEqual(43);
  const tokens = await signIn(flow, await issuer.visit(url, 'sub-ada'));
  expect(tokens.userId).toBe(subject);
  expect(await world.audited(subject)).toEqual(['user.signed-in', 'user.identity-linked', 'user.signed-in']);
});

test('an identity that is linked with nobody does not, whatever its address', async () => {
  await world.createUser('grace');
  const { url, flow } = await begin();
  await expect(signIn(flow, await issuer.visit(url, 'grace'))).rejects.toMatchObject(refused);
});

test('an issuer that is trusted with addresses links an account at first sight, if it says that the address is verified', async () => {
  const { id } = await world.createUser('edsger');
  const first = await begin('house');
  expect((await signIn(first.flow, await issuer.visit(first.url, 'edsger'))).userId).toBe(id);
  expect(await world.audited(id)).toEqual(['user.identity-linked', 'user.signed-in']);
  await world.createUser('unverified-joe');
  const second = await begin('house');
  await expect(signIn(second.flow, await issuer.visit(second.url, 'unverified-joe'))).rejects.toMatchObject(refused);
});

test('an identity is linked with one account only', async () => {
  await linked('alan');
  const { email } = await world.createUser('mallory');
  const principal = await world.principalOf((await world.signIn(email)).accessToken);
  const { url, flow } = await begin();
  await expect(world.ask(LINK, { flow, callbackUrl: await issuer.visit(url, 'sub-alan') }, { principal })).rejects.toMatchObject({ code: 'CONFLICT' });
});

describe('a callback is worth nothing', () => {
  beforeAll(() => linked('victim'));

  test('a second time', async () => {
    const { url, flow } = await begin();
    const callback = await issuer.visit(url, 'sub-victim');
    await signIn(flow, callback);
    await expect(signIn(flow, callback)).rejects.toMatchObject(refused);
  });

  test('to somebody who did not begin the flow, with the state of another or their own', async () => {
    const [theirs, mine] = [await begin(), await begin()];
    const callback = await issuer.visit(theirs.url, 'sub-victim');
    await expect(signIn(mine.flow, callback)).rejects.toMatchObject(refused);
    const again = await begin();
    await expect(signIn(again.flow, withParameter(callback, 'state', again.url))).rejects.toMatchObject(refused);
    await expect(signIn(`${theirs.flow.split('.')[0]}.${'A'.repeat(43)}`, callback)).rejects.toMatchObject(refused);
  });

  test.each(['nonce', 'code_challenge'])('when the %s in it is that of another flow', async (parameter) => {
    const [one, other] = [await begin(), await begin()];
    const callback = await issuer.visit(withParameter(one.url, parameter, other.url), 'sub-victim');
    await expect(signIn(one.flow, callback)).rejects.toMatchObject(refused);
  });

  test.each([
    ['no URL', () => 'nonsense'],
    ['another page', (callback: string) => callback.replace('/callback', '/elsewhere')],
    ['another host', (callback: string) => callback.replace('app.example.org', 'evil.example')],
    ['no code', (callback: string) => callback.replace(/code=[^&]*/, 'x=y')],
    ['another issuer', (callback: string) => callback.replace(/iss=[^&]*/, 'iss=https%3A%2F%2Fevil.example')],
    ['an error of the issuer', () => `${CALLBACK}?error=access_denied`],
  ])('at %s', async (_what, change) => {
    const { url, flow } = await begin();
    await expect(signIn(flow, change(await issuer.visit(url, 'sub-victim')))).rejects.toMatchObject(refused);
  });
});

test('a provider that there is not, or that does not answer, is said to be so', async () => {
  await expect(begin('other')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  await expect(begin('gone')).rejects.toMatchObject({ code: 'NOT_READY' });
});

test('what keeps a flow safe is stored nowhere in clear', async () => {
  const { url, flow } = await begin();
  const { rows } = await world.pool.query("SELECT string_agg(c::text, ' ') AS text FROM auth_challenge c WHERE purpose = 'OIDC'");
  for (const secret of [flow.split('.')[1], new URL(url).searchParams.get('nonce'), new URL(url).searchParams.get('state')]) expect(rows[0].text).not.toContain(secret);
});
