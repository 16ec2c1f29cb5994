import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { z } from 'zod';
import { createPool } from '#kernel/db';
import { createLogger, currentRequest, newRequestContext, runWithRequest } from '#kernel/telemetry';
import { useTestDatabase } from '../../tests/kit/database';
import { createJobs, createQueueAdmin, defineJob, migrateJobs, type Jobs, type JobsConnection, type QueueAdmin } from '.';

const database = useTestDatabase('empty');
const logger = createLogger({ name: 'test', level: 'silent' });
const opened: Array<{ close(): Promise<void> }> = [];
let connection: JobsConnection;

beforeAll(async () => {
  await migrateJobs(database().url, 'rahat_test_service');
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

test('the migration can be run again after the service has made its sequences', async () => {
  const definition = defineJob({ name: 'own-sequence', schema: z.object({}) });
  const jobs = createJobs({ databaseUrl: database().serviceUrl }, logger);
  opened.push(jobs);
  await grantConnect();
  await jobs.enqueue(definition, {});
  await migrateJobs(database().url, 'rahat_test_service');
});

async function grantConnect(): Promise<void> {
  const pool = createPool(database().url, { max: 1, name: 'test' });
  await pool.query(`GRANT CONNECT ON DATABASE "${database().name}" TO rahat_test_service`);
  await pool.end();
}

function open(): Jobs {
  const jobs = createJobs(connection, logger);
  opened.push(jobs);
  return jobs;
}

function openAdmin(): QueueAdmin {
  const admin = createQueueAdmin(connection);
  opened.push(admin);
  return admin;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((wake) => setTimeout(wake, 10));
}

const hasRedis = spawnSync('redis-server', ['--version']).error === undefined;
if (!hasRedis) console.warn('SKIPPED: jobs on Redis are tested with redis-server only (Debian package redis-server).');

describe('on PostgreSQL', () => {
  beforeAll(() => {
    connection = { databaseUrl: database().url };
  });
  behaviour();
});

(hasRedis ? describe : describe.skip)('on Redis', () => {
  let redis: ChildProcess;
  beforeAll(async () => {
    const port = await freePort();
    redis = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--maxmemory-policy', 'noeviction'], { stdio: 'ignore' });
    connection = { databaseUrl: database().url, redisUrl: `redis://127.0.0.1:${port}` };
  });
  afterAll(() => void redis.kill('SIGKILL'));
  behaviour();
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

let serial = 0;
/** A queue of its own for each test and backend. */
const named = (name: string): string => `${name}-${(serial += 1)}`;

/** What jobs and queues do, wherever they lie. */
function behaviour(): void {
  test('a job arrives parsed, with the request id of whoever asked for it', async () => {
    const definition = defineJob({ name: named('arrive'), schema: z.object({ n: z.coerce.number() }) });
    const jobs = open();
    const seen: unknown[] = [];
    jobs.implement(definition, async (data) => {
      seen.push(data, currentRequest()?.requestId);
    });
    await jobs.start();
    await runWithRequest(newRequestContext({ 'x-request-id': 'r-1' }), () => jobs.enqueue(definition, { n: '4' }));
    await until(() => seen.length > 0);
    expect(seen).toEqual([{ n: 4 }, 'r-1']);
  });

  test('a job that fails is tried again', async () => {
    const definition = defineJob({ name: named('fail'), schema: z.object({}), backoffMs: 10 });
    const jobs = open();
    let attempts = 0;
    jobs.implement(definition, async () => {
      attempts += 1;
      if (attempts < 3) throw new Error('not yet');
    });
    await jobs.start();
    await jobs.enqueue(definition, {});
    await until(() => attempts === 3);
  });

  test('a job that fails as often as it is tried is told of, once', async () => {
    const definition = defineJob({ name: named('give-up'), schema: z.object({ what: z.string() }), attempts: 3, backoffMs: 10 });
    const jobs = open();
    let attempts = 0;
    const told: unknown[] = [];
    jobs.implement(
      definition,
      async () => {
        attempts += 1;
        throw new Error('never');
      },
      async (data) => void told.push(data),
    );
    await jobs.start();
    await jobs.enqueue(definition, { what: 'this' });
    await until(() => told.length > 0);
    expect([attempts, told]).toEqual([3, [{ what: 'this' }]]);
  });

  test('while one waits, others with its id are not added; one added while it runs, runs once more', async () => {
    const definition = defineJob({ name: named('deduplicate'), schema: z.object({}), concurrency: 1 });
    const jobs = open();
    let runs = 0;
    let finish: () => void = () => undefined;
    jobs.implement(definition, async () => {
      runs += 1;
      if (runs === 1) await new Promise<void>((resolve) => (finish = resolve));
    });
    for (let n = 0; n < 5; n += 1) await jobs.enqueue(definition, {}, { deduplicationId: 'one' });
    await jobs.start();
    await until(() => runs === 1);
    for (let n = 0; n < 5; n += 1) await jobs.enqueue(definition, {}, { deduplicationId: 'one' });
    finish();
    await until(() => runs === 2);
    await new Promise((wake) => setTimeout(wake, 100));
    expect(runs).toBe(2);
  });

  test('a job with data that is not its own is refused at once', async () => {
    const definition = defineJob({ name: named('refuse'), schema: z.object({ n: z.number() }) });
    await expect(open().enqueue(definition, { n: 'x' } as never)).rejects.toThrow();
  });

  test('two handlers for one job are a fault at start', () => {
    const definition = defineJob({ name: named('twice'), schema: z.object({}) });
    const jobs = open();
    jobs.implement(definition, async () => undefined);
    expect(() => jobs.implement(definition, async () => undefined)).toThrow(/two handlers/);
  });

  describe('operators', () => {
    const failing = (name: string) => defineJob({ name: named(name), schema: z.object({ personId: z.string(), phone: z.string() }), attempts: 1, backoffMs: 1 });
    const PERSON = '01a209d8-610a-7000-8435-39a1561e9255';

    it('see what has failed for good and why, but of what a job carries only ids', async () => {
      const definition = failing('look');
      const [jobs, admin] = [open(), openAdmin()];
      jobs.implement(definition, async () => {
        throw new Error('no such person: amina@example.org');
      });
      await jobs.start();
      await jobs.enqueue(definition, { personId: PERSON, phone: '+254711000001' });
      await until(async () => (await admin.jobs(definition.name, 'failed', { from: 0, count: 10 })).length === 1);
      const [job] = await admin.jobs(definition.name, 'failed', { from: 0, count: 10 });
      expect(job).toMatchObject({ queue: definition.name, state: 'failed', subject: { personId: PERSON }, attempts: 1, failure: expect.stringContaining('no such person') });
      expect(JSON.stringify(job)).not.toMatch(/254711|amina/);
      expect(await admin.job(definition.name, job?.id ?? '')).toEqual(job);
      expect((await admin.queues()).find(({ name }) => name === definition.name)).toMatchObject({ paused: false, counts: { failed: 1, waiting: 0 } });
      await expect(admin.jobs('no-such-queue', 'failed', { from: 0, count: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('have a job tried again, or all that have failed', async () => {
      const definition = failing('again');
      const [jobs, admin] = [open(), openAdmin()];
      let broken = true;
      const done: string[] = [];
      jobs.implement(definition, async ({ phone }) => {
        if (broken) throw new Error('broken');
        done.push(phone);
      });
      await jobs.start();
      for (const phone of ['1', '2', '3']) await jobs.enqueue(definition, { personId: PERSON, phone });
      const failed = () => admin.jobs(definition.name, 'failed', { from: 0, count: 10 });
      await until(async () => (await failed()).length === 3);
      broken = false;
      const [first] = await failed();
      await admin.retry(definition.name, first?.id ?? '');
      await until(() => done.length === 1);
      await expect(admin.retry(definition.name, first?.id ?? '')).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
      expect(await admin.retryFailed(definition.name)).toBe(2);
      await until(() => done.length === 3);
      expect(done.sort()).toEqual(['1', '2', '3']);
    });

    it('pause a queue, drain it, and let it go on', async () => {
      const definition = failing('pause');
      const [jobs, admin] = [open(), openAdmin()];
      const done: string[] = [];
      jobs.implement(definition, async ({ phone }) => void done.push(phone));
      await admin.pause(definition.name);
      await jobs.start();
      for (const phone of ['1', '2']) await jobs.enqueue(definition, { personId: PERSON, phone });
      await jobs.enqueue(definition, { personId: PERSON, phone: 'later' }, { delayMs: 3_600_000 });
      await until(async () => (await admin.jobs(definition.name, 'waiting', { from: 0, count: 10 })).length === 2);
      expect((await admin.queues()).find(({ name }) => name === definition.name)).toMatchObject({ paused: true, counts: { waiting: 2, delayed: 1 } });
      expect(await admin.drain(definition.name)).toBe(3);
      await admin.resume(definition.name);
      await jobs.enqueue(definition, { personId: PERSON, phone: 'after' });
      await until(() => done.length > 0);
      expect(done).toEqual(['after']);
    });
  });
}
