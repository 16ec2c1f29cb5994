import { randomBytes } from 'node:crypto';
import { createWorld, eventually, type TestGateway, type World } from '../testing/world';

describe.each(['thin', 'apollo'])('with the %s front', (front) => {
let world: World;
let gateway: TestGateway;

beforeAll(async () => {
  world = await createWorld();
  await world.addProject('p1');
  gateway = await started({});
});
afterAll(async () => world.stop());

async function started(changes: Record<string, string>): Promise<TestGateway> {
  const one = await world.startGateway({ GATEWAY_FRONT: front, ...changes });
  await eventually(async () => (await one.get('/readiness')).status === 200);
  return one;
}

const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }, path = '/graphql'): Promise<Response> =>
  fetch(gateway.url + path, { method: 'POST', headers, body });
const codesOf = async (response: Response): Promise<unknown> => [response.status, ((await response.json()) as { errors: { extensions: { code: string } }[] }).errors.map(({ extensions }) => extensions.code)];

describe('the GraphQL endpoint', () => {
  it('answers a query by GET', async () => {
    const response = await gateway.get(`/graphql?query=${encodeURIComponent('{ whoami }')}`);
    expect(await response.json()).toEqual({ data: { whoami: 'anonymous' } });
    expect(response.headers.get('cache-control')).toBe('no-store'); // what one caller may read is kept for no other
  });

  it('answers a query as JSON to a client that takes streams as well', async () => {
    const accept = 'application/graphql-response+json, application/json, text/event-stream, multipart/mixed';
    const response = await post(JSON.stringify({ query: '{ whoami }' }), { 'content-type': 'application/json', accept });
    expect([response.headers.get('content-type'), await response.json()]).toEqual(['application/graphql-response+json; charset=utf-8', { data: { whoami: 'anonymous' } }]);
  });

  it('does not change anything by GET', async () => {
    const mutation = 'mutation { createProject(input: { name: "x", type: "tree" }, idempotencyKey: "k") { id } }';
    expect((await gateway.get(`/graphql?query=${encodeURIComponent(mutation)}`)).status).toBe(405);
    expect(world.core.created).toEqual([]);
  });

  it('does not take bodies that a foreign page can send', async () => {
    const body = JSON.stringify({ query: '{ whoami }' });
    expect((await post(body, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post('query=%7Bwhoami%7D', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
  });

  it('does not take batches', async () => {
    expect((await post(JSON.stringify([{ query: '{ whoami }' }, { query: '{ whoami }' }]))).status).toBe(400);
  });

  it('says BAD_USER_INPUT to malformed JSON', async () => {
    expect(await codesOf(await post('{ "query": '))).toEqual([400, ['BAD_USER_INPUT']]);
  });

  it('refuses a body, and an operation, beyond its limits', async () => {
    expect(await codesOf(await post(JSON.stringify({ query: '{ whoami }', variables: { x: randomBytes(1024 * 1024).toString('hex') } })))).toEqual([413, ['BAD_USER_INPUT']]);
    const long = `{ ${Array.from({ length: 3000 }, (_, index) => `a${index}: whoami`).join(' ')} }`;
    expect(await codesOf(await post(JSON.stringify({ query: long })))).toEqual([200, ['GRAPHQL_PARSE_FAILED']]);
  });

  it('says BAD_USER_INPUT to a variable that does not fit', async () => {
    const query = 'query ($p: ID!) { treeReport(projectId: $p) }';
    expect(await codesOf(await post(JSON.stringify({ query, variables: {} })))).toEqual([200, ['BAD_USER_INPUT']]);
  });

  it.each(['{ _service { sdl } }', '{ _entities(representations: [{ __typename: "Project", id: "p1" }]) { __typename } }', '{ ... on Query { x: _service { sdl } } }'])(
    'does not know %s, which is for gateways only',
    async (query) => {
      const token = await world.core.token('reader');
      const reply = await gateway.query(query, { token });
      expect([reply.status, reply.errors?.[0]?.extensions.code]).toEqual([200, 'GRAPHQL_VALIDATION_FAILED']);
      const schema = await gateway.query('{ __schema { queryType { fields { name } } types { name } } }');
      expect(JSON.stringify(schema.data)).not.toMatch(/_entities|_service|_Any|_Entity|join__/);
    },
  );

  it('does not show its schema when told not to', async () => {
    const shy = await started({ GRAPHQL_INTROSPECTION: 'false' });
    const reply = await shy.query('{ __schema { types { name } } }');
    expect(reply.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect((await shy.query('{ whoam }')).errors?.[0]?.message).not.toContain('whoami');
  });

  it('masks what nobody expected and gives an incident id', async () => {
    const reply = await gateway.query('{ crash }');
    expect(reply.data).toEqual({ crash: null });
    expect(reply.errors).toEqual([
      { message: 'Something went wrong on our side.', path: ['crash'], extensions: { code: 'INTERNAL_SERVER_ERROR', incidentId: expect.stringMatching(/^[0-9a-f-]{36}$/) } },
    ]);
  });

  it('carries the request id and the trace from the client to the subgraph and back', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const reply = await gateway.query('{ whoami }', { headers: { 'x-request-id': 'mine-1', traceparent, tracestate: 'a=b', cookie: 'secret=1', 'x-rahat-principal': 'forged' } });
    expect(reply.headers.get('x-request-id')).toBe('mine-1');
    const sent = world.core.service.served.at(-1)?.headers;
    expect(sent).toMatchObject({ 'x-request-id': 'mine-1', traceparent, tracestate: 'a=b' });
    expect(sent).not.toHaveProperty('cookie');
    expect(sent).not.toHaveProperty('authorization');
    const other = await gateway.query('{ whoami }', { headers: { 'x-request-id': 'bad id\t{}' } });
    expect(other.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('a client', () => {
  it('that goes away takes its reads with it, and leaves its changes alone', async () => {
    const [reading, changing] = [await world.addProject('reading'), await world.addProject('changing')];
    const token = await world.core.token('reader');
    const leave = async (query: string, asks: { served: unknown[] }): Promise<void> => {
      const controller = new AbortController();
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      const asked = fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }), signal: controller.signal }).catch(() => undefined);
      await eventually(() => asks.served.length > 0);
      controller.abort();
      await asked;
    };
    let release = (): void => undefined;
    reading.hold = changing.hold = new Promise<void>((resolve) => (release = resolve));
    await leave('{ treeReport(projectId: "reading") }', reading);
    await leave('mutation { treeGrow(projectId: "changing", input: { title: "t" }) { id } }', changing);
    const count = async (outcome: string): Promise<number> =>
      Number(new RegExp(`fetch_duration_seconds_count{subgraph="tree",outcome="${outcome}"} (\\d+)`).exec(await (await gateway.get('/metrics')).text())?.[1] ?? 0);
    await eventually(async () => (await count('aborted')) === 1);
    const before = await count('ok');
    release();
    await eventually(async () => (await count('ok')) === before + 1);
    expect([reading.served.length, changing.served.length]).toEqual([1, 1]);
  });

  it('in a browser is admitted from the origins that the operator named only', async () => {
    const open = await started({ CORS_ORIGINS: 'https://app.test, https://other.test' });
    const preflight = async (origin: string): Promise<Response> =>
      fetch(`${open.url}/graphql`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,authorization' } });
    const admitted = await preflight('https://app.test');
    expect([admitted.status, admitted.headers.get('access-control-allow-origin'), admitted.headers.get('access-control-allow-headers')]).toEqual([204, 'https://app.test', expect.stringContaining('authorization')]);
    expect((await preflight('https://evil.test')).headers.get('access-control-allow-origin')).toBeNull();
    const reply = await open.query('{ whoami }', { headers: { origin: 'https://other.test' } });
    expect([reply.headers.get('access-control-allow-origin'), reply.headers.get('vary')]).toEqual(['https://other.test', expect.stringMatching(/origin/i)]);
    expect((await gateway.query('{ whoami }', { headers: { origin: 'https://app.test' } })).headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('the other doors', () => {
  it('gives a GraphiQL page that needs nothing from elsewhere', async () => {
    const page = await (await gateway.get('/graphiql')).text();
    expect(page).toContain('renderYogaGraphiQL');
    expect(page).toContain('"Authorization\\": \\"Bearer \\"');
    expect(page).not.toMatch(/<(script|link)[^>]+(src|href)="https?:/);
    expect((await gateway.get('/graphiql', { 'accept-encoding': 'gzip' })).headers.get('content-encoding')).toBe('gzip');
  });

  it('gives that page what draws plans, and no other file', async () => {
    expect(await (await gateway.get('/graphiql')).text()).toContain('<script type="module" src="/graphiql/page.mjs">');
    const seen = new Set(['page.mjs']);
    for (const file of seen) {
      const response = await gateway.get(`/graphiql/${file}`);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
      for (const [, next = ''] of (await response.text()).matchAll(/from '\.\/([^']+)'/g)) seen.add(next);
    }
    expect(seen.size).toBeGreaterThan(3);
    expect((await gateway.get('/graphiql/page.css')).headers.get('content-type')).toBe('text/css; charset=utf-8');
    for (const file of ['explanation.test.ts', '..%2fenv.ts', '%2e%2e%2fgraphiql%2fpage.css', 'constructor']) expect((await gateway.get(`/graphiql/${file}`)).status).toBe(404);
  });

  it('shows that page to somebody who opens the endpoint in a browser', async () => {
    const response = await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html,*/*' }, redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/graphiql']);
  });

  it('takes the header that GraphiQL sends before a token is pasted for no token', async () => {
    const reply = await gateway.query('{ whoami }', { headers: { authorization: 'Bearer ' } });
    expect(reply.data).toEqual({ whoami: 'anonymous' });
  });

  it('publishes the keys of access tokens', async () => {
    await eventually(async () => (await gateway.get('/.well-known/jwks.json')).status === 200);
    expect(await (await gateway.get('/.well-known/jwks.json')).json()).toEqual({ keys: [expect.objectContaining({ kty: 'OKP', kid: 'k1' })] });
  });

  it('measures by route and subgraph, never by project', async () => {
    await gateway.query('{ treeReport(projectId: "p1") }', { token: await world.core.token('reader') });
    const text = await (await gateway.get('/metrics')).text();
    expect(text).toContain('gateway_subgraph_fetch_duration_seconds_count{subgraph="tree",outcome="ok"}');
    expect(text).toContain('gateway_http_request_duration_seconds_count{method="POST",route="/graphql",status="200"}');
    expect(text).toContain('gateway_supergraph_version 1');
    expect(text).not.toContain('p1');
  });

  it('has one form for errors, also where there is nothing', async () => {
    expect(await codesOf(await gateway.get('/nowhere'))).toEqual([404, ['NOT_FOUND']]);
  });
});
});
