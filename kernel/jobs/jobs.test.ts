import { z } from 'zod';
import { createPool } from '#kernel/db';
import { createLogger, currentRequest, newRequestContext, runWithRequest } from '#kernel/telemetry';
import { useTestDatabase } from '../../tests/kit/database';
import { createJobs, defineJob, migrateJobs, type Jobs } from '.';

const database = useTestDatabase('empty');
const logger = createLogger({ name: 'test', level: 'silent' });
const opened: Jobs[] = [];

beforeAll(async () => {
  await migrateJobs(database().url, 'rahat_test_service');
});

test('the migration can be run again after the service has made its sequences', async () => {
  const definition = defineJob({ name: 'own-sequence', schema: z.object({}) });
  const jobs = createJobs({ databaseUrl: database().serviceUrl }, logger);
  opened.push(jobs);
  await grantConnect();
  await jobs.enqueue(definition, {});
  await migrateJobs(database().url, 'rahat_test_service');
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((jobs) => jobs.close()));
});

async function grantConnect(): Promise<void> {
  const pool = createPool(database().url, { max: 1, name: 'test' });
  await pool.query(`GRANT CONNECT ON DATABASE "${database().name}" TO rahat_test_service`);
  await pool.end();
}

function open(): Jobs {
  const jobs = createJobs({ databaseUrl: database().url }, logger);
  opened.push(jobs);
  return jobs;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((wake) => setTimeout(wake, 10));
}

test('a job arrives parsed, with the request id of whoever asked for it', async () => {
  const definition = defineJob({ name: 'arrive', schema: z.object({ n: z.coerce.number() }) });
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
  const definition = defineJob({ name: 'fail', schema: z.object({}), backoffMs: 10 });
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
  const definition = defineJob({ name: 'give-up', schema: z.object({ what: z.string() }), attempts: 3, backoffMs: 10 });
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
  const definition = defineJob({ name: 'deduplicate', schema: z.object({}), concurrency: 1 });
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
  const definition = defineJob({ name: 'refuse', schema: z.object({ n: z.number() }) });
  await expect(open().enqueue(definition, { n: 'x' } as never)).rejects.toThrow();
});

test('two handlers for one job are a fault at start', () => {
  const definition = defineJob({ name: 'twice', schema: z.object({}) });
  const jobs = open();
  jobs.implement(definition, async () => undefined);
  expect(() => jobs.implement(definition, async () => undefined)).toThrow(/two handlers/);
});
