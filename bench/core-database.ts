import { join } from 'node:path';
import { ensureRole, migrate } from '#kernel/db';
import { grantAuditWriter, grantRoom } from '../cli/start/rights';
import { createTestDatabase, type TestDatabase } from '../tests/kit/database';
import { testEnvironment } from '../tests/kit/environment';

/** A database of core with the roles that it has in earnest. Whoever creates it drops it. */
export async function createCoreDatabase(root: string): Promise<TestDatabase> {
  const { adminUrl } = testEnvironment();
  const database = await createTestDatabase('empty');
  await migrate(database.url, join(root, 'prisma/core/migrations'));
  for (const [url, grant] of [[database.serviceUrl, (role: string) => grantRoom(database.url, 'core', role)], [database.auditWriterUrl, (role: string) => grantAuditWriter(database.url, role)]] as const) {
    const { username, password } = new URL(url);
    await ensureRole(adminUrl, username, password);
    await grant(username);
  }
  return database;
}
