import { createHash } from 'node:crypto';
import type { Pool } from '#kernel/db';
import type { GraphNodeConfig } from '#kernel/graph-node';
import type { Logger } from '#kernel/telemetry';
import { identity, InternalCallError, type InternalClient } from '#kernel/tls';

/** A graph endpoint as a part of the supergraph (docs/architecture.md, `PUT /internal/subgraphs/<name>`). */
export interface GraphRegistration {
  /** Name of the subgraph, for example `chain_aid`. */
  name: string;
  kind: 'graph-node';
  url: string;
  sdl: string;
  config: GraphNodeConfig;
}

export interface Registrar {
  /** Whether core has ever accepted exactly this registration, now or before a restart. */
  accepted(): boolean;
  close(): Promise<void>;
}

export interface RegistrarDeps {
  pool: Pool;
  client: InternalClient;
  coreUrl: string;
  logger: Logger;
}

const PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
const TIMEOUT_MS = 30_000; // composing takes its time

/** Registers a graph with core, again and again until core accepts it. */
export function createRegistrar(deps: RegistrarDeps, registration: GraphRegistration): Registrar {
  const fingerprint = createHash('sha256').update(JSON.stringify(registration)).digest('hex');
  const stopped = new AbortController();
  let accepted = false;
  const run = async (): Promise<void> => {
    accepted = await wasAccepted(deps.pool, registration.name, fingerprint).catch(() => false);
    for (let attempt = 0; !stopped.signal.aborted; attempt += 1) {
      if (await offer(deps, registration, attempt)) {
        accepted = true;
        await remember(deps.pool, registration.name, fingerprint).catch(() => undefined); // only a restart without core would miss it
        return;
      }
      await pause(Math.min(PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS), stopped.signal);
    }
  };
  const running = run();
  return {
    accepted: () => accepted,
    close: async () => {
      stopped.abort();
      await running;
    },
  };
}

async function offer({ client, coreUrl, logger }: RegistrarDeps, { name, ...body }: GraphRegistration, attempt: number): Promise<boolean> {
  try {
    await client.call({ url: coreUrl, path: `/internal/subgraphs/${name}`, identity: identity.core, method: 'PUT', body, timeoutMs: TIMEOUT_MS });
    logger.info({ subgraph: name }, 'registered with core');
    return true;
  } catch (error) {
    if (!(error instanceof InternalCallError)) throw error;
    // While core starts there is no answer; an answer that refuses is news once.
    if (error.status !== 0 && attempt === 0) logger.error({ err: error, subgraph: name }, 'core refuses the registration');
    return false;
  }
}

async function wasAccepted(pool: Pool, name: string, fingerprint: string): Promise<boolean> {
  return (await pool.query('SELECT 1 FROM accepted_registration WHERE name = $1 AND fingerprint = $2', [name, fingerprint])).rowCount === 1;
}

async function remember(pool: Pool, name: string, fingerprint: string): Promise<void> {
  await pool.query(
    `INSERT INTO accepted_registration (name, fingerprint) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET fingerprint = EXCLUDED.fingerprint, accepted_at = now()`,
    [name, fingerprint],
  );
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
