import type { SubgraphDefinition } from '../engine/differential/testing/subgraph';
import { startEdge, type EdgeServer } from '../testing/edge-server';
import { partsOf } from '../testing/multipart';
import { eventually } from '../testing/world';
import { inOne } from './incremental';

const subgraphs: Record<string, SubgraphDefinition> = {
  people: {
    sdl: 'type Query { people: [Person!]! person(id: ID!): Person } type Mutation { rename: Person } type Person @key(fields: "id") { id: ID! name: String! }',
    rows: {
      Query: [{ people: [{ id: '1' }, { id: '2' }], person: ({ id }: { id: string }) => ({ id }) }],
      Person: [{ id: '1', name: 'Amina' }, { id: '2', name: 'Brian' }],
    },
  },
  money: {
    sdl: 'type Person @key(fields: "id") { id: ID! balance: Int payments: [Payment!]! } type Payment @key(fields: "id") { id: ID! amount: Int }',
    rows: { Person: [{ id: '1', balance: 7, payments: [{ id: 'a' }] }, { id: '2', balance: 9, payments: [] }], Payment: [{ id: 'a', amount: 3 }] },
  },
  notes: { sdl: 'type Payment @key(fields: "id") { id: ID! note: String }', rows: { Payment: [{ id: 'a', note: 'rent' }] } },
};

const PARTS = 'multipart/mixed; deferSpec=20220824, application/json';

