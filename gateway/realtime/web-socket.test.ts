import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import { anonymous } from '#kernel/auth';
import { eventually } from '../testing/world';
import { unlimited } from '../limits';
import type { Messages } from './event-stream';
import { stoppable } from './stoppable';
import { addWebSocket } from './web-socket';

const BIG = JSON.stringify({ text: 'x'.repeat(64 * 1024) });
const ENDLESS = 1_000_000;

beforeAll(() => void jest.spyOn(console, 'error').mockImplementation()); // the library says there what it makes of failures
afterAll(() => jest.restoreAllMocks());

let server: Server;
let sockets: ReturnType<typeof addWebSocket>;
let port: number;
let made: Record<string, number>;
let aborted: string[];
let open: WebSocket[];

const messages: Messages = ({ query }, scope) =>
  stoppable(scope.signal, async function* (signal) {
    signal.addEventListener('abort', () => aborted.push(query));
    if (query === 'once') await new Promise((resolve) => signal.addEventListener('abort', resolve));
    for (let position = 1; position <= ENDLESS && !signal.aborted; position++) {
      await new Promise(setImmediate); // as an event that is resolved over the network
      made[query] = position;
      yield { position: String(position), data: BIG };
    }
  });

beforeEach(async () => {
  [made, aborted, open] = [{}, [], []];
  server = createServer((_request, response) => response.end('here'));
  sockets = addWebSocket(server, {
    messages,
    findCaller: async () => ({ principal: anonymous, stale: false, access: null }),
    findDocument: ({ query }) => query ?? '',
    admit: unlimited,
    trust: () => false,
    kindOf: async ({ query }) => {
      if (query === 'kind') throw new Error('the password is hunter2');
      return query === 'once' ? 'query' : 'subscription';
    },
    maxMessage: 1024 * 1024,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  for (const socket of open) socket.terminate();
  await sockets.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function dial(): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
  open.push(socket);
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send('{"type":"connection_init"}');
  await new Promise((resolve) => socket.once('message', resolve));
  return socket;
}
const subscribe = (socket: WebSocket, query: string): void => socket.send(JSON.stringify({ id: query, type: 'subscribe', payload: { query } }));

async function stuck(query: string): Promise<WebSocket> {
  const socket = await dial();
  socket.pause();
  subscribe(socket, query);
  let before = -1;
  await eventually(async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const same = made[query] !== undefined && made[query] === before;
    before = made[query] ?? -1;
    return same;
  });
  return socket;
}

test('a client that does not read pauses its own subscription: no more is made than the connection holds', async () => {
  const socket = await stuck('slow');
  const before = made.slow ?? 0;
  expect(before).toBeLessThan(ENDLESS / 100);
  socket.resume();
  await eventually(() => (made.slow ?? 0) > before + 500);
});

test('a client that does not read holds nobody back', async () => {
  await stuck('slow');
  const before = made.slow;
  subscribe(await dial(), 'quick');
  await eventually(() => (made.quick ?? 0) > 500);
  expect(made.slow).toBe(before);
});

test('a client that asks on and on and reads no answer is cut off', async () => {
  const socket = await dial();
  socket.pause();
  const ping = JSON.stringify({ type: 'ping', payload: { echo: 'x'.repeat(500_000) } });
  const asking = setInterval(() => socket.readyState === WebSocket.OPEN && socket.bufferedAmount < 2_000_000 && socket.send(ping), 1);
  const [served] = await connections();
  expect(served).toBe(1);
  await eventually(async () => (await connections())[0] === 0, 20_000);
  clearInterval(asking);
});

test('a query ends with the connection that asked it', async () => {
  const socket = await dial();
  subscribe(socket, 'once');
  await new Promise((resolve) => setTimeout(resolve, 20));
  socket.terminate();
  await eventually(() => aborted.includes('once'));
});

test('a failure of ours tells nothing of our insides', async () => {
  const socket = await dial();
  subscribe(socket, 'kind');
  const [code, reason] = await new Promise<[number, string]>((resolve) => socket.once('close', (status, text) => resolve([status, String(text)])));
  expect([code, reason]).toEqual([4500, 'Internal server error']);
});

test.each(['/nowhere', '/graphql'])('an upgrade at %s that is refused leaves no connection behind, and cannot break the server', async (path) => {
  const request = `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`;
  const stays = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('data', () => undefined);
  stays.write(request);
  for (let attempt = 0; attempt < 20; attempt++) {
    const leaves = connect(port, '127.0.0.1').on('error', () => undefined);
    leaves.write(request, () => leaves.resetAndDestroy());
  }
  await new Promise((resolve) => stays.once('end', resolve));
  await eventually(async () => (await connections())[0] === 0);
  stays.destroy();
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('here');
});

async function connections(): Promise<[number]> {
  return [await new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)))];
}
