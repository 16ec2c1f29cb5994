import { artifactOf, createWorld, eventually, type GraphqlReply, type TestGateway, type World } from './testing/world';

let world: World;
let gateway: TestGateway;
let token: string;

const served = async (): Promise<void> => eventually(async () => (await gateway.get('/readiness')).status === 200);
const codes = ({ errors = [] }: GraphqlReply): unknown[] => errors.map(({ path, extensions }) => [path, extensions.code]);

beforeEach(async () => {
  world = await createWorld();
  token = await world.core.token('reader');
});
afterEach(async () => world.stop());

async function start(changes?: Record<string, string>): Promise<void> {
  gateway = await world.startGateway(changes);
  await served();
}

describe('the graph over several projects', () => {
  it('answers about two projects of one type in one operation', async () => {
    const [p1, p2] = [await world.addProject('p1'), await world.addProject('p2')];
    await start();
    const reply = await gateway.query('query ($b: ID!) { whoami a: treeRoot(projectId: "p1") { title } b: treeRoot(projectId: $b) { title } }', { token, variables: { b: 'p2' } });
    expect(reply).toMatchObject({ status: 200, data: { whoami: 'reader', a: { title: 'p1-root' }, b: { title: 'p2-root' } } });
    expect([p1.served.length, p2.served.length]).toEqual([1, 1]);
    expect(p1.served[0]?.principal).toEqual({ subject: 'reader', organizationId: 'o1', roles: [], permissions: ['project:read'], projectPermissions: {}, authenticatedAt: 1_700_000_000, secondFactor: false });
  });

  it('answers a list that mixes old and new versions, one that is down and one of another type', async () => {
    await world.addProject('old', 'v1');
    await world.addProject('young', 'v2');
    await (await world.addProject('down', 'v2')).stop();
    const elsewhere = { projectId: 'stone', organizationId: 'o1', type: 'stone', status: 'ACTIVE', instance: null };
    world.core.routes.routes.push(elsewhere);
    await start();
    const reply = await gateway.query('{ projects { id name tree { title rings { year } leaves(first: 1) { title } } } }', { token });
    expect(reply.data).toEqual({
      projects: [
        { id: 'old', name: 'Project old', tree: { title: 'tree of old', rings: null, leaves: [{ title: 'old-l1' }] } },
        { id: 'young', name: 'Project young', tree: { title: 'tree of young', rings: [{ year: 5 }], leaves: [{ title: 'young-l1' }] } },
        { id: 'down', name: 'Project down', tree: null },
        { id: 'stone', name: 'Project stone', tree: null },
      ],
    });
    expect(reply.errors).toEqual([{ message: expect.any(String), path: ['projects', 2], extensions: { code: 'PROJECT_UNAVAILABLE', projectId: 'down', status: 'ACTIVE' } }]);
  });

  it('says FIELD_NOT_IN_VERSION where an old instance cannot execute a root field', async () => {
    await world.addProject('old', 'v1');
    await world.addProject('young', 'v2');
    await start();
    const reply = await gateway.query('{ a: treeRings(projectId: "old") { year } b: treeRings(projectId: "young") { year } }', { token });
    expect(reply.data).toEqual({ a: null, b: [{ year: 5 }] });
    expect(codes(reply)).toEqual([[['a'], 'FIELD_NOT_IN_VERSION']]);
  });

  it('does not tell a stranger which projects exist', async () => {
    await world.addProject('p1');
    await start();
    const stranger = await world.core.token('nobody');
    const ask = async (id: string, by?: string): Promise<GraphqlReply> => gateway.query(`{ treeReport(projectId: "${id}") }`, { token: by });
    const [hidden, unknown, anonymous] = [await ask('p1', stranger), await ask('p9', token), await ask('p1')];
    expect(hidden.errors).toEqual(unknown.errors);
    expect(anonymous.errors).toEqual(unknown.errors);
    expect(unknown.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect(world.core.lookedUp).toEqual(['p9']);
  });

  it('does not talk to a server that cannot prove which instance it is', async () => {
    await world.addProject('p1');
    const impostor = await world.addProject('p2');
    world.core.routes.routes = world.core.routes.routes.map((route) => (route.projectId === 'p1' && route.instance ? { ...route, instance: { ...route.instance, url: impostor.url } } : route));
    await start();
    expect(codes(await gateway.query('{ treeReport(projectId: "p1") }', { token }))).toEqual([[['treeReport'], 'PROJECT_UNAVAILABLE']]);
    expect(impostor.served).toEqual([]);
  });

  it('finds a project that the route table does not name yet', async () => {
    await start();
    await world.addProject('fresh');
    expect((await gateway.query('{ treeReport(projectId: "fresh") }', { token })).data).toEqual({ treeReport: 'report of fresh null' });
  });
});

describe('a new supergraph version', () => {
  it('serves new requests while one that began before it finishes on the old', async () => {
    const p1 = await world.addProject('p1');
    await start();
    let release = (): void => undefined;
    p1.hold = new Promise<void>((resolve) => (release = resolve));
    const before = gateway.query('{ treeRoot(projectId: "p1") { title } }', { token });
    await eventually(() => p1.served.length === 1);
    world.core.artifact = artifactOf(2, world.core.service.url, false);
    world.core.push();
    await eventually(() => world.core.acks.some((ack) => ack.supergraphVersion === 2));
    const after = await gateway.query('{ treeRoot(projectId: "p1") { title } }', { token });
    release();
    expect(after).toMatchObject({ status: 200, errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
    expect(await before).toMatchObject({ status: 200, data: { treeRoot: { title: 'p1-root' } } });
  });

  it('drops no request while versions come and go', async () => {
    await world.addProject('p1');
    await start();
    let going = true;
    const replies: GraphqlReply[] = [];
    const clients = Array.from({ length: 4 }, async () => {
      while (going) replies.push(await gateway.query('{ projects { tree { title } } treeReport(projectId: "p1") }', { token }));
    });
    for (let version = 2; version <= 6; version++) {
      world.core.artifact = artifactOf(version, world.core.service.url);
      world.core.push();
      await eventually(() => world.core.acks.some((ack) => ack.supergraphVersion === version));
    }
    going = false;
    await Promise.all(clients);
    expect(replies.length).toBeGreaterThan(10);
    expect(replies.filter(({ status, errors }) => status !== 200 || errors)).toEqual([]);
  });

  it('is not taken, nor acknowledged, when it cannot be served', async () => {
    await start();
    world.core.artifact = { version: 2, sdl: 'type Query { nonsense: Int }', subgraphs: [] };
    world.core.push();
    world.core.artifact = { ...artifactOf(3, world.core.service.url), subgraphs: [{ name: 'core', kind: 'carrier-pigeon', url: null, config: {} }] };
    world.core.routes = { version: 7, routes: [] };
    world.core.push();
    await eventually(() => world.core.acks.some((ack) => ack.routesVersion === 7));
    expect(world.core.acks.at(-1)?.supergraphVersion).toBe(1);
    expect((await gateway.query('{ whoami }', { token })).data).toEqual({ whoami: 'reader' });
    expect(await (await gateway.get('/metrics')).text()).toContain('gateway_supergraph_swaps_total{outcome="refused"} 2');
  });
});

describe('a gateway whose core is away', () => {
  it('answers 503 until the first supergraph comes, if it has no copy', async () => {
    await world.stopCore();
    gateway = await world.startGateway();
    const readiness = await gateway.get('/readiness');
    expect([readiness.status, await readiness.json()]).toMatchObject([503, { status: 'not ready', supergraphVersion: null, routesVersion: null, stale: true, closing: false }]);
    expect((await gateway.get('/health')).status).toBe(200);
    const reply = await gateway.query('{ whoami }');
    expect([reply.status, reply.errors?.[0]?.extensions.code, reply.headers.get('retry-after')]).toEqual([503, 'NOT_READY', '5']);
    await world.restartCore();
    await served();
    expect((await gateway.query('{ whoami }')).data).toEqual({ whoami: 'anonymous' });
  });

  it('starts from its copies on disk, says stale, and catches up later', async () => {
    await world.addProject('p1');
    await start();
    await eventually(() => world.core.acks.some((ack) => ack.routesVersion === 1));
    await gateway.stop();
    await world.stopCore();
    await start();
    expect(await (await gateway.get('/readiness')).json()).toMatchObject({ status: 'ready', supergraphVersion: 1, routesVersion: 1, stale: true });
    expect((await gateway.get('/.well-known/jwks.json')).status).toBe(200);
    const reply = await gateway.query('{ __typename projects { id } }');
    expect([reply.data, codes(reply)]).toEqual([null, [[undefined, 'CORE_UNAVAILABLE']]]);
    await world.restartCore();
    await eventually(async () => ((await (await gateway.get('/readiness')).json()) as { stale: boolean }).stale === false);
    token = await world.core.token('reader');
    await eventually(async () => (await gateway.query('{ whoami }', { token })).status === 200);
  });

  it('still reads with permissions that it knows, and changes nothing', async () => {
    await world.addProject('p1');
    await start();
    await gateway.query('{ whoami }', { token });
    await world.stopCore();
    expect((await gateway.query('{ treeReport(projectId: "p1") }', { token })).data).toEqual({ treeReport: 'report of p1 null' });
    const change = await gateway.query('mutation { treeGrow(projectId: "p1", input: { title: "t" }) { id } }', { token });
    expect([change.status, codes(change)]).toEqual([503, [[undefined, 'CORE_UNAVAILABLE']]]);
    const unknown = await gateway.query('{ a: treeReport(projectId: "p1") b: treeReport(projectId: "p9") }', { token });
    expect(unknown).toMatchObject({ data: { a: 'report of p1 null', b: null }, errors: [{ path: ['b'], extensions: { code: 'PROJECT_UNAVAILABLE', projectId: 'p9' } }] });
  });

  it('does not read either when what it knows is too old', async () => {
    await world.addProject('p1');
    await start({ PERMISSIONS_MAX_STALE_SECONDS: '0' });
    await gateway.query('{ whoami }', { token });
    await world.stopCore();
    await eventually(async () => {
      const reply = await gateway.query('{ treeReport(projectId: "p1") }', { token });
      return reply.status === 503 && reply.errors?.[0]?.extensions.code === 'CORE_UNAVAILABLE';
    });
  });

  it('comes back to the stream, renews its lease and learns what it missed', async () => {
    await start({ GATEWAY_ID: 'g1' });
    world.core.cut();
    await world.addProject('p1');
    await eventually(() => world.core.acks.some((ack) => ack.gatewayId === 'g1' && ack.routesVersion === 1));
    const before = world.core.acks.length;
    await eventually(() => world.core.acks.length > before);
    expect((await gateway.query('{ treeReport(projectId: "p1") }', { token })).data).toEqual({ treeReport: 'report of p1 null' });
  });
});

describe('who may ask', () => {
  it.each([
    ['is no token', async () => 'nonsense'],
    ['has expired', async () => world.core.token('reader', { expires: '-1m' })],
    ['is of another issuer', async () => world.core.token('reader', { issuer: 'elsewhere' })],
    ['names a key that nobody has', async () => world.core.token('reader', { kid: 'k9' })],
    ['is of a user who is gone', async () => world.core.token('gone')],
  ])('answers 401 to a token that %s', async (_what, make) => {
    await start();
    const reply = await gateway.query('{ whoami }', { token: await make() });
    expect([reply.status, codes(reply), reply.data]).toEqual([401, [[undefined, 'UNAUTHENTICATED']], undefined]);
  });

  it('takes new permissions as soon as core says that some changed', async () => {
    await world.addProject('p1');
    await start();
    expect((await gateway.query('{ treeReport(projectId: "p1") }', { token })).data).toEqual({ treeReport: 'report of p1 null' });
    world.core.users.set('reader', { organizationId: 'o1', roles: [], permissions: [], projectPermissions: {} });
    world.core.permissionsVersion = 2;
    world.core.push();
    await eventually(async () => (await gateway.query('{ treeReport(projectId: "p1") }', { token })).data?.treeReport === null);
  });
});
