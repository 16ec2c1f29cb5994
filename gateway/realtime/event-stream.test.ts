import { connect, type AddressInfo, type Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { scopeOf } from '../testing/tree-source';
import { eventually } from '../testing/world';
import { createEventStream } from './event-stream';
import { stoppable } from './stoppable';

const BIG = JSON.stringify('x'.repeat(64 * 1024));
const ENDLESS = 1_000_000;

let server: FastifyInstance;
let events: ReturnType<typeof createEventStream>;
/** Messages that were made for each client, by the query that it asked. */
let made: Record<string, number>;
let ended: string[];
let clients: Socket[];

beforeEach(async () => {
  [made, ended, clients] = [{}, [], []];
  events = createEventStream(({ query }, scope) =>
    stoppable(scope.signal, async function* (signal) {
      try {
        for (let position = 1; position <= ENDLESS && !signal.aborted; position++) {
          made[query] = position;
          yield { position: String(position), data: BIG };
        }
      } finally {
        ended.push(query);
      }
    }),
  );
  server = Fastify({ forceCloseConnections: true });
  server.get<{ Params: { name: string } }>('/:name', (request, reply) => {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    return events.answer({ query: request.params.name, operationName: null, variables: {}, extensions: {}, allowed: ['subscription'] }, request, reply, { ...scopeOf(), signal: gone.signal });
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  for (const client of clients) client.destroy();
  await events.close();
  await server.close();
});

function ask(name: string): Socket {
  const client = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  clients.push(client);
  client.on('error', () => undefined).write(`GET /${name} HTTP/1.1\r\nhost: x\r\n\r\n`);
  return client;
}

/** Asks and never reads; resolves when the server has stopped making messages for it. */
async function stuck(name: string): Promise<Socket> {
  const client = ask(name).pause();
  let before = -1;
  await eventually(async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const same = made[name] !== undefined && made[name] === before;
    before = made[name] ?? -1;
    return same;
  });
  return client;
}

test('a client that does not read pauses its own subscription: no more is made than the connection holds', async () => {
  const client = await stuck('slow');
  expect(made.slow).toBeLessThan(ENDLESS / 100);
  const before = made.slow ?? 0;
  client.on('data', () => undefined).resume();
  await eventually(() => (made.slow ?? 0) > before + 500);
  expect(ended).toEqual([]);
});

test('a client that does not read holds nobody back', async () => {
  await stuck('slow');
  const before = made.slow;
  ask('quick').on('data', () => undefined);
  await eventually(() => (made.quick ?? 0) > 500);
  expect(made.slow).toBe(before);
});

test('a client that leaves unread messages behind ends its subscription', async () => {
  (await stuck('slow')).destroy();
  await eventually(() => ended.includes('slow'));
});

test('closing does not wait for a client that does not read', async () => {
  const client = await stuck('slow');
  await events.close();
  expect(ended).toEqual(['slow']);
  client.resume();
  await new Promise((resolve) => client.once('close', resolve));
});

test('closing tells a client that reads that this is the end', async () => {
  events = createEventStream((_operation, scope) => stoppable(scope.signal, async function* (signal) {
    yield { position: '1', data: '{}' };
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  }));
  let text = '';
  ask('reads').on('data', (chunk) => (text += String(chunk)));
  await eventually(() => text.includes('id: 1\nevent: next\ndata: {"data":{}}'));
  await events.close();
  await eventually(() => text.includes('event: complete\ndata:\n\n'));
});
