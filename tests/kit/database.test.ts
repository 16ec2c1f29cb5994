import pg from 'pg';
import { createTestDatabase, useTestDatabase } from './database';

describe('a test database', () => {
  const database = useTestDatabase('core');

  it('has the tables of its room', async () => {
    expect(await tablesAt(database().url)).toContain('organization');
  });

  it('can be read by the service role, which cannot make tables', async () => {
    expect(await tablesAt(database().serviceUrl)).toContain('organization');
    await expect(query(database().serviceUrl, 'CREATE TABLE stolen ()')).rejects.toThrow('permission denied');
  });

  it('is gone after it was dropped', async () => {
    const other = await createTestDatabase('empty');
    await other.drop();
    await expect(tablesAt(other.url)).rejects.toThrow('does not exist');
  });

  it('names the templates that there are when asked for another', async () => {
    await expect(createTestDatabase('nonsense')).rejects.toThrow(/there are empty, core/);
  });
});

async function tablesAt(url: string): Promise<string[]> {
  const { rows } = await query(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
  return rows.map((row) => String(row.tablename));
}

async function query(url: string, sql: string): Promise<pg.QueryResult<Record<string, unknown>>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query<Record<string, unknown>>(sql);
  } finally {
    await client.end();
  }
}
