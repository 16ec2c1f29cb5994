import { createWorld, eventually, type TestGateway, type World } from '../testing/world';

let world: World;
let gateway: TestGateway;
let token: string;

beforeAll(async () => {
  world = await createWorld();
  token = await world.core.token('reader');
  gateway = await world.startGateway();
  await eventually(async () => (await gateway.get('/readiness')).status === 200);
});
afterAll(async () => world.stop());

const create = async (body: string, headers: Record<string, string> = { 'idempotency-key': 'k1' }): Promise<{ status: number; body: Record<string, unknown>; retryAfter: string | null }> => {
  const response = await fetch(`${gateway.url}/projects`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers }, body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown>, retryAfter: response.headers.get('retry-after') };
};
const error = (code: string, extensions: Record<string, unknown> = {}) => ({ errors: [expect.objectContaining({ message: expect.any(String), extensions: expect.objectContaining({ code, ...extensions }) })] });

describe('POST /projects', () => {
  it('creates a project and answers 201 with it', async () => {
    const input = { name: 'Bridge', type: 'tree', settings: { depth: 2, __proto__x: [1] } };
    const { status, body } = await create(JSON.stringify(input));
    expect(status).toBe(201);
    expect(body).toMatchObject({ id: 'new', name: 'Bridge', settings: input.settings, milestones: [], deployment: { status: 'RUNNING', steps: [] } });
    expect(world.core.created).toEqual(['k1']);
    expect(world.core.service.served.at(-1)?.principal.subject).toBe('reader');
  });

  it.each([
    ['malformed JSON', '{"name":', {}, 400, 'BAD_USER_INPUT', {}],
    ['no object', '[]', {}, 400, 'BAD_USER_INPUT', { field: 'body' }],
    ['a missing field', '{"name":"x"}', {}, 400, 'BAD_USER_INPUT', {}],
    ['an unknown field', '{"name":"x","type":"t","nmae":1}', {}, 400, 'BAD_USER_INPUT', {}],
    ['a name that is taken', '{"name":"taken","type":"t"}', {}, 409, 'CONFLICT', { field: 'name' }],
    ['a bad token', '{"name":"x","type":"t"}', { authorization: 'Bearer nonsense' }, 401, 'UNAUTHENTICATED', {}],
  ])('answers %s with a code and its status, and creates nothing', async (_what, body, headers, status, code, extensions) => {
    const before = world.core.created.length;
    const reply = await create(body, { 'idempotency-key': 'k2', ...headers });
    expect(reply).toMatchObject({ status, body: error(code, extensions) });
    expect(world.core.created).toHaveLength(before);
  });

  it('asks for an idempotency key', async () => {
    expect(await create('{"name":"x","type":"t"}', {})).toMatchObject({ status: 400, body: error('BAD_USER_INPUT', { field: 'Idempotency-Key' }) });
  });

  it('answers 503 before anything is sent when core is not ready, or gone', async () => {
    world.core.ready = false;
    const sent = world.core.service.served.length;
    expect(await create('{"name":"x","type":"t"}')).toMatchObject({ status: 503, body: error('NOT_READY'), retryAfter: '5' });
    expect(world.core.service.served).toHaveLength(sent);
    await world.stopCore();
    expect(await create('{"name":"x","type":"t"}')).toMatchObject({ status: 503, retryAfter: '5' });
  });
});
