import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { documentIdOf } from '#kernel/trusted-documents';
import { createWorld, eventually, type TestGateway, type World } from '../testing/world';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await world.addProject('p1');
});
afterAll(() => world.stop());

async function started(changes: Record<string, string>): Promise<TestGateway> {
  const gateway = await world.startGateway(changes);
  await eventually(async () => (await gateway.get('/readiness')).status === 200);
  return gateway;
}

const LIMITED = { RATE_LIMIT: 'true', RATE_LIMIT_ANONYMOUS_BURST: '3', RATE_LIMIT_ANONYMOUS_PER_MINUTE: '1', RATE_LIMIT_BURST: '5', RATE_LIMIT_PER_MINUTE: '1' };

describe('a client who asks for too much', () => {
  test('is told so with 429 and when to come back, in GraphQL and in REST', async () => {
    const gateway = await started(LIMITED);
    const first = await gateway.query('{ whoami }');
    expect([first.headers.get('ratelimit-policy'), first.headers.get('ratelimit')]).toEqual(['"default";q=3;w=180', expect.stringMatching(/^"default";r=2;t=\d+$/)]);
    for (let i = 0; i < 2; i++) await gateway.query('{ whoami }');
    const refused = await gateway.query('{ whoami }');
    expect([refused.status, refused.errors?.[0]?.extensions.code]).toEqual([429, 'RATE_LIMITED']);
    const seconds = Number(refused.headers.get('retry-after'));
    expect([seconds > 30, seconds <= 60, refused.errors?.[0]?.extensions.retryAfterSeconds]).toEqual([true, true, seconds]);
    const rest = await fetch(`${gateway.url}/projects`, { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': 'k' }, body: '{"name":"n","type":"t"}' });
    expect([rest.status, rest.headers.get('retry-after') === null]).toEqual([429, false]);
    expect((await gateway.get('/health')).status).toBe(200);
    expect(await (await gateway.get('/metrics')).text()).toContain('gateway_refused_total{code="RATE_LIMITED"} 2');
  });

  test.each(['thin', 'apollo'])('pays more for an operation that costs more, with the %s front', async (front) => {
    const gateway = await started({ ...LIMITED, GATEWAY_FRONT: front, RATE_LIMIT_COST_PER_TOKEN: '10' });
    const token = await world.core.token('reader');
    const leaves = (first: number) => gateway.query('query ($n: Int) { treeLeaves(projectId: "p1", first: $n) { id } }', { token, variables: { n: first } });
    expect((await leaves(30)).status).toBe(200); // three tokens of five
    expect([(await leaves(40)).status, (await leaves(1)).status]).toEqual([429, 200]); // one for asking, and none left for the rest
  });

  test('is another by token than by address, and each bad token counts for the address', async () => {
    const gateway = await started(LIMITED);
    for (let i = 0; i < 3; i++) expect((await gateway.query('{ whoami }', { token: 'forged' })).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await gateway.query('{ whoami }', { token: 'forged' })).status).toBe(429);
    expect((await gateway.query('{ whoami }', { token: await world.core.token('reader') })).status).toBe(200);
  });

  test('cannot claim another address, unless a proxy of ours says so', async () => {
    const from = (gateway: TestGateway, address: string) => gateway.query('{ whoami }', { headers: { 'x-forwarded-for': address } });
    const [open, behind] = [await started(LIMITED), await started({ ...LIMITED, TRUST_PROXY: '127.0.0.0/8' })];
    for (let i = 0; i < 3; i++) await Promise.all([from(open, `192.0.2.${i}`), from(behind, `192.0.2.${i}`)]);
    expect([(await from(open, '192.0.2.9')).status, (await from(behind, '192.0.2.9')).status]).toEqual([429, 200]);
    expect((await from(behind, '198.51.100.1, 192.0.2.9')).headers.get('ratelimit')).toMatch(/r=1;/); // only the proxy’s own word counts
  });

  test('is refused by WebSocket and by event stream as well', async () => {
    const gateway = await started(LIMITED);
    const client = createClient({ url: `${gateway.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
    const ask = (): Promise<unknown> =>
      new Promise((resolve) => {
        client.subscribe({ query: '{ whoami }' }, { next: ({ data }) => resolve(data), error: (errors) => resolve((errors as { extensions: { code: string } }[])[0]?.extensions.code), complete: () => undefined });
      });
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual([{ whoami: 'anonymous' }, { whoami: 'anonymous' }, { whoami: 'anonymous' }, 'RATE_LIMITED']);
    await client.dispose();
    const stream = await gateway.get('/graphql?query=%7Bwhoami%7D', { accept: 'text/event-stream' });
    expect([stream.status, stream.headers.get('retry-after') === null]).toEqual([429, false]);
  });
});

describe('answers that are too large', () => {
  const ask = (gateway: TestGateway) => async (query: string) => (await gateway.query(query, { token: await world.core.token('reader') })).errors?.map(({ extensions }) => extensions.code);

  test('are not sent to clients', async () => {
    const gateway = await started({ MAX_RESPONSE_CHARACTERS: '60' });
    expect(await ask(gateway)('{ whoami }')).toBeUndefined();
    expect(await ask(gateway)('{ a: whoami b: whoami c: whoami d: whoami e: whoami f: whoami }')).toEqual(['RESPONSE_TOO_LARGE']);
  });

  test('are not read from subgraphs', async () => {
    const gateway = await started({ SUBGRAPH_MAX_RESPONSE_BYTES: '100' });
    expect(await ask(gateway)('{ whoami }')).toBeUndefined();
    expect(await ask(gateway)('{ a: whoami b: whoami c: whoami d: whoami e: whoami f: whoami g: whoami h: whoami i: whoami }')).toContain('RESPONSE_TOO_LARGE');
  });
});

describe('documents that are not written in the request', () => {
  const KNOWN = 'query Who { whoami }';
  const search = (parameters: Record<string, unknown>): string => `/graphql?${new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]))}`;
  const answer = async (response: Response): Promise<unknown> => {
    const { data, errors } = (await response.json()) as { data?: unknown; errors?: { message: string; extensions: { code: string } }[] };
    return [response.status, errors?.[0]?.extensions.code ?? data, ...(errors ? [errors[0]?.message] : [])];
  };
  const persistedQuery = { version: 1, sha256Hash: documentIdOf(KNOWN) };

  test('are found by hash once they were sent, also by GET', async () => {
    const gateway = await started({ AUTOMATIC_PERSISTED_QUERIES: 'true' });
    expect(await answer(await gateway.get(search({ extensions: { persistedQuery } })))).toEqual([200, 'PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound']);
    expect(await answer(await gateway.get(search({ query: KNOWN, extensions: { persistedQuery } })))).toEqual([200, { whoami: 'anonymous' }]);
    expect(await answer(await gateway.get(search({ extensions: { persistedQuery } })))).toEqual([200, { whoami: 'anonymous' }]);
  });

  test('are all that is run where only registered ones are trusted', async () => {
    const file = join(String(world.environment.STATE_DIR), 'trusted.json');
    writeFileSync(file, JSON.stringify({ 'app:who': KNOWN, 'app:grow': 'mutation ($p: ID!) { treeGrow(projectId: $p, input: { title: "t" }) { id } }' }));
    const gateway = await started({ TRUSTED_DOCUMENTS: 'enforce', TRUSTED_DOCUMENTS_FILE: file });
    const post = (body: unknown) => fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    expect(await answer(await post({ documentId: 'app:who' }))).toEqual([200, { whoami: 'anonymous' }]);
    expect(await answer(await post({ query: KNOWN }))).toEqual([200, { whoami: 'anonymous' }]);
    expect(await answer(await post({ query: '{ whoami }' }))).toEqual([403, 'DOCUMENT_NOT_TRUSTED', expect.any(String)]);
    expect(await answer(await post({ query: '{ whoami }', extensions: { persistedQuery: { version: 1, sha256Hash: documentIdOf('{ whoami }') } } }))).toEqual([403, 'DOCUMENT_NOT_TRUSTED', expect.any(String)]);
    expect((await gateway.get(search({ documentId: 'app:grow', variables: { p: 'p1' } }))).status).toBe(405); // by GET nothing is changed, whoever wrote it
    const rest = await fetch(`${gateway.url}/projects`, { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': 'by-rest' }, body: '{"name":"n","type":"t"}' });
    expect(rest.status).toBe(201); // REST runs documents of our own

    const client = createClient({ url: `${gateway.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
    const code = await new Promise((resolve) => client.subscribe({ query: '{ whoami }' }, { next: resolve, error: (errors) => resolve((errors as { extensions: { code: string } }[])[0]?.extensions.code), complete: () => undefined }));
    expect(code).toBe('DOCUMENT_NOT_TRUSTED');
    await client.dispose();
  });

  test('must be there when the gateway is told of them', async () => {
    await expect(world.startGateway({ TRUSTED_DOCUMENTS: 'allow' })).rejects.toThrow(/TRUSTED_DOCUMENTS_FILE/);
    await expect(world.startGateway({ TRUSTED_DOCUMENTS: 'allow', TRUSTED_DOCUMENTS_FILE: '/nowhere.json' })).rejects.toThrow(/ENOENT/);
  });
});
