import type { AddressInfo } from 'node:net';
import { anonymous } from '#kernel/auth';
import { createLogger, createMetrics } from '#kernel/telemetry';
import type { SubgraphFetch } from '../data-sources/data-source';
import { createEngine, createSwappingEngine, type Engine } from '../engine';
import { compose } from '../engine/differential/testing/composition';
import { serveSubgraphs, type Breakage, type SubgraphDefinition } from '../engine/differential/testing/subgraph';
import { startCompilerHere } from '../engine/testing/compiler-here';
import { addGraphqlRoute, createApolloFront, createOpenScope, createPublicServer, createThinFront, presentError } from '../http';

/** The gateway's HTTP edge over subgraphs in this process, which can be held, broken and watched. */
export interface EdgeServer {
  url: string;
  engine: Engine;
  /** Awaited by a subgraph before it answers. */
  gates: Record<string, Promise<unknown>>;
  broken: Record<string, Breakage>;
  /** Every fetch, in order. */
  fetches: (SubgraphFetch & { subgraph: string })[];
  /** Operations whose engine is not given back yet. */
  leases(): number;
  stop(): Promise<void>;
}

export async function startEdge(subgraphs: Record<string, SubgraphDefinition>, front: 'thin' | 'apollo'): Promise<EdgeServer> {
  const composed = compose(subgraphs);
  if (!composed.ok) throw new Error(composed.errors.join('\n'));
  const ask = serveSubgraphs(subgraphs);
  const limits = { maxTokens: 5000, introspection: true };
  const logger = createLogger({ name: 'test', level: 'silent' });
  const engine = await createEngine(
    { version: 1, sdl: composed.supergraphSdl, subgraphs: Object.keys(subgraphs).map((name) => ({ name, kind: 'test', url: null, config: {} })) },
    {
      source: ({ name }) => ({
        process: async (fetch) => {
          edge.fetches.push({ ...fetch, subgraph: name });
          await edge.gates[name];
          return ask({ subgraph: name, query: fetch.operation.query, variables: fetch.variables.values() }, { fetches: [], state: new Map(), broken: edge.broken });
        },
      }),
      limits,
      startCompiler: startCompilerHere,
    },
  );
  const swapping = createSwappingEngine();
  await swapping.swap(engine);
  let leases = 0;
  const engines: typeof swapping = {
    ...swapping,
    lease: () => {
      const lease = swapping.lease();
      if (!lease) return null;
      leases += 1;
      let held = true;
      return {
        engine: lease.engine,
        release: () => {
          if (held) leases -= 1;
          held = false;
          lease.release();
        },
      };
    },
  };
  const chosen = front === 'apollo' ? createApolloFront({ engines, logger, ...limits }) : createThinFront(engines);
  const server = createPublicServer({ logger, metrics: createMetrics(), readiness: async () => ({ ready: true }), bodyLimit: 1024 * 1024, origins: [] });
  addGraphqlRoute(server, {
    front: chosen,
    openScope: createOpenScope(async () => ({ principal: anonymous, stale: false, access: null }), { authorization: () => undefined }),
    present: presentError(() => undefined),
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const edge: EdgeServer = {
    url: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    engine,
    gates: {},
    broken: {},
    fetches: [],
    leases: () => leases,
    stop: async () => {
      const closed = server.close();
      server.server.closeAllConnections(); // a client that was told to abort opens another connection at once, and says nothing on it
      await closed;
      await chosen.stop();
      await swapping.close();
    },
  };
  return edge;
}
