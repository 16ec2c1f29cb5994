import type { GraphQLFormattedError } from 'graphql';
import type { Principal } from '#kernel/auth';
import type { Logger } from '#kernel/telemetry';
import type { ProjectRoute, SubgraphDescriptor } from '../contracts';
import type { Transport } from '../transport';

/** What all fetches of one client operation share; it is also Apollo's context value. */
export interface OperationScope {
  readonly requestId: string;
  /** https://www.w3.org/TR/trace-context/ */
  readonly traceparent: string;
  readonly tracestate?: string;
  readonly principal: Principal;
  /** True when the principal's permissions come from a cache that core could not confirm: reading works, changing does not. */
  readonly permissionsStale: boolean;
  /** Aborted when the client has gone. Honoured by reads only: a change that was sent is waited for. */
  readonly signal: AbortSignal;
  /** Shown to the client as `extensions` of the answer. A data source may add a key of its own, for example `chain`. */
  readonly extensions: Map<string, unknown>;
}

/** One fetch of a query plan. Structurally what Apollo hands to its data sources. */
export interface SubgraphFetch {
  request: { query?: string; variables?: Record<string, unknown>; operationName?: string };
  context: OperationScope;
}

/** A subgraph's answer; error paths are those of the fetch (`_entities`, index, …). */
export interface SubgraphAnswer {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphQLFormattedError[];
}

/**
 * Fetches from one subgraph of a supergraph version. Lives as long as that version; holds no state of a request (put that in a WeakMap
 * keyed by the operation's scope). Trouble is answered as `errors` with a code, with nulls for what it concerns: it never throws
 * for an expected failure.
 */
export interface DataSource {
  process(fetch: SubgraphFetch): Promise<SubgraphAnswer>;
}

/** Makes the data source of one kind. @throws when the descriptor's config is not what this kind needs. */
export type DataSourceFactory = (descriptor: SubgraphDescriptor, deps: DataSourceDeps) => DataSource;

/** Finds out where a project is served. */
export interface RouteDirectory {
  /** Null when there is no such project. @throws RoutesUnavailableError when it is not known here and core does not answer. */
  find(projectId: string): Promise<ProjectRoute | null>;
}

/** The route table does not name this project and core could not be asked. */
export class RoutesUnavailableError extends Error {}

/** Signs who is asking, for one audience; tokens are cached shortly. */
export interface PrincipalTokens {
  /** For a service of ours, for example the audience `core`. */
  forService(principal: Principal, audience: string): Promise<string>;
  /** For one project: carries only what holds in that project, which belongs to the given organisation. */
  forProject(principal: Principal, project: { projectId: string; organizationId: string }): Promise<string>;
}

/** How a fetch ended, for metrics: a closed set, never an id. */
export type FetchOutcome = 'ok' | 'errors' | 'bad-answer' | 'unreachable' | 'reset' | 'timeout' | 'aborted';

/** What every data source may use. */
export interface DataSourceDeps {
  transport: Transport;
  routes: RouteDirectory;
  tokens: PrincipalTokens;
  /** Deadlines for one fetch, in milliseconds. */
  timeouts: { queryMs: number; mutationMs: number };
  logger: Logger;
  /** Records one fetch; duration in seconds. */
  observe: (subgraph: string, outcome: FetchOutcome, seconds: number) => void;
}
