import { advisoryKey, type Pool } from '#kernel/db';
import type { PoolClient } from 'pg';

/** Runs work while holding the lock of one project; returns false without running it when another holds it. */
export type WithProjectLock = (projectId: string, work: () => Promise<void>) => Promise<boolean>;

/**
 * One worker at a time works on a project. The lock lives in a database session, so a killed worker's locks are free at once.
 * All locks of a process share one session.
 */
export function createProjectLock(pool: Pool): { withLock: WithProjectLock; close(): Promise<void> } {
  const held = new Set<string>();
  let session: Promise<PoolClient> | null = null;
  const connect = async (): Promise<PoolClient> => {
    const client = await pool.connect();
    client.once('error', () => {
      session = null;
    });
    return client;
  };
  const ask = async (sql: string, projectId: string): Promise<boolean> => {
    session ??= connect();
    const client = await session.catch((error: unknown) => {
      session = null;
      throw error;
    });
    const { rows } = await client.query<{ ok: boolean }>(sql, [advisoryKey(`project ${projectId}`)]);
    return rows[0]?.ok === true;
  };
  return {
    withLock: async (projectId, work) => {
      if (held.has(projectId)) return false;
      held.add(projectId);
      try {
        if (!(await ask('SELECT pg_try_advisory_lock($1::bigint) AS ok', projectId))) return false;
        try {
          await work();
        } finally {
          await ask('SELECT pg_advisory_unlock($1::bigint) AS ok', projectId).catch(() => false);
        }
        return true;
      } finally {
        held.delete(projectId);
      }
    },
    close: async () => (await session)?.release(true),
  };
}
