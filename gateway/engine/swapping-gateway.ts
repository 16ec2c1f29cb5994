import type { GraphQLSchema } from 'graphql';
import type { ApolloGatewayPort, Engine, Executor } from './engine';

/** Apollo Server's gateway, whose engine can be replaced while it serves. */
export interface SwappingGateway {
  /** To be given to Apollo Server; load it only after the first swap. */
  port: ApolloGatewayPort;
  current(): Engine | null;
  /** From now on new requests are parsed, planned and executed by this engine. Requests under way finish on theirs. */
  swap(engine: Engine): void;
}

type Listener = Parameters<ApolloGatewayPort['onSchemaLoadOrUpdate']>[0];

/**
 * Apollo Server takes the schema at the beginning of a request and asks the executor at its end, so the schema object tells which
 * version a request belongs to. Engines are held weakly by their schema: one is dropped when its last request is done.
 */
export function createSwappingGateway(): SwappingGateway {
  const engines = new WeakMap<GraphQLSchema, Engine>();
  const listeners = new Set<Listener>();
  let current: Engine | null = null;
  const announce = (engine: Engine): void => {
    for (const listener of listeners) listener({ apiSchema: engine.schema, coreSupergraphSdl: engine.sdl });
  };
  const execute: Executor = (context) => {
    const engine = engines.get(context.schema);
    if (!engine) throw new Error('A request belongs to no engine.');
    return engine.execute(context);
  };
  return {
    port: {
      onSchemaLoadOrUpdate: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      load: async () => {
        if (!current) throw new Error('There is no supergraph to load yet.');
        announce(current);
        return { executor: execute };
      },
      stop: async () => listeners.clear(),
    },
    current: () => current,
    swap: (engine) => {
      engines.set(engine.schema, engine);
      current = engine;
      announce(engine);
    },
  };
}
