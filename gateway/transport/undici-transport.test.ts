import { createServer, type Server } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import type { IncomingMessage, RequestListener } from 'node:http';
import { rmSync } from 'node:fs';
import { serverTls, type TlsFiles } from '#kernel/tls';
import { createTestAuthority, type TestAuthority } from '../testing/certificates';
import type { Transport, TransportRequest } from './transport';
import { createUndiciTransport } from './undici-transport';

const SERVER = 'spiffe://rahat/project/p1/i1';
let authority: TestAuthority;
let serverFiles: TlsFiles;
let transport: Transport;
let server: Server;
let sockets: Set<Socket>;
let url: string;

beforeAll(async () => {
  authority = await createTestAuthority();
  serverFiles = await authority.files(SERVER);
});
beforeEach(async () => {
  transport = createUndiciTransport(await authority.files('spiffe://rahat/gateway'));
});
afterEach(async () => {
  await transport.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});
afterAll(() => rmSync(authority.folder, { recursive: true, force: true }));

async function serve(answer: RequestListener): Promise<void> {
  sockets = new Set();
  server = createServer(serverTls(serverFiles), answer);
  server.on('secureConnection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

const request = (changes: Partial<TransportRequest> = {}): TransportRequest => ({ url, identity: SERVER, headers: { 'x-request-id': 'r1' }, body: '{"query":"{ a }"}', timeoutMs: 2000, ...changes });
const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'answered',
    (error: { failure?: string }) => error.failure,
  );
const bodyOf = async (incoming: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  return text;
};

describe('the transport to subgraphs', () => {
  it('posts, shows our certificate and keeps the connection', async () => {
    const seen: unknown[] = [];
    await serve((incoming, reply) => {
      void bodyOf(incoming).then((body) => {
        seen.push([incoming.method, incoming.url, incoming.headers['x-request-id'], body]);
        reply.writeHead(418).end('{"data":null}');
      });
    });
    expect(await transport.post(request())).toEqual({ status: 418, text: '{"data":null}', bytes: 13, shared: false });
    for (let i = 0; i < 5; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      await transport.post(request());
    }
    expect(seen[0]).toEqual(['POST', '/graphql', 'r1', '{"query":"{ a }"}']);
    expect(sockets.size).toBe(1);
  });

  it.each([['spiffe://rahat/project/p1/i2'], ['spiffe://rahat/core']])('sends nothing to a server that is not %s', async (identity) => {
    let asked = 0;
    await serve((_incoming, reply) => {
      asked += 1;
      reply.end('{}');
    });
    expect(await failure(transport.post(request({ identity })))).toBe('unreachable');
    expect(asked).toBe(0);
  });

  it('does not reuse a connection that was opened for another identity', async () => {
    await serve((_incoming, reply) => reply.end('{}'));
    await transport.post(request());
    expect(await failure(transport.post(request({ identity: 'spiffe://rahat/project/p1/i2' })))).toBe('unreachable');
  });

  it('does not speak without TLS to a server that must prove who it is', async () => {
    await serve((_incoming, reply) => reply.end('{}'));
    expect(await failure(transport.post(request({ url: url.replace('https', 'http') })))).toBe('unreachable');
  });

  it('knows that nothing was sent when nobody listens', async () => {
    await serve((_incoming, reply) => reply.end('{}'));
    expect(await failure(transport.post(request({ url: 'https://127.0.0.1:1/graphql' })))).toBe('unreachable');
  });

  it('knows that something was sent when the connection breaks', async () => {
    await serve((incoming) => incoming.socket.destroy());
    expect(await failure(transport.post(request()))).toBe('reset');
  });

  it('takes half of an answer for none', async () => {
    await serve((incoming, reply) => {
      reply.writeHead(200, { 'content-length': '100' });
      reply.write('{"data":');
      setTimeout(() => incoming.socket.destroy(), 20);
    });
    expect(await failure(transport.post(request()))).toBe('reset');
  });

  it('waits no longer than the deadline, also for the rest of an answer', async () => {
    await serve((incoming, reply) => {
      if (incoming.headers['x-request-id'] === 'slow-body') reply.writeHead(200).write('{');
    });
    expect(await failure(transport.post(request({ timeoutMs: 60 })))).toBe('timeout');
    expect(await failure(transport.post(request({ timeoutMs: 60, headers: { 'x-request-id': 'slow-body' } })))).toBe('timeout');
  });

  it('counts the time that it takes to connect', async () => {
    await serve(() => undefined);
    const mute = createTcpServer((socket) => sockets.add(socket));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const late = new Promise((resolve) => setTimeout(() => resolve('late'), 1500));
    const asked = failure(transport.post(request({ url: `https://127.0.0.1:${(mute.address() as AddressInfo).port}/`, timeoutMs: 60 })));
    expect(await Promise.race([asked, late])).toBe('timeout');
    mute.close();
  });

  it('gives up when told to', async () => {
    await serve(() => undefined);
    const controller = new AbortController();
    const waiting = failure(transport.post(request({ signal: controller.signal })));
    setTimeout(() => controller.abort(), 20);
    expect(await waiting).toBe('aborted');
    expect(await failure(transport.post(request({ signal: controller.signal })))).toBe('aborted');
  });

  it('closes connections to servers that are gone, after their answers', async () => {
    await serve((_incoming, reply) => void setTimeout(() => reply.end('{}'), 50));
    const waiting = transport.post(request());
    await new Promise((resolve) => setTimeout(resolve, 20));
    transport.keepOnly(['https://elsewhere.test']);
    expect((await waiting).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([...sockets].every((socket) => socket.destroyed)).toBe(true);
    transport.keepOnly([url]);
    expect((await transport.post(request())).status).toBe(200);
  });
});
