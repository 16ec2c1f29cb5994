import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { databaseUrl, ensureRole, grantService, migrate, quoteIdentifier } from '#kernel/db';
import { migrateJobs } from '#kernel/jobs';
import { grantAuditWriter, grantRoom } from '../start/rights';

/** The service role of all test databases; the tests of one room must hold under it as they must under an owner. */
export const TEST_SERVICE = { role: 'rahat_test_service', password: 'test' };

/** The role of the audit tree's writer in them. */
export const TEST_AUDIT_WRITER = { role: 'rahat_test_audit', password: 'test' };

interface Source {
  template: string;
  directory: string;
  jobs: boolean;
}

/**
 * Migrates one database for each room and each project type, of which tests take clones. The name carries a hash of the
 * migrations: on a server that stays, one that fits is found again.
 * @returns database names by template: `core`, `chain`, and each project type.
 */
export async function prepareTemplates(adminUrl: string, root: string): Promise<Record<string, string>> {
  await ensureRole(adminUrl, TEST_SERVICE.role, TEST_SERVICE.password);
  await ensureRole(adminUrl, TEST_AUDIT_WRITER.role, TEST_AUDIT_WRITER.password);
  const entries = await Promise.all(sources(root).map(async (source) => [source.template, await prepareTemplate(adminUrl, source)] as const));
  return Object.fromEntries(entries);
}

function sources(root: string): Source[] {
  const projects = join(root, 'prisma', 'projects');
  const types = existsSync(projects) ? readdirSync(projects) : [];
  const found = [
    { template: 'core', directory: join(root, 'prisma/core/migrations'), jobs: true },
    { template: 'chain', directory: join(root, 'prisma/chain/migrations'), jobs: false },
    ...types.map((type) => ({ template: type, directory: join(projects, type, 'migrations'), jobs: false })),
  ];
  return found.filter(({ directory }) => existsSync(directory));
}

async function prepareTemplate(adminUrl: string, source: Source): Promise<string> {
  const name = `rahat_template_${source.template}_${hashOf(source.directory)}`;
  if (await exists(adminUrl, name)) return name;
  // Made under another name and renamed when it is whole: a second run at the same time never clones half a template.
  const unfinished = `rahat_template_new_${randomBytes(6).toString('hex')}`;
  await execute(adminUrl, `CREATE DATABASE ${quoteIdentifier(unfinished)}`);
  const url = databaseUrl(adminUrl, unfinished);
  await migrate(url, source.directory);
  if (source.jobs) await migrateJobs(url, TEST_SERVICE.role);
  await grant(url, source.template);
  await execute(adminUrl, `ALTER DATABASE ${quoteIdentifier(unfinished)} RENAME TO ${quoteIdentifier(name)}`);
  return name;
}

async function grant(url: string, template: string): Promise<void> {
  if (template !== 'core' && template !== 'chain') return grantService(url, TEST_SERVICE.role);
  await grantRoom(url, template, TEST_SERVICE.role);
  if (template === 'core') await grantAuditWriter(url, TEST_AUDIT_WRITER.role);
}

function hashOf(directory: string): string {
  const hash = createHash('sha256');
  for (const path of readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()) {
    if (path.endsWith('.sql')) hash.update(path).update(readFileSync(join(directory, path)));
  }
  return hash.digest('hex').slice(0, 10);
}

async function exists(adminUrl: string, name: string): Promise<boolean> {
  const { rowCount } = await execute(adminUrl, 'SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  return Boolean(rowCount);
}

async function execute(url: string, sql: string, values: unknown[] = []): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url, application_name: 'rahat-test-templates' });
  await client.connect();
  try {
    return await client.query(sql, values);
  } finally {
    await client.end();
  }
}
