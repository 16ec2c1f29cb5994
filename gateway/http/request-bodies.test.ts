import { request } from 'node:http';
import { startEdge, type EdgeServer } from '../testing/edge-server';

let edge: EdgeServer;
beforeAll(async () => void (edge = await startEdge({ one: { sdl: 'type Query { say(text: String, any: JSON): String } scalar JSON', resolve: (_source, { text }: { text?: string }) => text ?? null } }, 'thin')));
afterAll(() => edge.stop());

interface Reply {
  status: number;
  body: { data?: { say: string | null }; errors?: { extensions: { code: string } }[] };
}

/** Bytes as they are, with these headers and no others. */
function send(body: Buffer | string, headers: Record<string, string> = { 'content-type': 'application/json' }, path = '/graphql', method = 'POST'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = request(edge.url + path, { method, headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => (text += String(chunk))).on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Reply['body'] }));
    });
    asked.on('error', reject).end(body);
  });
}
const asking = (text: string): string => JSON.stringify({ query: 'query ($text: String) { say(text: $text) }', variables: { text } });

describe('a body', () => {
  test.each(['application/json', 'application/json; charset=utf-8', 'application/json;charset="UTF-8"', 'Application/JSON'])('is read as UTF-8 when it is %s', async (type) => {
    expect(await send(asking('José 👋'), { 'content-type': type })).toEqual({ status: 200, body: { data: { say: 'José 👋' } } });
  });

  test('may begin with a byte order mark', async () => {
    expect((await send(`\ufeff${asking('a')}`)).body).toEqual({ data: { say: 'a' } });
  });

  test.each(['iso-8859-1', 'utf-16', 'windows-1252'])('in %s is refused, since it would be read as something else', async (charset) => {
    expect((await send(Buffer.from(asking('José'), 'latin1'), { 'content-type': `application/json; charset=${charset}` })).status).toBe(415);
  });

  test.each(['gzip', 'br', 'deflate'])('packed as %s is refused', async (encoding) => {
    expect((await send(asking('a'), { 'content-type': 'application/json', 'content-encoding': encoding })).status).toBe(415);
  });

  // What a page of another origin can send without asking first (https://fetch.spec.whatwg.org/#simple-header).
  test.each<[Record<string, string>]>([[{}], [{ 'content-type': 'text/plain' }], [{ 'content-type': 'text/plain; x=application/json' }], [{ 'content-type': 'application/x-www-form-urlencoded' }], [{ 'content-type': 'multipart/form-data; boundary=application/json' }], [{ 'content-type': 'application/jsonp' }]])('with the headers %j is refused', async (headers) => {
    expect((await send(asking('a'), headers)).status).toBe(415);
    expect((await send('', headers, `/graphql?query=${encodeURIComponent('{ say }')}`)).status).toBeGreaterThanOrEqual(400);
  });

  test.each(['null', '1', '"{ say }"', '{}', '{"query":null}', '{"query":{"a":1}}', '{"__proto__":{"query":"{ say }"}}', '{"query":"{ say }","variables":{"__proto__":{"x":1}}}', '{"query":"{ say }"', '{"query":"{ say }"}{}'])('that is %s is refused as BAD_USER_INPUT', async (body) => {
    const reply = await send(body);
    expect([reply.status, reply.body.errors?.[0]?.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
  });

  test.each(['[]', '[{"query":"{ say }"}]'])('that is the list %s is refused as BATCH_REFUSED', async (body) => {
    const reply = await send(body);
    expect([reply.status, reply.body.errors?.[0]?.extensions.code]).toEqual([400, 'BATCH_REFUSED']);
  });

  test('keeps text as it came: null bytes, lone surrogates, escapes', async () => {
    for (const text of ['\u0000', '\ud800', '"\\\u2028', '\ufeff']) expect((await send(asking(text))).body.data).toEqual({ say: text });
  });

  test('may have extensions of any depth, which are not ours to read', async () => {
    const body = `{"query":"{ say }","extensions":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`;
    expect((await send(body)).body).toEqual({ data: { say: null } });
  });
});

test.each(['query=%7B%20say%20%7D&query=%7B%20say%20%7D', 'query=', 'variables=%7B%7D', 'query=%7Bsay%7D&variables=1', 'query=%7Bsay%7D&variables=%7B', 'query=%7Bsay%7D&extensions=%5B%5D', 'query[x]=1', '__proto__[query]=%7Bsay%7D'])('the address with %s is refused as BAD_USER_INPUT', async (search) => {
  const reply = await send('', {}, `/graphql?${search}`, 'GET');
  expect([reply.status, reply.body.errors?.[0]?.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
});
