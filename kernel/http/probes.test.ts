import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { createPool, readMigrations, type Pool } from '#kernel/db';
import { createMetrics } from '#kernel/telemetry';
import { useTestDatabase } from '../../tests/kit/database';
import { addProbes, databaseReady, readyWith } from './probes';

const database = useTestDatabase('core');
const migrations = readMigrations('prisma/core/migrations');
let server: FastifyInstance;
let pool: Pool;
let road: Road;

/** A way to the database that can be cut off (nothing comes through), closed, and opened again. */
interface Road {
  port: number;
  cut(): void;
  close(): Promise<void>;
  open(): Promise<void>;
}

async function createRoad(to: { host: string; port: number }): Promise<Road> {
  const sockets = new Set<Socket>();
  let through = true;
  const accept = (near: Socket): void => {
    const far = connect(to);
    for (const [from, into] of [[near, far], [far, near]] as const) {
      sockets.add(from);
      from.on('error', () => undefined).on('close', () => into.destroy());
      from.on('data', (data) => through && into.write(data));
    }
  };
  let listening: Server;
  const open = (port: number): Promise<number> =>
    new Promise((resolve) => {
      through = true;
      listening = createServer(accept).listen(port, '127.0.0.1', () => resolve((listening.address() as AddressInfo).port));
    });
  const port = await open(0);
  return {
    port,
    cut: () => {
      through = false;
    },
    close: async () => {
      const closed = new Promise((resolve) => listening.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    open: async () => void (await open(port)),
  };
}

beforeEach(async () => {
  const url = new URL(database().serviceUrl);
  road = await createRoad({ host: url.hostname, port: Number(url.port) });
  url.port = String(road.port);
  url.hostname = '127.0.0.1';
  pool = createPool(url.toString(), { max: 2, name: 'test' });
  server = Fastify();
  addProbes(server, createMetrics(), () => readyWith({ database: databaseReady(pool, migrations) }));
});
afterEach(async () => {
  await road.close().catch(() => undefined);
  await server.close();
  await pool.end();
});

const probe = async (path: string, of = server) => {
  if (!of.server.listening) await of.listen({ port: 0, host: '127.0.0.1' });
  const response = await fetch(`http://127.0.0.1:${(of.server.address() as AddressInfo).port}${path}`, { headers: { connection: 'close' } });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

async function until(status: number): Promise<void> {
  while ((await probe('/readiness')).status !== status) await sleep(50);
}

it.each([
  ['refuses connections', () => road.close()],
  ['says nothing any more', async () => road.cut()],
])('a database that %s turns readiness red and names itself, never liveness; when it is back, so is readiness', async (_how, lose) => {
  expect(await probe('/readiness')).toMatchObject({ status: 200, body: { status: 'ready', eventLoopDelayMs: expect.any(Number), heapUsed: expect.any(Number) } });
  await lose();
  await until(503);
  expect((await probe('/readiness')).body).toMatchObject({ status: 'not ready', away: ['database'] });
  expect(await probe('/health')).toEqual({ status: 200, body: { status: 'ok' } });
  await road.close().catch(() => undefined);
  await road.open();
  await until(200);
});

it('is red while the database lacks a migration that the process was built for', async () => {
  const newer = Fastify();
  addProbes(newer, createMetrics(), () => readyWith({ database: databaseReady(pool, [...migrations, { name: '9999_not_yet' }]) }));
  expect((await probe('/readiness', newer)).status).toBe(503);
  await newer.close();
});
