import { randomUUID } from 'node:crypto';
import { projectInput, registerTypes, seeProject, until, untilProject, liveProject } from '../kit/projects';
import { useSystem } from '../kit/system';

const system = useSystem();
const asAdmin = { as: 'admin' };

beforeAll(() => registerTypes(system(), 'tally:1.0.0'), 60_000);

function door(path: string): string {
  return new URL(path, system().urls.gateway ?? '').toString();
}

async function post(body: unknown, headers: Record<string, string> = {}, as: string | null = 'admin'): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> {
  const authorization: Record<string, string> = as ? { authorization: `Bearer ${await system().token(as)}` } : {};
  const response = await fetch(door('/projects'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...authorization, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown>, headers: response.headers };
}

describe('POST /projects', () => {
  test('creates a project as the mutation does, and answers with its details', async () => {
    const { status, body } = await post(projectInput({ name: 'By REST', milestones: [{ title: 'Half', dueOn: '2026-06-30' }] }));
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: 'By REST', type: 'tally', status: 'PROVISIONING', budgetMinor: '100000', milestones: [{ title: 'Half', status: 'PLANNED' }] });
    await untilProject(system(), String(body.id), (project) => project.status === 'ACTIVE');
  });

  test('creates one project for one key', async () => {
    const headers = { 'idempotency-key': 'the-same' };
    const input = projectInput();
    const [first, second] = [await post(input, headers), await post(input, headers)];
    expect(second.body.id).toBe(first.body.id);
    expect((await post(projectInput(), headers)).status).toBe(409);
  });

  test.each([
    ['malformed JSON', '{"slug":', 400, 'BAD_USER_INPUT'],
    ['a negative budget', projectInput({ budgetMinor: '-5' }), 400, 'BAD_USER_INPUT'],
    ['an unknown type', projectInput({ type: 'nonsense' }), 422, 'UNKNOWN_PROJECT_TYPE'],
    ['settings that do not fit', projectInput({ settings: { goal: 'many' } }), 422, 'SETTINGS_INVALID'],
  ])('refuses %s with a code', async (_what, body, expected, code) => {
    const answer = await post(body);
    expect(answer.status).toBe(expected);
    expect(JSON.stringify(answer.body)).toContain(code);
  });

  test('refuses a field that nobody knows', async () => {
    const answer = await post({ ...projectInput(), surprise: 1 });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain('surprise');
  });

  test('wants a caller, and one who may', async () => {
    expect((await post(projectInput(), {}, null)).status).toBe(401);
    expect((await post(projectInput(), {}, 'viewer')).status).toBe(403);
  });
});