describe.each(['thin', 'apollo'] as const)('a deferred answer by the %s front', (front) => {
  let edge: EdgeServer;
  let open: Record<string, (value?: unknown) => void>;
  beforeAll(async () => void (edge = await startEdge(subgraphs, front)));
  beforeEach(() => {
    open = {};
    Object.assign(edge, { gates: {}, broken: {}, fetches: [] });
  });
  afterEach(async () => {
    for (const name of Object.keys(open)) open[name]?.();
    await eventually(() => edge.leases() === 0);
  });
  afterAll(() => edge.stop());

  const hold = (name: string): void => void (edge.gates[name] = new Promise((resolve) => (open[name] = resolve)));
  const ask = (query: string, { accept = PARTS, variables, signal }: { accept?: string; variables?: object; signal?: AbortSignal } = {}): Promise<Response> =>
    fetch(`${edge.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', accept }, body: JSON.stringify({ query, variables }), signal });
  const allOf = async (response: Response): Promise<unknown[]> => {
    const bodies: unknown[] = [];
    for await (const { body } of partsOf(response)) bodies.push(body);
    return bodies;
  };

  test('shows its first part while the second is still held', async () => {
    hold('money');
    const response = await ask('{ person(id: "1") { name ... @defer(label: "money") { balance } } }');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'multipart/mixed; boundary="-"; deferSpec=20220824']);
    const parts = partsOf(response);
    expect((await parts.next()).value).toEqual({ headers: { 'content-type': 'application/json; charset=utf-8' }, body: { data: { person: { name: 'Amina' } }, hasNext: true } });
    open.money?.();
    expect((await parts.next()).value).toMatchObject({ body: { incremental: [{ path: ['person'], label: 'money', data: { balance: 7 } }], hasNext: true } });
    expect((await parts.next()).value).toMatchObject({ body: { hasNext: false } });
    expect((await parts.next()).done).toBe(true);
  });

  test('shows each deferred part when it is ready, whatever the others wait for', async () => {
    hold('notes');
    const response = await ask('{ person(id: "1") { name ... @defer(label: "notes") { payments { note } } ... @defer(label: "money") { balance } } }');
    const parts = partsOf(response);
    await parts.next();
    expect((await parts.next()).value).toMatchObject({ body: { incremental: [{ label: 'money', data: { balance: 7 } }] } });
    open.notes?.();
    expect((await parts.next()).value).toMatchObject({ body: { incremental: [{ label: 'notes', data: { payments: [{ note: 'rent' }] } }] } });
    await parts.next();
    expect((await parts.next()).done).toBe(true);
  });

  test('tells of an outer part before the part within it', async () => {
    const bodies = await allOf(await ask('{ ... @defer(label: "outer") { person(id: "1") { id ... @defer(label: "inner") { name } } } }'));
    const labels = bodies.flatMap((body) => ((body as { incremental?: { label: string }[] }).incremental ?? []).map(({ label }) => label));
    expect(labels).toEqual(['outer', 'inner']);
  });

  test('tells errors with the part that they are of, masked as all errors are', async () => {
    edge.broken = { money: 'down' };
    const [first, second, last] = await allOf(await ask('{ person(id: "1") { name ... @defer { balance } } }'));
    expect(first).toEqual({ data: { person: { name: 'Amina' } }, hasNext: true });
    expect(second).toEqual({
      incremental: [{ path: ['person'], data: { balance: null }, errors: [expect.objectContaining({ message: 'Something went wrong on our side.', extensions: expect.objectContaining({ code: 'INTERNAL_SERVER_ERROR' }) })] }],
      hasNext: true,
    });
    expect(last).toEqual({ hasNext: false });
  });

  test('comes whole when nothing is deferred after all', async () => {
    const response = await ask('query ($later: Boolean!) { person(id: "1") { name ... @defer(if: $later) { balance } } }', { variables: { later: false } });
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toEqual({ data: { person: { name: 'Amina', balance: 7 } } });
    const literal = await ask('{ person(id: "1") { name ... @defer(if: false) { balance } } }');
    expect(await literal.json()).toEqual({ data: { person: { name: 'Amina', balance: 7 } } });
  });

  test.each(['application/json', 'application/graphql-response+json', 'multipart/mixed; deferSpec=20290101, application/json', 'multipart/mixed; q=0, application/json'])('comes whole to a client that takes %s', async (accept) => {
    const response = await ask('{ people { name ... @defer(label: "a") { balance } ... @defer(label: "b") { payments { amount } } } }', { accept });
    expect(response.headers.get('content-type')).toMatch(/^application\/(graphql-response\+)?json; charset=utf-8$/);
    expect(await response.json()).toEqual({ data: { people: [{ name: 'Amina', balance: 7, payments: [{ amount: 3 }] }, { name: 'Brian', balance: 9, payments: [] }] } });
  });

  test('is no answer in parts when the operation is refused', async () => {
    const response = await ask('{ person(id: "1") { ... @defer { nothing } } }');
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
  });

  test('comes by GET, too; HEAD has its headers and no body', async () => {
    const address = `${edge.url}/graphql?query=${encodeURIComponent('{ person(id: "1") { name ... @defer { balance } } }')}`;
    const headers = { accept: PARTS };
    expect(await allOf(await fetch(address, { headers }))).toHaveLength(3);
    const head = await fetch(address, { method: 'HEAD', headers });
    expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([200, 'multipart/mixed; boundary="-"; deferSpec=20220824', '']);
    expect((await fetch(`${edge.url}/graphql?query=${encodeURIComponent('mutation { rename { id } }')}`, { method: 'HEAD' })).status).toBe(405);
  });

  test('is given up when its client leaves, and so is what it waits for', async () => {
    hold('money');
    const leaving = new AbortController();
    const response = await ask('{ person(id: "1") { name ... @defer { balance } } }', { signal: leaving.signal });
    await partsOf(response).next();
    await eventually(() => edge.fetches.some(({ subgraph }) => subgraph === 'money'));
    const waiting = edge.fetches.find(({ subgraph }) => subgraph === 'money');
    expect([waiting?.scope.signal.aborted, edge.leases()]).toEqual([false, 1]);
    leaving.abort();
    await eventually(() => waiting?.scope.signal.aborted === true);
  });
});

test('parts put together never reach beyond the answer, whatever their keys', async () => {
  async function* parts() {
    yield [{ path: ['__proto__'], data: '{"polluted":true}' }, { path: ['constructor', 'prototype'], data: '{"polluted":true}' }];
  }
  expect(await inOne('{}', undefined, parts())).toEqual({ data: '{}' });
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});
