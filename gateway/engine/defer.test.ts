import { inOne } from '../http';
import { scopeOf } from '../testing/tree-source';
import { createEngine } from './create-engine';
import { compose } from './differential/testing/composition';
import { serveSubgraphs, type Breakage, type SubgraphDefinition } from './differential/testing/subgraph';
import type { DeferredPart, Engine } from './engine';
import { startCompilerHere } from './testing/compiler-here';

const subgraphs: Record<string, SubgraphDefinition> = {
  people: {
    sdl: 'type Query { people: [Person!]! person(id: ID!): Person } type Person @key(fields: "id") { id: ID! name: String! friend: Person }',
    rows: {
      Query: [{ people: [{ id: '1' }, { id: '2' }], person: ({ id }: { id: string }) => ({ id }) }],
      Person: [{ id: '1', name: 'Amina', friend: { id: '2' } }, { id: '2', name: 'Brian', friend: null }],
    },
  },
  money: {
    sdl: 'type Person @key(fields: "id") { id: ID! balance: Int payments: [Payment!]! } type Payment @key(fields: "id") { id: ID! amount: Int }',
    rows: { Person: [{ id: '1', balance: 7, payments: [{ id: 'a' }] }, { id: '2', balance: 9, payments: [] }], Payment: [{ id: 'a', amount: 3 }] },
  },
  notes: { sdl: 'type Payment @key(fields: "id") { id: ID! note: String }', rows: { Payment: [{ id: 'a', note: 'rent' }] } },
};

let engine: Engine;
let gates: Record<string, Promise<unknown>>;
let broken: Record<string, Breakage>;
let asked: string[];

beforeAll(async () => {
  const composed = compose(subgraphs);
  if (!composed.ok) throw new Error(composed.errors.join('\n'));
  const ask = serveSubgraphs(subgraphs);
  engine = await createEngine(
    { version: 1, sdl: composed.supergraphSdl, subgraphs: Object.keys(subgraphs).map((name) => ({ name, kind: 'test', url: null, config: {} })) },
    {
      source: ({ name }) => ({
        process: async ({ operation: { query }, variables }) => {
          asked.push(name);
          await gates[name];
          return ask({ subgraph: name, query, variables: variables.values() }, { fetches: [], state: new Map(), broken });
        },
      }),
      limits: { maxTokens: 1000, introspection: true },
      startCompiler: startCompilerHere,
    },
  );
});
beforeEach(() => ([gates, broken, asked] = [{}, {}, []]));

async function run(query: string, variables: Record<string, unknown> = {}) {
  const planned = await engine.plan(query);
  if (!planned.ok) throw new Error(JSON.stringify(planned.errors));
  return engine.execute(planned.operation, { variables, scope: scopeOf() });
}

async function partsOf(deferred: AsyncIterable<readonly DeferredPart[]> | undefined): Promise<unknown[][]> {
  const parts: unknown[][] = [];
  for await (const some of deferred ?? []) parts.push(some.map(({ label, path, data, errors }) => [label ?? null, path.join('.'), JSON.parse(data), ...(errors ?? []).map(({ message }) => message)]));
  return parts;
}

describe('a deferred part', () => {
  test('does not hold up the rest, and comes with its label at each of its places', async () => {
    let open: (value: unknown) => void = () => undefined;
    gates.money = new Promise((resolve) => (open = resolve));
    const { data, errors, deferred } = await run('{ people { name ... @defer(label: "money") { balance } } }');
    expect([data, errors]).toEqual(['{"people":[{"name":"Amina"},{"name":"Brian"}]}', undefined]);
    open(null);
    expect(await partsOf(deferred)).toEqual([[['money', 'people.0', { balance: 7 }], ['money', 'people.1', { balance: 9 }]]]);
  });

  test('may be a named fragment, and may defer again', async () => {
    const { data, deferred } = await run(`{ person(id: "1") { name ...Money @defer } }
      fragment Money on Person { payments { id ... @defer(label: "notes") { note } } }`);
    expect(data).toBe('{"person":{"name":"Amina"}}');
    expect((await partsOf(deferred)).flat()).toEqual([[null, 'person', { payments: [{ id: 'a' }] }], ['notes', 'person.payments.0', { note: 'rent' }]]);
  });

  test('is answered under the client’s keys, also where the plan must use others', async () => {
    const { data, deferred } = await run('{ person(id: "1") { id: name ... @defer { b: balance } } }');
    expect(data).toBe('{"person":{"id":"Amina"}}');
    expect((await partsOf(deferred)).flat()).toEqual([[null, 'person', { b: 7 }]]);
  });

  test('tells its own errors', async () => {
    broken = { money: 'down' };
    const { data, errors, deferred } = await run('{ person(id: "1") { name ... @defer { balance } } }');
    expect([data, errors]).toEqual(['{"person":{"name":"Amina"}}', undefined]);
    expect((await partsOf(deferred)).flat()).toEqual([[null, 'person', { balance: null }, 'money does not answer']]);
  });

  test('is not deferred when the client says so', async () => {
    const query = 'query ($later: Boolean!) { person(id: "1") { name ... @defer(if: $later) { balance } } }';
    expect(await run(query, { later: false })).toEqual({ data: '{"person":{"name":"Amina","balance":7}}' });
    expect((await run(query, { later: true })).deferred).toBeDefined();
  });

  test('of nothing is nothing', async () => {
    const { data, deferred } = await run('{ person(id: "gone") { friend { name ... @defer { balance } } } }');
    expect(JSON.parse(data ?? '')).toEqual({ person: { friend: null } });
    expect(await partsOf(deferred)).toEqual([]);
  });
});

test.each([
  '{ people { id ... @defer { name balance } } }',
  '{ people { ... @defer { name } ... @defer { balance payments { amount } } } }',
  '{ people { name friend { ... @defer(label: "a") { name balance friend { name } } } ... @defer(label: "b") { payments { id ... @defer(label: "c") { note amount } } } } }',
  '{ ... @defer { people { balance } } person(id: "2") { name } }',
])('what comes in parts adds up to the whole: %s', async (query) => {
  const { data, errors, deferred } = await run(query);
  const whole = await run(query.replaceAll(/@defer(\(label: "\w"\))?/g, ''));
  const sum = deferred ? await inOne(data ?? '', errors, deferred) : { data };
  expect(JSON.parse(sum.data ?? '')).toEqual(JSON.parse(whole.data ?? ''));
});
