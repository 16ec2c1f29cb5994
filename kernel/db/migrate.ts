import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { SqlTransaction } from './transaction';

/** Names of the migrations that this run applied, in order. Empty when all were there. */
export interface MigrationResult {
  applied: string[];
}

// The same table as Prisma's own, so that `prisma migrate deploy` and this runner can take turns.
const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL,
  logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`;
const LOCK = 72707369; // the advisory lock that Prisma's own engine takes

/** One migration that is not in a file: the checksum is of its SQL, as for a file. */
export interface Migration {
  name: string;
  sql: string;
}

/**
 * Applies migrations in order, each in one transaction, as the owner of the database: those of a directory
 * (`<directory>/<name>/migration.sql`, in order of name), or the given list.
 * @throws Error when an applied migration was edited afterwards, or one fails (nothing of it stays).
 */
export async function migrate(ownerUrl: string, source: string | readonly Migration[]): Promise<MigrationResult> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'rahat-migrate' });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await client.query(TABLE);
    const done = await appliedChecksums(client);
    const applied: string[] = [];
    for (const migration of typeof source === 'string' ? readMigrations(source) : source) {
      const known = done.get(migration.name);
      if (known === undefined) {
        await apply(client, migration);
        applied.push(migration.name);
      } else if (known !== checksumOf(migration)) {
        throw new Error(`Migration ${migration.name} was changed after it had been applied; write a new one instead.`);
      }
    }
    return { applied };
  } finally {
    await client.end();
  }
}

function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex');
}

/** Reads `<directory>/<name>/migration.sql`, in order of name. */
export function readMigrations(directory: string): Migration[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(directory, name, 'migration.sql'), 'utf8') }));
}

async function appliedChecksums(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(
    'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  return new Map(rows.map((row) => [row.migration_name, row.checksum]));
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
       VALUES ($1, $2, now(), $3, now(), 1)`,
      [randomUUID(), checksumOf(migration), migration.name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new Error(`Migration ${migration.name} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Whether all of these have been applied. Later ones may have been too: an upgrade migrates before the older instance stops. */
export async function areApplied(tx: SqlTransaction, migrations: ReadonlyArray<Pick<Migration, 'name'>>): Promise<boolean> {
  const [there] = await tx.query<{ found: boolean }>(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS found`, []);
  if (!there?.found) return false;
  const [row] = await tx.query<{ applied: number }>(
    `SELECT count(DISTINCT migration_name)::int AS applied FROM _prisma_migrations
     WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL AND migration_name = ANY($1)`,
    [migrations.map((migration) => migration.name)],
  );
  return row?.applied === migrations.length;
}
