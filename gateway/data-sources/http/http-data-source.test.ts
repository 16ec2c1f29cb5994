import { buildSchema } from 'graphql';
import { createFakeTransport, type FakeServer } from '../../testing/fake-transport';
import { fakeDeps, scopeOf } from '../../testing/tree-source';
import type { SubgraphAnswer } from '../data-source';
import { createHttpDataSource } from './http-data-source';
import { fetchOf } from '../../testing/subgraph-fetch';

const schema = buildSchema('type Query { a(x: Int): Int } type Mutation { b: Int }');

function ask(server: FakeServer, query: string, audience = 'core') {
  const transport = createFakeTransport({ 'https://core.test': server });
  const deps = fakeDeps(transport, new Map());
  const source = createHttpDataSource({ name: 'one', kind: 'http', url: 'https://core.test', config: { audience } }, deps);
  const answer = source.process(fetchOf(query, { x: 1 }, scopeOf()));
  return { answer, transport, deps };
}
const code = async (answer: Promise<SubgraphAnswer>): Promise<unknown> => (await answer).errors?.map(({ extensions }) => extensions?.code);

describe('a plain subgraph', () => {
  it('is asked as its audience, with the fetch unchanged', async () => {
    const { answer, transport } = ask(schema, 'query Q($x: Int) { a(x: $x) }');
    expect(await answer).toEqual({ data: { a: null } });
    expect(transport.sent[0]?.request).toMatchObject({
      url: 'https://core.test/graphql',
      identity: 'spiffe://rahat/core',
      headers: { 'x-rahat-principal': 'u1>core', 'x-request-id': 'r1' },
      body: JSON.stringify({ query: 'query Q($x: Int) { a(x: $x) }', operationName: 'Q', variables: { x: 1 } }),
    });
  });

  it('is read again once after a broken connection, and changed never', async () => {
    const read = ask({ fail: 'reset', once: schema }, '{ a }');
    expect(await read.answer).toEqual({ data: { a: null } });
    const change = ask({ fail: 'reset', once: schema }, 'mutation { b }');
    expect(await code(change.answer)).toEqual(['OUTCOME_UNKNOWN']);
    expect(change.transport.sent).toHaveLength(1);
    expect(change.deps.outcomes).toEqual(['reset']);
  });

  it('that cannot be reached is CORE_UNAVAILABLE for core, NOT_READY for others, also for changes', async () => {
    expect(await code(ask({ fail: 'unreachable' }, 'mutation { b }').answer)).toEqual(['CORE_UNAVAILABLE']);
    expect(await code(ask({ fail: 'timeout' }, '{ a }', 'chain').answer)).toEqual(['NOT_READY']);
  });

  it('does not choose the status of our own answer, nor show its insides', async () => {
    const text = '{"data":null,"errors":[{"message":"m","path":["a"],"locations":[],"extensions":{"code":"CONFLICT","field":"a","http":{"status":299},"stacktrace":["s"]}}]}';
    expect(await ask({ status: 200, text }, '{ a }').answer).toEqual({ data: null, errors: [{ message: 'm', path: ['a'], extensions: { code: 'CONFLICT', field: 'a' } }] });
  });

  it.each(['5', '"a"', '{}', '[{"a":1}]', '[null]', 'null'])('has its errors told without a path when that is %s', async (path) => {
    expect(await ask({ status: 200, text: `{"data":{"a":1},"errors":[{"message":"m","path":${path},"extensions":{"code":"CONFLICT"}}]}` }, '{ a }').answer).toEqual({
      data: { a: 1 },
      errors: [{ message: 'm', extensions: { code: 'CONFLICT' } }],
    });
  });

  it('needs a URL and an audience', () => {
    const deps = fakeDeps(createFakeTransport(), new Map());
    expect(() => createHttpDataSource({ name: 'one', kind: 'http', url: null, config: { audience: 'core' } }, deps)).toThrow();
    expect(() => createHttpDataSource({ name: 'one', kind: 'http', url: 'https://a.test', config: {} }, deps)).toThrow();
  });
});
