import { createWorld, eventually, type GraphqlReply, type TestGateway, type World } from '../../testing/world';
import type { PlanShown } from './explained';
import type { TraceShown } from './trace';

const BOTH = { 'x-rahat-explain': 'plan, trace' };
const PROJECTS = 'query Trees { projects { id tree { title } } }';

describe.each(['thin', 'apollo'])('an operation that asks how it is run, with the %s front,', (front) => {
  let world: World;
  let gateway: TestGateway;
  let token: string;

  beforeAll(async () => {
    world = await createWorld();
    const reader = { organizationId: 'o1', roles: [], permissions: ['project:read'], projectPermissions: {} };
    world.core.users.set('operator', { ...reader, permissions: [...reader.permissions, 'operation:explain'] });
    world.core.users.set('local', { ...reader, projectPermissions: { p1: ['operation:explain'] } });
    await world.addProject('p1');
    await world.addProject('p2');
    await (await world.addProject('down')).stop();
    gateway = await world.startGateway({ GATEWAY_FRONT: front, CORS_ORIGINS: 'https://app.test' });
    await eventually(async () => (await gateway.get('/readiness')).status === 200);
    token = await world.core.token('operator');
  });
  afterAll(async () => world.stop());

  const ask = (query: string, options: { variables?: Record<string, unknown>; headers?: Record<string, string>; token?: string } = {}): Promise<GraphqlReply> => gateway.query(query, { token, headers: BOTH, ...options });
  const traceOf = ({ extensions }: GraphqlReply): TraceShown => extensions?.trace as TraceShown;
  const planOf = ({ extensions }: GraphqlReply): PlanShown => extensions?.queryPlan as PlanShown;
  const instanceOf = (projectId: string): string => world.core.routes.routes.find((route) => route.projectId === projectId)?.instance?.id ?? 'none';
  const post = (query: string, headers: Record<string, string>): Promise<Response> =>
    fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...BOTH, ...headers }, body: JSON.stringify({ query }) });

  it.each([
    ['nobody in particular', undefined, 401, 'UNAUTHENTICATED'],
    ['somebody without the permission', 'reader', 403, 'FORBIDDEN'],
    ['somebody who holds it in one project only', 'local', 403, 'FORBIDDEN'],
  ])('is refused to %s, before anything is run', async (_who, user, status, code) => {
    const before = world.core.service.served.length;
    const reply = await ask('{ whoami }', { token: user && (await world.core.token(user)) });
    expect([reply.status, reply.data, reply.errors?.map(({ extensions }) => extensions.code)]).toEqual([status, undefined, [code]]);
    expect(world.core.service.served).toHaveLength(before);
  });

  it('is refused when it asks for what there is not, or for a stream of events', async () => {
    const reply = await ask('{ whoami }', { headers: { 'x-rahat-explain': 'plan, cost' } });
    expect([reply.status, reply.errors?.[0]?.extensions]).toEqual([400, { code: 'BAD_USER_INPUT', field: 'x-rahat-explain' }]);
    expect((await post('{ whoami }', { accept: 'text/event-stream' })).status).toBe(400);
  });

  it('is told its plan as text and as a tree', async () => {
    const { text, tree } = planOf(await ask(PROJECTS));
    expect(text).toBe(`QueryPlan {
  Sequence {
    Fetch(service: "core") {
      {
        projects {
          __typename
          id
        }
      }
    },
    Flatten(path: "projects.@") {
      Fetch(service: "tree") {
        {
          ... on Project {
            __typename
            id
          }
        } =>
        {
          ... on Project {
            tree {
              title
            }
          }
        }
      }
    }
  }
}`);
    const fetched = { kind: 'Fetch', operationKind: 'query', selection: expect.any(String) };
    expect(tree).toEqual({
      kind: 'Sequence',
      nodes: [
        { ...fetched, subgraph: 'core', operationName: 'Trees__core__0', variables: [], requires: null },
        { kind: 'Flatten', path: ['projects', '@'], node: { ...fetched, subgraph: 'tree', operationName: 'Trees__tree__1', variables: [], requires: expect.stringContaining('... on Project') } },
      ],
    });
  });

  it('is told of every call: one for each project, of which those that fail say how', async () => {
    const { plannedMs, ms, fetches } = traceOf(await ask(PROJECTS));
    const number = expect.any(Number);
    const call = { path: ['projects', '@'], operationName: 'Trees__tree__1', startMs: number, ms: number, shared: false };
    const [first, ...rest] = fetches;
    expect(first).toEqual({ ...call, subgraph: 'core', instance: 'core', path: [], operationName: 'Trees__core__0', bytes: expect.any(Number) });
    expect(rest.toSorted((one, other) => (one.instance < other.instance ? -1 : 1))).toEqual(
      ['down', 'p1', 'p2']
        .map((id) => ({ ...call, subgraph: 'tree', instance: instanceOf(id), bytes: id === 'down' ? 0 : expect.any(Number), ...(id === 'down' ? { error: 'unreachable' } : {}) }))
        .sort((one, other) => (one.instance < other.instance ? -1 : 1)),
    );
    expect(first?.bytes).toBeGreaterThan(20);
    expect(plannedMs).toBeLessThanOrEqual(first?.startMs ?? 0);
    expect(fetches.every((fetch) => fetch.startMs + fetch.ms <= ms)).toBe(true);
  });

  it('is told the code with which a subgraph refuses', async () => {
    const query = 'mutation ($name: String!) { createProject(input: { name: $name, type: "tree" }, idempotencyKey: "k") { id } }';
    const reply = await ask(query, { variables: { name: 'taken' } });
    expect(traceOf(reply).fetches).toEqual([expect.objectContaining({ instance: 'core', error: 'CONFLICT' })]);
    expect(planOf(reply).tree).toMatchObject({ kind: 'Fetch', operationKind: 'mutation', variables: ['name'] });
    expect(JSON.stringify(reply.extensions)).not.toContain('taken');
  });

  it('does not read in its plan what it holds of texts', async () => {
    const reply = await ask('mutation { createProject(input: { name: "Jane Doe", type: "tree" }, idempotencyKey: "k2") { id } }');
    expect(reply.errors).toBeUndefined();
    expect(planOf(reply).text).toContain('name: "…"');
    expect(JSON.stringify(reply.extensions)).not.toContain('Jane');
  });

  it('is told that its question was under way already', async () => {
    const slow = await world.addProject('slow');
    let release = (): void => undefined;
    slow.hold = new Promise<void>((resolve) => (release = resolve));
    const first = ask('{ treeReport(projectId: "slow") }');
    await eventually(() => slow.served.length === 1);
    const before = world.core.service.served.length;
    const second = ask('{ treeReport(projectId: "slow") whoami }');
    await eventually(() => world.core.service.served.length > before); // its two fetches begin together
    release();
    const shared = (await Promise.all([first, second])).map((reply) => traceOf(reply).fetches.flatMap(({ subgraph, shared: whose }) => (subgraph === 'tree' ? whose : [])));
    expect(shared).toEqual([[false], [true]]);
    expect(slow.served).toHaveLength(1);
  });

  it('gets what it asks for and nothing else', async () => {
    expect(Object.keys((await ask('{ whoami }', { headers: { 'x-rahat-explain': 'TRACE' } })).extensions ?? {})).toEqual(['trace']);
    expect(Object.keys((await ask('{ whoami }', { headers: { 'x-rahat-explain': 'plan' } })).extensions ?? {})).toEqual(['queryPlan']);
    expect((await ask('{ whoami }', { headers: {} })).extensions).toBeUndefined();
  });

  it('has an empty plan when nothing need be fetched, and none when it is not valid', async () => {
    expect(planOf(await ask('{ __typename }'))).toEqual({ text: 'QueryPlan {}', tree: null });
    const invalid = await ask('{ nothing }');
    expect([invalid.extensions?.queryPlan, traceOf(invalid).fetches, traceOf(invalid).plannedMs]).toEqual([undefined, [], undefined]);
  });

  it('is told the rest with the last part, when a part is deferred', async () => {
    const text = await (await post('{ projects { id ... @defer(label: "trees") { tree { title } } } }', { accept: 'multipart/mixed;deferSpec=20220824, application/json' })).text();
    const parts = text.split(/\r\n---(?:--)?\r\n/).flatMap((part) => (part.includes('{') ? [JSON.parse(part.slice(part.indexOf('{'))) as { extensions?: { trace: TraceShown; queryPlan: PlanShown } }] : []));
    expect(parts.at(0)?.extensions?.trace.fetches.map(({ subgraph }) => subgraph)).toContain('core');
    expect(new Set(parts.at(-1)?.extensions?.trace.fetches.map(({ instance }) => instance))).toEqual(new Set(['core', ...world.core.routes.routes.map(({ projectId }) => instanceOf(projectId))]));
    expect(parts.at(-1)?.extensions?.queryPlan).toMatchObject({ tree: { kind: 'Defer', deferred: [{ label: 'trees', path: ['projects'] }] }, text: expect.stringContaining('Deferred(path: "projects", label: "trees")') });
  });

  it('may come from a page of an admitted origin', async () => {
    const preflight = await fetch(`${gateway.url}/graphql`, { method: 'OPTIONS', headers: { origin: 'https://app.test', 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-rahat-explain' } });
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-rahat-explain');
  });
});
