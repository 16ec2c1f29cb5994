import { createWorld, eventually, type TestGateway, type World } from '../testing/world';
import type { TestService } from '../testing/graphql-service';

// Parts are framed by RFC 2046, section 5.1.1, and follow https://github.com/graphql/graphql-over-http/blob/main/rfcs/IncrementalDelivery.md.
const ACCEPT = 'multipart/mixed; deferSpec=20220824, application/json';
const DEFERRED = '{ projects { id ... @defer(label: "tree") { tree { title } } } }';

describe.each(['thin', 'apollo'])('@defer over HTTP with the %s front', (front) => {
  let world: World;
  let gateway: TestGateway;
  let service: TestService;
  let token: string;

  beforeAll(async () => {
    world = await createWorld();
    service = await world.addProject('p1');
    gateway = await world.startGateway({ GATEWAY_FRONT: front });
    await eventually(async () => (await gateway.get('/readiness')).status === 200);
    token = await world.core.token('reader');
    await eventually(async () => (await gateway.query('{ treeReport(projectId: "p1") }', { token })).data?.treeReport !== null);
  });
  afterAll(async () => world.stop());
  afterEach(() => {
    service.hold = Promise.resolve();
  });

  const ask = (query: string, accept = ACCEPT, signal?: AbortSignal): Promise<Response> =>
    fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${token}` }, body: JSON.stringify({ query }), ...(signal ? { signal } : {}) });

  it('says in its content type how parts are framed', async () => {
    const response = await ask(DEFERRED);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'multipart/mixed; boundary="-"; deferSpec=20220824']);
    const text = await response.text();
    expect(text.startsWith('\r\n---\r\ncontent-type: application/json; charset=utf-8\r\n\r\n{')).toBe(true);
    expect(text.endsWith('\r\n-----\r\n')).toBe(true);
  });

  it('answers what is ready while a slow service still works on what is deferred', async () => {
    let release = (): void => undefined;
    service.hold = new Promise<void>((resolve) => (release = resolve));
    const reading = partsOf(await ask(DEFERRED));
    expect((await reading.next()).value).toEqual({ data: { projects: [{ id: 'p1' }] }, hasNext: true });
    release();
    const rest: unknown[] = [];
    for await (const part of reading) rest.push(part);
    expect(rest).toEqual([{ incremental: [{ path: ['projects', 0], label: 'tree', data: { tree: { title: 'tree of p1' } } }], hasNext: true }, { hasNext: false }]);
  });

  it.each([
    ['does not want parts', DEFERRED, 'application/json'],
    ['defers nothing, by condition', '{ projects { id ... @defer(if: false) { tree { title } } } }', ACCEPT],
  ])('answers in one when the client %s', async (_when, query, accept) => {
    const response = await ask(query, accept);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toEqual({ data: { projects: [{ id: 'p1', tree: { title: 'tree of p1' } }] } });
  });

  it('lets go when the client leaves between two parts, and serves on', async () => {
    let release = (): void => undefined;
    service.hold = new Promise<void>((resolve) => (release = resolve));
    const leaving = new AbortController();
    await partsOf(await ask(DEFERRED, ACCEPT, leaving.signal)).next();
    leaving.abort();
    release();
    service.hold = Promise.resolve();
    expect((await gateway.query('{ whoami }', { token })).data).toEqual({ whoami: 'reader' });
  });

  it('tells an error in the part that it belongs to', async () => {
    await service.stop();
    const parts = await allOf(partsOf(await ask(DEFERRED)));
    expect(parts[0]).toEqual({ data: { projects: [{ id: 'p1' }] }, hasNext: true });
    expect(parts[1]).toMatchObject({ incremental: [{ path: ['projects', 0], data: { tree: null }, errors: [{ extensions: { code: 'PROJECT_UNAVAILABLE', projectId: 'p1' } }] }] });
  });
});

/** Reads parts strictly, as they come. */
async function* partsOf(response: Response): AsyncGenerator<unknown, void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    for (;;) {
      const match = /^\r\n---\r\ncontent-type: application\/json; charset=utf-8\r\n\r\n(.*)/.exec(text);
      // A part is whole when its JSON is; `deferred-answers.test.ts` reads by delimiters.
      const json = match?.[1] === undefined ? undefined : wholeJson(match[1]);
      if (!match || json === undefined) break;
      text = text.slice(match[0].length);
      yield json;
    }
  }
  expect(text).toBe('\r\n-----\r\n');
}

function wholeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function allOf(parts: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const part of parts) all.push(part);
  return all;
}
