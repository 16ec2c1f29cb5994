import { connect } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createWorld, eventually, type TestGateway, type World } from '../testing/world';
import { attacksOn, type Attack } from './testing/attack-corpus';

const ATTACKS: Record<string, Attack> = {
  ...attacksOn({
    root: (directives = '') => `whoami ${directives}`,
    object: (selection) => `treeRoot(projectId: "p1") { ${selection} }`,
    leaf: 'title',
    circle: { parent: 'TreeLeaf', fields: ['ring', 'leaf'] },
    list: (first) => `treeLeaves(projectId: "p1", first: ${first}) { id }`,
    lists: 'projects { tree { leaves(first: 5000) { id } } }',
    argument: (value) => `treeReport(projectId: ${value})`,
  }),
  'input objects ten thousand deep': { body: `{"query":"query ($f: TreeFilter) { treeReport(projectId: \\"p1\\", filter: $f) }","variables":{"f":${'{"inner":'.repeat(10_000)}{"nope":1}${'}'.repeat(10_000)}}}`, status: 400, code: 'BAD_USER_INPUT' },
};
const body = (query: string, variables?: unknown): string => JSON.stringify({ query, variables });

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await world.addProject('p1');
  world.core.users.set('maker', { organizationId: 'o1', roles: [], permissions: ['project:read', 'schema:introspect'], projectPermissions: {} });
});
afterAll(() => world.stop());

describe.each(['thin', 'apollo'])('with the %s front, a gateway as the public meets it', (front) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await world.startGateway({ GATEWAY_FRONT: front, GRAPHQL_INTROSPECTION: 'permitted', GRAPHIQL: 'false' });
    await eventually(async () => (await gateway.get('/readiness')).status === 200);
  });

  async function attack({ body: sent, headers }: Attack): Promise<{ status: number; errors: { message: string; extensions: Record<string, unknown> }[] }> {
    const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: headers?.['content-encoding'] ? Buffer.from(sent, 'latin1') : sent });
    const { errors } = (await response.json()) as { errors: { message: string; extensions: Record<string, unknown> }[] };
    return { status: response.status, errors };
  }

  test.each(Object.entries(ATTACKS))('refuses %s', async (_name, one) => {
    const asked = world.core.service.served.length;
    const { status, errors } = await attack(one);
    expect([status, errors[0]?.extensions.code]).toEqual([one.status ?? 200, one.code]);
    if (one.limit) expect(errors.find(({ extensions }) => extensions.limit === one.limit)).toMatchObject({ message: expect.stringContaining(one.limit), extensions: { value: expect.any(Number), maximum: expect.any(Number) } });
    expect(JSON.stringify(errors)).not.toMatch(/Did you mean|node_modules|\.ts:|stack/);
    expect(world.core.service.served.length).toBe(asked);
  });

  test.each([
    ['a field', '{ whoam }', {}],
    ['an argument', '{ treeLeaves(projectIdd: "p1") { id } }', {}],
    ['a type', '{ whoami ... on Querry { whoami } }', {}],
    ['a directive', '{ whoami @includ(if: true) }', {}],
    ['a value of an enumeration', '{ treeLeaves(projectId: "p1", shade: LIGH) { id } }', {}],
    ['the same in a variable', 'query ($s: TreeShade) { treeLeaves(projectId: "p1", shade: $s) { id } }', { s: 'LIGH' }],
    ['a field of an input in a variable', 'query ($f: TreeFilter) { treeReport(projectId: "p1", filter: $f) }', { f: { shad: 'LIGHT' } }],
  ])('does not say what %s could have been meant', async (_what, query, variables) => {
    const { errors } = await gateway.query(query, { variables });
    expect(errors?.length).toBeGreaterThan(0);
    expect(JSON.stringify(errors)).not.toMatch(/Did you mean/);
  });

  test('shows its schema to who may see it', async () => {
    const { data } = await gateway.query('{ __schema { queryType { name } } }', { token: await world.core.token('maker') });
    expect(data).toEqual({ __schema: { queryType: { name: 'Query' } } });
    expect((await gateway.query('{ __schema { queryType { name } } }', { token: await world.core.token('reader') })).errors?.[0]?.extensions).toEqual({ code: 'FORBIDDEN', permission: 'schema:introspect' });
    expect((await gateway.get('/graphiql')).status).toBe(404);
    expect((await gateway.get('/graphql', { accept: 'text/html,*/*' })).status).toBe(400);
  });

  test('goes on answering, and does not swell, under all of it again and again', async () => {
    const delay = monitorEventLoopDelay({ resolution: 10 });
    const before = process.memoryUsage().rss;
    delay.enable();
    let answered = 0;
    for (let round = 0; round < 8; round++) {
      await Promise.all(Object.values(ATTACKS).map((one, index) => attack({ ...one, body: one.body.replace('whoami', `whoami #${round}.${index}\\n`) }).catch(() => undefined)));
      answered += (await gateway.query('{ whoami }')).data?.whoami === 'anonymous' ? 1 : 0;
    }
    delay.disable();
    expect(answered).toBe(8);
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(400); // two fronts, the attacker and ten-megabyte bodies live in this process
    expect(delay.max / 1e6).toBeLessThan(2000);
    expect(await (await gateway.get('/metrics')).text()).toMatch(/gateway_refused_total\{code="OPERATION_TOO_LARGE"\} \d\d/);
  });
});

