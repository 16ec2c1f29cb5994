import pg from 'pg';

/** Quotes a name for SQL. */
export function quoteIdentifier(name: string): string {
  return pg.escapeIdentifier(name);
}

/** The URL of another database on the same server, as another role. */
export function databaseUrl(adminUrl: string, database: string, login?: { role: string; password: string }): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  if (login) {
    url.username = login.role;
    url.password = login.password;
  }
  return url.toString();
}

/** Creates a login role, or sets its password when it exists. */
export async function ensureRole(adminUrl: string, role: string, password: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    const found = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
    const verb = found.rowCount ? 'ALTER' : 'CREATE';
    await client
      .query(`${verb} ROLE ${quoteIdentifier(role)} LOGIN PASSWORD ${pg.escapeLiteral(password)}`)
      .catch(ignore('42710')); // created by a rival meanwhile
  });
}

/** Creates a database owned by `owner` and closed to all other roles, unless it exists. */
export async function ensureDatabase(adminUrl: string, database: string, owner: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (!found.rowCount) {
      await client.query(`CREATE DATABASE ${quoteIdentifier(database)} OWNER ${quoteIdentifier(owner)}`).catch(ignore('42P04'));
    }
    await client.query(`REVOKE CONNECT ON DATABASE ${quoteIdentifier(database)} FROM PUBLIC`);
  });
}

/** Drops a database with whatever is still connected to it, and then the roles that only it used. */
export async function dropDatabase(adminUrl: string, database: string, roles: readonly string[]): Promise<void> {
  await withClient(adminUrl, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(database)} WITH (FORCE)`);
    for (const role of roles) await client.query(`DROP ROLE IF EXISTS ${quoteIdentifier(role)}`);
  });
}

/** Tables in which a service role may do less than in others. */
export interface Restrictions {
  /** May be read and inserted into; their partitions are reached through them only. */
  appendOnly?: readonly string[];
  readOnly?: readonly string[];
}

/** Lets a service role read and write the owner's tables, but not change them. Run by the owner after migrating. */
export async function grantService(ownerUrl: string, role: string, { appendOnly = [], readOnly = [] }: Restrictions = {}): Promise<void> {
  const name = quoteIdentifier(role);
  await withClient(ownerUrl, async (client) => {
    await client.query(`GRANT CONNECT ON DATABASE ${quoteIdentifier(new URL(ownerUrl).pathname.slice(1))} TO ${name}`);
    await client.query(`GRANT USAGE ON SCHEMA public TO ${name}`);
    await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${name}`);
    await client.query(`GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ${name}`);
    for (const table of appendOnly) await client.query(`REVOKE UPDATE, DELETE ON ${quoteIdentifier(table)} FROM ${name}`);
    for (const table of readOnly) await client.query(`REVOKE INSERT, UPDATE, DELETE ON ${quoteIdentifier(table)} FROM ${name}`);
    const { rows } = await client.query<{ name: string }>(
      'SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = ANY(SELECT to_regclass(t)::oid FROM unnest($1::text[]) t)',
      [[...appendOnly, ...readOnly]],
    );
    for (const partition of rows) await client.query(`REVOKE ALL ON ${quoteIdentifier(partition.name)} FROM ${name}`);
  });
}

/** Lets a role do to each table exactly what is named, and nothing to others. Run by the owner after migrating. */
export async function grantTables(ownerUrl: string, role: string, tables: Readonly<Record<string, readonly ('SELECT' | 'INSERT' | 'DELETE')[]>>): Promise<void> {
  const name = quoteIdentifier(role);
  await withClient(ownerUrl, async (client) => {
    await client.query(`GRANT CONNECT ON DATABASE ${quoteIdentifier(new URL(ownerUrl).pathname.slice(1))} TO ${name}`);
    await client.query(`GRANT USAGE ON SCHEMA public TO ${name}`);
    for (const [table, rights] of Object.entries(tables)) await client.query(`GRANT ${rights.join(', ')} ON ${quoteIdentifier(table)} TO ${name}`);
  });
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'rahat-admin' });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function ignore(sqlState: string): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof Error) || !('code' in error) || error.code !== sqlState) throw error;
  };
}
