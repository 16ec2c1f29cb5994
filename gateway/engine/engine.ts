import type { GraphQLFormattedError } from 'graphql';
import type { OperationScope } from '../data-sources/data-source';
import type { PlanNode, SubscriptionNode } from './compiled';
import type { FeedEvent } from '../contracts';

/**
 * Everything that serves one version of the supergraph. It never changes: a new version is a new engine
 * ({@link import('./swapping-engine').SwappingEngine} swaps them).
 */
export interface Engine {
  readonly version: number;
  /** SDL of what clients may ask. */
  readonly apiSdl: string;
  /**
   * Reads, checks, plans and compiles an operation; known ones come from memory. Client's faults are answered as a refusal, never thrown.
   * @param operationName picks one of several operations of the document.
   */
  plan(source: string, operationName?: string | null): Planned | Promise<Planned>;
  /** Runs a planned operation. Expected failures are `errors` of the answer. */
  execute(operation: Operation, request: ExecutionRequest): Promise<Answer>;
  /** What was asked of this engine, dearest first: worth planning before another engine takes over. */
  hotOperations(): HotOperation[];
  /** Lets go of threads and memory. Call it when nobody holds a lease on this engine any more. */
  close(): Promise<void>;
}

/** An operation to run, or everything that is wrong with it (`GRAPHQL_PARSE_FAILED`, `GRAPHQL_VALIDATION_FAILED`, …). */
export type Planned = { ok: true; operation: Operation } | { ok: false; errors: readonly GraphQLFormattedError[] };

/** A planned operation, as its users see it; engines know more about their own. */
export interface Operation {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly name: string | null;
  /** What will be fetched; null when nothing need be (introspection). */
  readonly plan: PlanNode | SubscriptionNode | null;
  /** Whether it asks for the schema. */
  readonly introspects: boolean;
  /** What it costs with these variables; 0 where no limit asks for it. */
  cost(variables: Readonly<Record<string, unknown>>): number;
  /** The one root field of a subscription. */
  readonly subscribes: SubscribedField | null;
}

/** Root field of a subscription, with its arguments. */
export interface SubscribedField {
  name: string;
  /** Its value for one request, by argument name. */
  argumentsOf(variables: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

export interface ExecutionRequest {
  /** As the client sent them, not coerced. */
  variables: Readonly<Record<string, unknown>>;
  scope: OperationScope;
  /** The event that a subscription answers now; null asks whether the caller may subscribe at all (the answer's data is to be ignored). */
  event?: FeedEvent | null;
}

/** What one operation answered. */
export interface Answer {
  /** JSON text of `data`; null when execution never began (variables that do not fit): then the answer has no `data` key. */
  data: string | null;
  errors?: readonly GraphQLFormattedError[];
  /** Parts that the client deferred, in the order in which they are ready. Must be read or returned. */
  deferred?: AsyncIterable<readonly DeferredPart[]>;
}

/** One deferred part: `data` is the JSON text of an object to merge at `path`. */
export interface DeferredPart {
  label?: string;
  path: readonly (string | number)[];
  data: string;
  errors?: readonly GraphQLFormattedError[];
}

export interface HotOperation {
  source: string;
  operationName: string | null;
}
