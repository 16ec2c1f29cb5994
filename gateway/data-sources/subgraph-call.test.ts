import { gzipSync } from 'node:zlib';
import { createFakeTransport } from '../testing/fake-transport';
import { fakeDeps, scopeOf } from '../testing/tree-source';
import { callSubgraph, type CallResult } from './subgraph-call';

async function answered(text: string, { status = 200, mutation = false } = {}): Promise<CallResult> {
  const deps = fakeDeps(createFakeTransport({ 'https://a.test': { status, text } }), new Map());
  return callSubgraph(deps, { subgraph: 'a', url: 'https://a.test', identity: 'x', token: 't', body: '{"query":"{ a }"}', mutation, scope: scopeOf(), instance: 'a' });
}
const answerOf = (data: unknown, ...errors: unknown[]): CallResult => ({ kind: 'answered', answer: { data: data as null, ...(errors.length > 0 ? { errors: errors as [] } : {}) } });

describe('what a subgraph answers', () => {
  test.each([
    ['nothing', ''],
    ['HTML', '<html>502 Bad Gateway</html>'],
    ['JSON that breaks off', '{"data":{"a":'],
    ['compressed bytes that nobody asked for', gzipSync('{"data":{}}').toString('latin1')],
    ['a list', '[{"data":{"a":1}}]'],
    ['text', '"data"'],
    ['null', 'null'],
    ['neither data nor errors', '{"data":null}'],
    ['data that is a list', '{"data":[]}'],
    ['errors that are no list', '{"data":{"a":1},"errors":"no"}'],
    ['errors without messages', '{"data":{"a":1},"errors":[{}]}'],
    ['errors that are null', '{"errors":[null]}'],
  ])('is no answer when it is %s', async (_what, text) => {
    expect([await answered(text), await answered(text, { mutation: true })]).toEqual([{ kind: 'unavailable' }, { kind: 'unknown' }]);
  });

  test.each([301, 307, 401, 403])('is no answer with the status %i, which is followed nowhere', async (status) => {
    expect(await answered(status < 400 ? '' : '{"data":{"a":1}}', { status })).toEqual({ kind: 'unavailable' });
  });

  test('is an answer whatever else the status is', async () => {
    expect(await answered('{"data":{"a":1}}', { status: 500 })).toEqual(answerOf({ a: 1 }));
  });

  test.each(['null', '[]'])('has no errors when it says that they are %s', async (errors) => {
    expect(await answered(`{"data":{"a":1},"errors":${errors}}`)).toEqual(answerOf({ a: 1 }));
  });

  test.each(['5', '"a.b"', '{"0":"a"}', '["a",null]', '["a",{}]', '[1.5]', 'true'])('keeps its errors without their place when that is %s', async (path) => {
    expect(await answered(`{"data":{"a":1},"errors":[{"message":"m","path":${path},"extensions":{"code":"X"}}]}`)).toEqual(answerOf({ a: 1 }, { message: 'm', extensions: { code: 'X' } }));
  });

  test.each(['"text"', '[1]', 'null', '7'])('keeps its errors without extensions that are %s', async (extensions) => {
    expect(await answered(`{"errors":[{"message":"m","path":["a",0],"extensions":${extensions}}]}`)).toEqual(answerOf(null, { message: 'm', path: ['a', 0], extensions: {} }));
  });

  test('keeps to itself what its errors tell of its insides', async () => {
    const extensions = '{"code":"X","http":{"status":401},"stacktrace":["at secret.js"],"exception":{"stacktrace":[]},"field":"name"}';
    expect(await answered(`{"errors":[{"message":"m","locations":[{"line":1,"column":1}],"extensions":${extensions}}]}`)).toEqual(answerOf(null, { message: 'm', extensions: { code: 'X', field: 'name' } }));
  });
});
