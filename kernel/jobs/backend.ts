import { Queue, Worker, createPostgresBackend, type Processor, type QueueOptions, type WorkerOptions } from 'bullmq';
import { createPool, quoteIdentifier } from '#kernel/db';

/** Where jobs live: Redis when its URL is given, otherwise the PostgreSQL database of the room (schema `bullmq`). */
export interface JobsConnection {
  databaseUrl: string;
  redisUrl?: string | undefined;
}

/** The queue and worker constructors of the chosen backend. */
export interface Backend {
  queue(name: string): Queue;
  worker(name: string, processor: Processor, options: { concurrency: number }): Worker;
}

const SCHEMA = 'bullmq';

export function createBackend(connection: JobsConnection): Backend {
  return connection.redisUrl ? redisBackend(connection.redisUrl) : postgresBackend(connection.databaseUrl);
}

/** Creates BullMQ's tables as the owner and lets the service role use them. Needed for the PostgreSQL backend only. */
export async function migrateJobs(ownerUrl: string, serviceRole: string): Promise<void> {
  const queue = new Queue('migration', { connection: { connectionString: ownerUrl, max: 1, migrate: true, schema: SCHEMA } } as never, createPostgresBackend as never);
  await queue.waitUntilReady();
  await queue.close();
  const pool = createPool(ownerUrl, { max: 1, name: 'rahat-migrate' });
  try {
    // The service role makes one sequence for each queue: those are its own, and the owner cannot (and need not) grant them.
    const role = quoteIdentifier(serviceRole);
    await pool.query(`GRANT USAGE, CREATE ON SCHEMA ${SCHEMA} TO ${role};
      GRANT ALL ON ALL TABLES IN SCHEMA ${SCHEMA} TO ${role};
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${SCHEMA} TO ${role}`);
    const { rows } = await pool.query<{ name: string }>(
      'SELECT sequencename AS name FROM pg_sequences WHERE schemaname = $1 AND pg_has_role(current_user, sequenceowner, $2)',
      [SCHEMA, 'USAGE'],
    );
    for (const { name } of rows) await pool.query(`GRANT ALL ON SEQUENCE ${SCHEMA}.${quoteIdentifier(name)} TO ${role}`);
  } finally {
    await pool.end();
  }
}

function postgresBackend(connectionString: string): Backend {
  const connection = (max: number) => ({ connectionString, max, skipMigrations: true, schema: SCHEMA, application_name: 'rahat-jobs' });
  const factory = createPostgresBackend as never;
  return {
    queue: (name) => new Queue(name, { connection: connection(2) } as unknown as QueueOptions, factory),
    worker: (name, processor, options) =>
      new Worker(name, processor, { ...options, connection: connection(3), ...reaction } as unknown as WorkerOptions, factory),
  };
}

function redisBackend(url: string): Backend {
  return {
    queue: (name) => new Queue(name, { connection: { url, maxRetriesPerRequest: 3 } }),
    worker: (name, processor, options) => new Worker(name, processor, { ...options, ...reaction, connection: { url, maxRetriesPerRequest: null } }),
  };
}

// A killed worker's jobs are taken up again after the lock has run out: seconds, because people wait for deployments.
const reaction = { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 100 };
