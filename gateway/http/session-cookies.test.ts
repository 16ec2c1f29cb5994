import { createWorld, eventually, type TestGateway, type World } from '../testing/world';

let world: World;
let gateway: TestGateway;

beforeAll(async () => {
  world = await createWorld();
  gateway = await world.startGateway({ CORS_ORIGINS: 'https://app.example.org' });
  await eventually(async () => (await gateway.get('/readiness')).status === 200);
});
afterAll(async () => world.stop());

interface Reply {
  status: number;
  body: Record<string, unknown>;
  cookies: string[];
  headers: Headers;
}

const post = async (path: string, body: object | null, headers: Record<string, string> = {}): Promise<Reply> => {
  const response = await fetch(gateway.url + path, { method: 'POST', headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...headers }, ...(body ? { body: JSON.stringify(body) } : {}) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown>, cookies: response.headers.getSetCookie(), headers: response.headers };
};
const whoami = async (headers: Record<string, string>): Promise<Reply> => post('/graphql', { query: '{ whoami }' }, headers);
const signIn = async (headers: Record<string, string> = {}): Promise<{ reply: Reply; cookie: string }> => {
  const reply = await post('/auth/password', { email: 'reader', password: 'right' }, headers);
  return { reply, cookie: reply.cookies.map((cookie) => cookie.split(';')[0]).join('; ') };
};
const codeOf = ({ body }: Reply): unknown => (body.errors as { extensions: { code: string } }[] | undefined)?.[0]?.extensions.code;

describe('a browser that signs in', () => {
  it('gets tokens in cookies that scripts, other hosts and plain connections never see, and nowhere else', async () => {
    const { reply } = await signIn();
    expect(reply.status).toBe(200);
    expect(Object.keys(reply.body).sort()).toEqual(['expiresAt', 'refreshExpiresAt', 'sessionId', 'userId']);
    expect(reply.cookies).toHaveLength(2);
    for (const cookie of reply.cookies) expect(cookie).toMatch(/^__Host-rahat-(access|refresh)=[^;]+; Path=\/; Secure; HttpOnly; SameSite=Strict; Expires=/);
    expect(reply.headers.get('cache-control')).toBe('no-store');
  });

  it('is recognised by its cookie, which a header goes before', async () => {
    const { cookie } = await signIn();
    expect((await whoami({ cookie })).body).toEqual({ data: { whoami: 'reader' } });
    expect((await whoami({ cookie, authorization: `Bearer ${await world.core.token('nobody')}` })).body).toEqual({ data: { whoami: 'nobody' } });
  });

  it('gets no cookie for a wrong password', async () => {
    const reply = await post('/auth/password', { email: 'reader', password: 'wrong' });
    expect(reply).toMatchObject({ status: 401, cookies: [] });
  });

  it('does not send its password in the address', async () => {
    expect(await post('/auth/password?email=reader&password=right', {})).toMatchObject({ status: 400, cookies: [] });
  });

  it('refreshes by its cookie alone, also when the access token has ended', async () => {
    const ended = await world.core.token('reader', { expires: '-1m' });
    const reply = await post('/auth/refresh', {}, { cookie: `__Host-rahat-access=${ended}; __Host-rahat-refresh=rt_reader` });
    expect(reply).toMatchObject({ status: 200, body: { userId: 'reader' } });
    expect(reply.cookies).toHaveLength(2);
    expect(codeOf(await post('/auth/refresh', { refreshToken: 'rt_reader' }))).toBe('UNAUTHENTICATED');
  });

  it('loses cookies that hold no more', async () => {
    const reply = await post('/auth/refresh', {}, { cookie: '__Host-rahat-refresh=stolen' });
    expect(reply.status).toBe(401);
    for (const cookie of reply.cookies) expect(cookie).toMatch(/^__Host-rahat-(access|refresh)=; .*Expires=Thu, 01 Jan 1970/);
    expect(reply.cookies).toHaveLength(2);
  });

  it('signs out', async () => {
    const { cookie } = await signIn();
    const reply = await post('/auth/sign-out', {}, { cookie });
    expect(reply).toMatchObject({ status: 200, body: { done: true } });
    expect(reply.cookies).toHaveLength(2);
    expect(world.core.signedOut.at(-1)).toBe('rt_reader');
  });
});

