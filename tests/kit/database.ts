import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { databaseUrl, dropDatabase, quoteIdentifier } from '#kernel/db';
import { testEnvironment } from './environment';

/** A database for one test or one file. */
export interface TestDatabase {
  name: string;
  /** As administrator. */
  url: string;
  /** As the lesser role that services run under. */
  serviceUrl: string;
  /** As the role that writes the tree over the audit log. */
  auditWriterUrl: string;
  drop(): Promise<void>;
}

const AUDIT_WRITER = { role: 'rahat_test_audit', password: 'test' };
const SERVICE = { role: 'rahat_test_service', password: 'test' };

/**
 * Clones a migrated database in some milliseconds: `core`, `chain` or a project type; `empty` has no tables.
 * Whoever creates it drops it; {@link useTestDatabase} does both for a whole file.
 */
export async function createTestDatabase(template: string): Promise<TestDatabase> {
  const { adminUrl, templates } = testEnvironment();
  const source = template === 'empty' ? 'template1' : templates[template];
  if (!source) throw new Error(`There is no template ${template}; there are ${['empty', ...Object.keys(templates)].join(', ')}.`);
  const name = `test_${template}_${randomBytes(6).toString('hex')}`;
  await execute(adminUrl, `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE ${quoteIdentifier(source)}`);
  return {
    name,
    url: databaseUrl(adminUrl, name),
    serviceUrl: databaseUrl(adminUrl, name, SERVICE),
    auditWriterUrl: databaseUrl(adminUrl, name, AUDIT_WRITER),
    drop: () => dropDatabase(adminUrl, name, []),
  };
}

/** Gives the file (or describe block) that calls it a database of its own, dropped afterwards. */
export function useTestDatabase(template: string): () => TestDatabase {
  let database: TestDatabase | null = null;
  beforeAll(async () => {
    database = await createTestDatabase(template);
  });
  afterAll(() => database?.drop());
  return () => {
    if (!database) throw new Error('The database exists only while tests run.');
    return database;
  };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