describe('the GraphQL endpoint', () => {
  test.each([
    ['the entities of federation', '{ _entities(representations: []) { __typename } }'],
    ['the schema of a subgraph', '{ _service { sdl } }'],
    ['a field that nobody knows', '{ projects { nonsense } }'],
    ['text that is no GraphQL', '{ projects {'],
  ])('does not answer %s', async (_what, query) => {
    const answer = await system().attempt(query, {}, asAdmin);
    expect(answer.data ?? null).toBeNull();
    expect(answer.errors[0]?.extensions?.code).toMatch(/^GRAPHQL_/);
  });

  test('names the field of an input that is of the wrong kind', async () => {
    const answer = await system().attempt(
      'mutation ($input: CreateProjectInput!) { createProject(input: $input, idempotencyKey: "k") { id } }',
      { input: projectInput({ budgetMinor: 1.5 }) },
      asAdmin,
    );
    expect(answer.errors[0]?.message).toMatch(/budgetMinor/);
    expect(answer.errors[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });

  test('gives back the request id that it was given, and carries it into the audit log', async () => {
    const id = `story-${randomUUID()}`;
    await system().graphql('mutation ($input: CreateProjectInput!, $key: String!) { createProject(input: $input, idempotencyKey: $key) { id } }', { input: projectInput({ draft: true }), key: id }, { as: 'admin', headers: { 'x-request-id': id } });
    const { auditEntries } = await system().graphql<{ auditEntries: { edges: Array<{ node: { correlationId: string } }> } }>('{ auditEntries(first: 1, filter: { action: "project.created" }) { edges { node { correlationId } } } }', {}, asAdmin);
    expect(auditEntries.edges[0]?.node.correlationId).toBe(id);
  });

  test('serves health, readiness, metrics and a page to try it', async () => {
    expect((await fetch(door('/health'))).status).toBe(200);
    expect(await (await fetch(door('/readiness'))).json()).toMatchObject({ status: 'ready' });
    expect(await (await fetch(door('/metrics'))).text()).toContain('process_cpu_seconds_total');
    const page = await (await fetch(door('/graphiql'))).text();
    expect(page).toContain('Authorization');
    expect(page).not.toMatch(/<(script|link)[^>]+https?:\/\//);
  });
});

describe('who may do what', () => {
  test('nobody sees projects without signing in', async () => {
    const answer = await system().attempt('{ projects { edges { node { id } } } }');
    expect(answer.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  test('a viewer sees projects and may change none', async () => {
    const id = await liveProject(system());
    expect(await system().graphql('query ($id: ID!) { project(id: $id) { tally { count } } }', { id }, { as: 'viewer' })).toEqual({ project: { tally: { count: 0 } } });
    const answer = await system().attempt('mutation ($id: ID!) { pauseProject(id: $id, idempotencyKey: "v") { id } tallyAdd(projectId: $id, by: 1, idempotencyKey: "v") }', { id }, { as: 'viewer' });
    expect(answer.errors.map((error) => error.extensions?.code)).toEqual(expect.arrayContaining(['FORBIDDEN']));
    expect(answer.data?.pauseProject ?? null).toBeNull();
    expect(await system().graphql('query ($id: ID!) { tallyCount(projectId: $id) }', { id }, { as: 'viewer' })).toEqual({ tallyCount: 0 });
  });

  test('an access token that is not ours is refused', async () => {
    const answer = await system().attempt('{ me { id } }', {}, { headers: { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' } });
    expect(answer.errors[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });
});

describe('when core is away', () => {
  afterAll(async () => {
    await system().restart('core').catch(() => undefined);
  });

  test('POST /projects answers 503 and writes nothing; services go on answering', async () => {
    const id = await liveProject(system());
    await system().graphql('query ($id: ID!) { tallyCount(projectId: $id) }', { id }, asAdmin);
    await system().token('admin');
    await system().kill('core');
    const input = projectInput();
    const answer = await post(input, { 'idempotency-key': 'while-away' });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).not.toBeNull();
    expect(await system().graphql('query ($id: ID!) { tallyCount(projectId: $id) }', { id }, asAdmin)).toEqual({ tallyCount: 0 });
    await system().restart('core');
    await until(async () => (await seeProject(system(), id)) !== null, 'core is back');
    const { projects } = await system().graphql<{ projects: { edges: unknown[] } }>('query ($slug: String!) { projects(filter: { search: $slug }) { edges { node { id } } } }', { slug: input.slug }, asAdmin);
    expect(projects.edges).toEqual([]);
    // The gateway may need a moment to trust its line to core again; until then it refuses, and nothing is written.
    await until(async () => (await post(input, { 'idempotency-key': 'while-away' })).status === 201, 'the same request succeeds');
  });

  test('a gateway that starts while core is away serves from its last good copy and says so', async () => {
    const id = await liveProject(system());
    await system().kill('core');
    await system().kill('gateway');
    await system().restart('gateway');
    const readiness = await (await fetch(door('/readiness'))).json();
    expect(readiness).toMatchObject({ stale: true });
    const answer = await system().attempt('{ __typename }');
    expect(answer.data).toEqual({ __typename: 'Query' });
    await system().restart('core');
    await until(async () => (await system().attempt('query ($id: ID!) { tallyCount(projectId: $id) }', { id }, asAdmin)).data?.tallyCount === 0, 'everything answers again');
  });
});