describe('a page that is not ours', () => {
  it.each<[string, Record<string, string>]>([
    ['of another site', { origin: 'https://evil.example' }],
    ['of another subdomain', { origin: 'https://evil.example.org', 'sec-fetch-site': 'same-site' }],
    ['of another scheme', { origin: 'http://app.example.org' }],
    ['without an origin', { 'sec-fetch-site': 'cross-site' }],
    ['without an origin, on another subdomain', { 'sec-fetch-site': 'same-site' }],
    ['of a file', { origin: 'null' }],
  ])('%s cannot use the cookie', async (_what, headers) => {
    const { cookie } = await signIn();
    const before = world.core.signedOut.length;
    expect(await whoami({ cookie, ...headers }).then(codeOf)).toBe('FORBIDDEN');
    expect(await post('/auth/sign-out', {}, { cookie, ...headers })).toMatchObject({ status: 403, cookies: [] });
    expect(await fetch(`${gateway.url}/graphql?query={whoami}`, { headers: { cookie, ...headers } }).then(({ status }) => status)).toBe(403);
    expect(world.core.signedOut).toHaveLength(before);
  });

  it('cannot send what needs no leave: a form, or nothing at all', async () => {
    const { cookie } = await signIn();
    expect(await post('/auth/sign-out', null, { cookie })).toMatchObject({ status: 403, cookies: [] });
    const form = await fetch(`${gateway.url}/auth/sign-out`, { method: 'POST', headers: { cookie }, body: new URLSearchParams({ a: 'b' }) });
    expect(form.ok).toBe(false);
  });

  it('of an admitted origin can', async () => {
    const headers = { origin: 'https://app.example.org', 'sec-fetch-site': 'same-site' };
    const { reply, cookie } = await signIn(headers);
    expect(reply.headers.get('access-control-allow-credentials')).toBe('true');
    expect((await whoami({ cookie, ...headers })).body).toEqual({ data: { whoami: 'reader' } });
    expect((await whoami({ cookie, origin: gateway.url, 'sec-fetch-site': 'same-origin' })).body).toEqual({ data: { whoami: 'reader' } });
  });
});

describe('a session that has ended', () => {
  it('is refused at the gateway although its access token has not expired', async () => {
    const [ended, other] = [await world.core.token('reader', { session: 'ended' }), await world.core.token('reader', { session: 'other' })];
    expect((await gateway.query('{ whoami }', { token: ended })).data).toEqual({ whoami: 'reader' });
    world.core.revoke('ended');
    await eventually(async () => (await gateway.query('{ whoami }', { token: ended })).errors?.[0]?.extensions.code === 'UNAUTHENTICATED');
    expect((await gateway.query('{ whoami }', { token: other })).data).toEqual({ whoami: 'reader' });
  });
});

describe('core', () => {
  it('learns with changes from where a client asks, whatever the client says of it', async () => {
    await signIn({ 'x-forwarded-for': '203.0.113.9', 'user-agent': 'Tests' });
    expect(world.core.service.served.at(-1)?.headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'user-agent': 'Tests' });
    await gateway.query('{ whoami }', { headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect(world.core.service.served.at(-1)?.headers['x-forwarded-for']).toBeUndefined();
  });

  it('learns of which session a request is and when its user was there', async () => {
    await gateway.query('{ whoami }', { token: await world.core.token('reader', { session: 's7' }) });
    expect(world.core.service.served.at(-1)?.principal).toMatchObject({ subject: 'reader', sessionId: 's7', authenticatedAt: 1_700_000_000, secondFactor: false });
  });
});
