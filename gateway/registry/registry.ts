import { z } from 'zod';
import type { Logger } from '#kernel/telemetry';
import { backoffMs, pause } from './backoff';
import { routeTableSchema, supergraphArtifactSchema, type RouteTable, type SupergraphArtifact } from '../contracts';
import type { CoreClient } from './core-client';
import type { OpenStream } from './core-stream';
import type { LastGood } from './last-good';
import type { ServerSentEvent } from './sse';

/** What the gateway does with the news. Each resolves when it is really in force. */
export interface RegistryEffects {
  /** @throws when this version cannot be served: the one before stays. */
  onSupergraph(artifact: SupergraphArtifact): Promise<void>;
  onRoutes(table: RouteTable): void;
  /** Permissions computed under an older version than this are out of date. */
  onPermissions(version: number): void;
  /** Sessions that have ended; those that were told before may be among them. */
  onSessionsRevoked(ids: readonly string[]): void;
  onConnected(connected: boolean): void;
}

export interface RegistryOptions extends RegistryEffects {
  core: Pick<CoreClient, 'acknowledge'>;
  open: OpenStream;
  copies: LastGood;
  gatewayId: string;
  logger: Logger;
  /** How often the lease is renewed, in ms. Its TTL in core is 6 s. */
  leaseMs?: number;
}

/** What is in force. Versions are null until the first arrives. `stale`: core does not tell us of changes now. */
export interface RegistryState {
  supergraphVersion: number | null;
  routesVersion: number | null;
  stale: boolean;
}

/** Follows core: what to serve, where the projects are, and when permissions changed. */
export interface Registry {
  /** Brings the copies on disk into force, then follows core in the background for as long as it takes. */
  start(): Promise<void>;
  state(): RegistryState;
  stop(): void;
}

const LEASE_MS = 2000;
// A core that hangs keeps its line open and says nothing: calls that fail one after the other tell it.
const FAILURES_OF_A_LOST_CORE = 2;
const permissionsEventSchema = z.object({ version: z.number().int() });
const sessionsEventSchema = z.object({ revoked: z.array(z.string()) });

export function createRegistry(options: RegistryOptions): Registry {
  const stopping = new AbortController();
  const state: RegistryState = { supergraphVersion: null, routesVersion: null, stale: true };
  let served = '';
  let line = new AbortController();
  let failures = 0;

  async function applySupergraph(artifact: SupergraphArtifact): Promise<boolean> {
    const text = JSON.stringify(artifact);
    if (text === served) return false;
    try {
      await options.onSupergraph(artifact);
    } catch (error) {
      options.logger.error({ err: error, version: artifact.version }, 'this supergraph cannot be served; the one before stays');
      return false;
    }
    served = text;
    state.supergraphVersion = artifact.version;
    return true;
  }

  function applyRoutes(table: RouteTable): void {
    options.onRoutes(table);
    state.routesVersion = table.version;
  }

  async function handle({ event, data }: ServerSentEvent): Promise<void> {
    const value: unknown = JSON.parse(data);
    if (event === 'permissions') options.onPermissions(permissionsEventSchema.parse(value).version);
    if (event === 'sessions') options.onSessionsRevoked(sessionsEventSchema.parse(value).revoked);
    if (event === 'supergraph') {
      const artifact = supergraphArtifactSchema.parse(value);
      if (await applySupergraph(artifact)) await options.copies.save('supergraph', artifact);
    }
    if (event === 'routes') {
      const table = routeTableSchema.parse(value);
      applyRoutes(table);
      void options.copies.save('routes', table);
    }
    if (event === 'supergraph' || event === 'routes') await acknowledge();
  }

  async function acknowledge(): Promise<void> {
    const { gatewayId } = options;
    try {
      await options.core.acknowledge({ gatewayId, supergraphVersion: state.supergraphVersion ?? 0, routesVersion: state.routesVersion ?? 0 });
      failures = 0;
    } catch (error) {
      options.logger.debug({ err: error }, 'core did not take the acknowledgement');
      failures += 1;
      if (failures >= FAILURES_OF_A_LOST_CORE) line.abort();
    }
  }

  function setConnected(connected: boolean): void {
    state.stale = !connected;
    options.onConnected(connected);
  }

  /** Returns whether core accepted us, so that the next attempt need not wait long. */
  async function followOnce(): Promise<boolean> {
    let accepted = false;
    line = new AbortController();
    try {
      const events = await options.open(AbortSignal.any([stopping.signal, line.signal]));
      accepted = true;
      failures = 0;
      setConnected(true);
      for await (const event of events) await handle(event).catch((error: unknown) => options.logger.error({ err: error, event: event.event }, 'news from core cannot be used'));
    } catch (error) {
      if (!stopping.signal.aborted) options.logger.warn({ err: error }, 'the line to core is down');
    }
    if (accepted) setConnected(false);
    return accepted;
  }

  async function follow(): Promise<void> {
    for (let attempt = 0; !stopping.signal.aborted; attempt++) {
      if (await followOnce()) attempt = 0;
      await pause(backoffMs(attempt), stopping.signal);
    }
  }

  async function renewLease(): Promise<void> {
    while (!stopping.signal.aborted) {
      await pause(options.leaseMs ?? LEASE_MS, stopping.signal);
      if (!stopping.signal.aborted && !state.stale) await acknowledge();
    }
  }

  return {
    start: async () => {
      const [artifact, table] = await Promise.all([options.copies.load('supergraph', supergraphArtifactSchema), options.copies.load('routes', routeTableSchema)]);
      if (table) applyRoutes(table);
      if (artifact) await applySupergraph(artifact);
      void follow();
      void renewLease();
    },
    state: () => ({ ...state }),
    stop: () => stopping.abort(),
  };
}
