import type { GraphQLFormattedError } from 'graphql';
import type { AskSubgraph, Exchange } from './subgraph';

/** What a client sends. */
export interface ClientRequest {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

/** What a client gets. */
export interface ClientAnswer {
  /** Absent when execution never began. */
  data?: unknown;
  errors: readonly GraphQLFormattedError[];
  /** Values that are missing where none may be, and that no error tells of: stock's `extensions.valueCompletion`. */
  unsaid: readonly GraphQLFormattedError[];
}

/** An engine that serves one supergraph. */
export interface EngineUnderTest {
  ask(request: ClientRequest, exchange: Exchange): Promise<ClientAnswer>;
  close(): Promise<void>;
}

/** Makes an engine whose subgraphs are asked by `ask`. */
export type StartEngine = (supergraphSdl: string, ask: AskSubgraph) => Promise<EngineUnderTest>;
