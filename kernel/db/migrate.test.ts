import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { useTestDatabase } from '../../tests/kit/database';
import { migrate } from './migrate';

const database = useTestDatabase('empty');

function folder(migrations: Record<string, string>): string {
  const path = mkdtempSync(join(tmpdir(), 'migrations-'));
  for (const [name, sql] of Object.entries(migrations)) {
    mkdirSync(join(path, name));
    writeFileSync(join(path, name, 'migration.sql'), sql);
  }
  return path;
}

async function query(sql: string): Promise<Array<Record<string, unknown>>> {
  const client = new pg.Client({ connectionString: database().url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const two = { '0001_one': 'CREATE TABLE one (id int)', '0002_two': 'CREATE TABLE two (id int)' };

test('migrations are applied in order of name, once', async () => {
  expect(await migrate(database().url, folder(two))).toEqual({ applied: ['0001_one', '0002_two'] });
  expect(await migrate(database().url, folder(two))).toEqual({ applied: [] });
});

test('what was applied stands in the table that Prisma reads, with the SHA-256 of its file', async () => {
  const rows = await query('SELECT migration_name, length(checksum) AS length, applied_steps_count, rolled_back_at, finished_at IS NOT NULL AS done FROM _prisma_migrations ORDER BY 1');
  expect(rows[0]).toEqual({ migration_name: '0001_one', length: 64, applied_steps_count: 1, rolled_back_at: null, done: true });
});

test('two runners at once take turns', async () => {
  const more = folder({ ...two, '0003_three': 'CREATE TABLE three (id int)' });
  const results = await Promise.all([migrate(database().url, more), migrate(database().url, more)]);
  expect(results.flatMap((result) => result.applied)).toEqual(['0003_three']);
});

test('a migration that was edited after it had been applied is refused', async () => {
  await expect(migrate(database().url, folder({ '0001_one': 'CREATE TABLE other (id int)' }))).rejects.toThrow(/0001_one was changed/);
});

test('a migration that fails leaves nothing behind and names itself', async () => {
  const bad = folder({ '0009_bad': 'CREATE TABLE half (id int); SELECT nonsense' });
  await expect(migrate(database().url, bad)).rejects.toThrow(/0009_bad failed/);
  expect(await query("SELECT 1 FROM pg_tables WHERE tablename = 'half'")).toEqual([]);
});
