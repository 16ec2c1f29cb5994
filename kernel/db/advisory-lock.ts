import { createHash } from 'node:crypto';
import pg from 'pg';

/** A session lock: PostgreSQL gives it up by itself when the holder's connection ends, however it ends. */
export interface HeldLock {
  /** The connection that holds it; may also LISTEN. */
  client: pg.Client;
  release(): Promise<void>;
}

/** The 64-bit key of a named advisory lock, as text (it does not fit a JavaScript number). */
export function advisoryKey(name: string): string {
  return createHash('sha256').update(name).digest().readBigInt64BE(0).toString();
}

/** Tries to take the lock `name`; null when another session holds it. `onLost` is called when the connection breaks. */
export async function holdAdvisoryLock(url: string, name: string, onLost: (error: Error) => void): Promise<HeldLock | null> {
  const client = new pg.Client({ connectionString: url, application_name: 'rahat-lock', keepAlive: true });
  await client.connect();
  const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1::bigint) AS held', [advisoryKey(name)]);
  if (!rows[0]?.held) {
    await client.end();
    return null;
  }
  client.on('error', onLost);
  return { client, release: () => client.end() };
}