describe('headers', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await world.startGateway({});
    await eventually(async () => (await gateway.get('/readiness')).status === 200);
  });

  /** The answer to bytes that no HTTP client would send. */
  function raw(text: string): Promise<string> {
    const { hostname, port } = new URL(gateway.url);
    return new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect(Number(port), hostname, () => socket.write(text));
      socket.on('data', (chunk) => (answer += String(chunk)));
      socket.on('close', () => resolve(answer)).on('error', reject);
      setTimeout(() => socket.end(), 300);
    });
  }
  const post = (header: string): Promise<string> => raw(`POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n${header}\r\ncontent-length: ${body('{ whoami }').length}\r\n\r\n${body('{ whoami }')}`);

  test.each([
    ['a request id with a line break', 'x-request-id: a\rset-cookie: stolen=1'],
    ['a request id with other signs', 'x-request-id: <script>alert(1)</script>'],
    ['a trace that is none', 'traceparent: 00-evil\tset-cookie'],
    ['a host with a line break', 'x-forwarded-host: a\nset-cookie: stolen=1'],
    ['an origin that nobody admitted', 'origin: https://evil.test'],
  ])('are not written by %s', async (_what, header) => {
    const answer = await post(header);
    expect(answer).toMatch(/^HTTP\/1\.1 (200|400) /);
    expect(answer.split('\r\n\r\n')[0]).not.toMatch(/set-cookie|<script>|evil/i);
  });

  test('are refused when there are too many of them', async () => {
    expect(await post(`x-a: ${'a'.repeat(40_000)}`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('cannot be smuggled by two lengths', async () => {
    expect(await post('transfer-encoding: chunked')).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('keep browsers from doing more with an answer than reading it', async () => {
    for (const path of ['/graphql?query=%7Bwhoami%7D', '/nowhere', '/health', '/projects']) {
      const { headers } = await gateway.get(path);
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-security-policy': "default-src 'none';frame-ancestors 'none'",
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
      expect([headers.get('x-powered-by'), headers.get('server')]).toEqual([null, null]);
    }
  });

  test('let the page run what it brings along, and nothing else', async () => {
    const policy = (await gateway.get('/graphiql')).headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none';script-src 'self' 'unsafe-inline' blob:;/);
    expect(policy).toMatch(/connect-src 'self'/);
    expect(policy).not.toMatch(/https?:|\*/);
  });
});
