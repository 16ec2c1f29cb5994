import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { databaseUrl, dropDatabase, ensureDatabase, ensureRole, migrate, quoteIdentifier } from '#kernel/db';
import { migrateJobs } from '#kernel/jobs';
import { grantAuditWriter, grantRoom } from './rights';
import { keptSecret, type StateDir } from './state-dir';

/** A room's database: migrations run as the owner, the room itself as the lesser service role. */
export interface RoomDatabase {
  name: string;
  ownerUrl: string;
  serviceUrl: string;
  roles: { owner: string; service: string };
  /** Names of the migrations that this start applied. */
  applied: string[];
}

export interface RoomDatabaseOptions {
  adminUrl: string;
  prefix: string;
  room: 'core' | 'chain';
  root: string;
  state: StateDir;
}

/** The one-shot step before a room starts: database, roles, migrations (BullMQ's too), rights. Does nothing twice. */
export async function prepareRoomDatabase(options: RoomDatabaseOptions): Promise<RoomDatabase> {
  const name = `${options.prefix}${options.room}`;
  const roles = { owner: `${name}_owner`, service: `${name}_service` };
  const passwords = { owner: keptSecret(options.state, roles.owner), service: keptSecret(options.state, roles.service) };
  await ensureRole(options.adminUrl, roles.owner, passwords.owner);
  await ensureRole(options.adminUrl, roles.service, passwords.service);
  // BullMQ makes a sequence for each queue as the service; the owner, who sets all rights anew at each start, must reach them.
  await withClient(options.adminUrl, (client) => client.query(`GRANT ${quoteIdentifier(roles.service)} TO ${quoteIdentifier(roles.owner)}`));
  await ensureDatabase(options.adminUrl, name, roles.owner);
  const ownerUrl = databaseUrl(options.adminUrl, name, { role: roles.owner, password: passwords.owner });
  const serviceUrl = databaseUrl(options.adminUrl, name, { role: roles.service, password: passwords.service });
  const { applied } = await migrateRoom(options.root, options.room, ownerUrl);
  if (options.room === 'core') await migrateJobs(ownerUrl, roles.service);
  await grantRoom(ownerUrl, options.room, roles.service);
  return { name, ownerUrl, serviceUrl, roles, applied };
}

async function migrateRoom(root: string, room: string, ownerUrl: string): Promise<{ applied: string[] }> {
  const directory = join(root, 'prisma', room, 'migrations');
  return existsSync(directory) ? migrate(ownerUrl, directory) : { applied: [] };
}

/** Makes the role that writes the tree over the audit log in core's database. @returns the database's URL for that role. */
export async function ensureAuditWriter(adminUrl: string, core: RoomDatabase, state: StateDir): Promise<string> {
  const role = `${core.name}_audit`;
  const password = keptSecret(state, role);
  await ensureRole(adminUrl, role, password);
  await grantAuditWriter(core.ownerUrl, role);
  return databaseUrl(adminUrl, core.name, { role, password });
}

/**
 * Makes the role that creates the databases and roles of projects: it may do that and nothing else, above all not read core's.
 * @returns the URL of the server for that role.
 */
export async function ensureProvisioner(adminUrl: string, prefix: string, state: StateDir): Promise<string> {
  const role = `${prefix}provisioner`;
  const password = keptSecret(state, role);
  await ensureRole(adminUrl, role, password);
  await withClient(adminUrl, async (client) => {
    await client.query(`ALTER ROLE ${quoteIdentifier(role)} CREATEDB CREATEROLE`);
    // Since PostgreSQL 16 a creator of roles must say that it wants to act for them, which owning their databases needs.
    await client.query(`ALTER ROLE ${quoteIdentifier(role)} SET createrole_self_grant = 'set, inherit'`);
  });
  return databaseUrl(adminUrl, 'postgres', { role, password });
}

/** Drops every database and role whose name starts with the prefix of a system made for one test. */
export async function dropPrefixed(adminUrl: string, prefix: string): Promise<void> {
  if (prefix.length < 4) throw new Error('Only databases with a distinctive prefix are dropped in one go.');
  const like = `${prefix.replaceAll('_', '\\_')}%`;
  const names = await withClient(adminUrl, async (client) => {
    const databases = await client.query<{ name: string }>('SELECT datname AS name FROM pg_database WHERE datname LIKE $1', [like]);
    const roles = await client.query<{ name: string }>('SELECT rolname AS name FROM pg_roles WHERE rolname LIKE $1', [like]);
    return { databases: databases.rows.map(({ name }) => name), roles: roles.rows.map(({ name }) => name) };
  });
  for (const database of names.databases) await dropDatabase(adminUrl, database, []);
  await withClient(adminUrl, async (client) => {
    for (const role of names.roles) await client.query(`DROP OWNED BY ${quoteIdentifier(role)}`);
    for (const role of names.roles) await client.query(`DROP ROLE IF EXISTS ${quoteIdentifier(role)}`);
  });
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'rahat-start' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
