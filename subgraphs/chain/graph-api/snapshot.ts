import { fromPg, type Pool, type SqlTransaction } from '#kernel/db';

/** Reads of one request: all see the database as it was at the first of them. */
export type Snapshot = Pick<SqlTransaction, 'query'>;

/**
 * Runs reads in one snapshot, so that a reorganization in the middle of a request is not seen by it. Resolvers ask in parallel; one
 * connection answers one after the other.
 */
export async function inSnapshot<T>(pool: Pool, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const connection = fromPg(client);
  let last: Promise<unknown> = client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const inTurn = <R>(read: () => Promise<R>): Promise<R> => {
    const result = last.then(read);
    last = result.catch(() => undefined);
    return result;
  };
  try {
    return await work({ query: (sql, params) => inTurn(() => connection.query(sql, params)) });
  } finally {
    await last.catch(() => undefined);
    await client.query('ROLLBACK').then(
      () => client.release(),
      (broken: Error) => client.release(broken),
    );
  }
}
