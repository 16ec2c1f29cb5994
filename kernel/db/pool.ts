import pg from 'pg';

/** A small pool: an idle project service holds at most four connections in all. */
export type Pool = pg.Pool;

export function createPool(connectionString: string, options: { max: number; name: string }): Pool {
  const pool = new pg.Pool({ connectionString, max: options.max, application_name: options.name, idleTimeoutMillis: 30_000 });
  // An idle connection that the server closes is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  return pool;
}
