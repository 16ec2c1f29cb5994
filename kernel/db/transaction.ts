import type { Pool, PoolClient } from 'pg';

/** What shared tables (outbox, inbox, idempotency, audit) need of a transaction, whoever opened it. `$1` marks parameters. */
export interface SqlTransaction {
  execute(sql: string, params: readonly unknown[]): Promise<number>;
  query<T>(sql: string, params: readonly unknown[]): Promise<T[]>;
}

/** The part of a Prisma (transaction) client that we use for shared tables. */
export interface RawPrisma {
  $executeRawUnsafe(sql: string, ...params: unknown[]): Promise<number>;
  $queryRawUnsafe<T>(sql: string, ...params: unknown[]): Promise<T>;
}

export function fromPrisma(tx: RawPrisma): SqlTransaction {
  return {
    execute: (sql, params) => tx.$executeRawUnsafe(sql, ...params),
    query: (sql, params) => tx.$queryRawUnsafe(sql, ...params),
  };
}

export function fromPg(client: PoolClient | Pool): SqlTransaction {
  return {
    execute: async (sql, params) => (await client.query(sql, [...params])).rowCount ?? 0,
    query: async (sql, params) => (await client.query(sql, [...params])).rows,
  };
}

/** Runs work in one transaction of a pool; commits when it returns, rolls back when it throws. */
export async function inTransaction<T>(pool: Pool, work: (tx: SqlTransaction) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // A connection that breaks while work waits for something else would end the process; the next statement fails anyway.
  const broke = (): void => undefined;
  client.on('error', broke);
  try {
    await client.query('BEGIN');
    const result = await work(fromPg(client));
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    await client.query('ROLLBACK').then(
      () => client.release(),
      (broken: Error) => client.release(broken),
    );
    throw error;
  } finally {
    client.off('error', broke);
  }
}
