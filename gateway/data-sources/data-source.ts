import type { GraphQLFormattedError } from 'graphql';
import type { Principal } from '#kernel/auth';
import type { Logger } from '#kernel/telemetry';
import type { FeedEvent, ProjectRoute, SubgraphDescriptor } from '../contracts';
import type { PlanNode, SubscriptionNode } from '../engine';
import type { Access } from '../identity';
import type { Transport, TransportFailure } from '../transport';

/** From where a client asks. */
export interface ClientFacts {
  address: string;
  /** The `User-Agent`. */
  agent: string | null;
  /** What the client says that it asks for, by the header `x-purpose`: told to core, which records it where personal data is read. */
  purpose?: string | null;
}

/** What all fetches of one client operation share. */
export interface OperationScope {
  readonly requestId: string;
  /** https://www.w3.org/TR/trace-context/ */
  readonly traceparent: string;
  readonly tracestate?: string;
  readonly principal: Principal;
  /** True when the principal's permissions come from a cache that core could not confirm: reading works, changing does not. */
  readonly permissionsStale: boolean;
  /** What the caller has shown. Null for anonymous callers. */
  readonly access: Access | null;
  /** From where the client asks, where that is known. Personal data: told to who audits changes, and with nothing else. */
  readonly client?: ClientFacts | null;
  /** Aborted when the client has gone. Honoured by reads only: a change that was sent is waited for. */
  readonly signal: AbortSignal;
  /** Shown to the client as `extensions` of the answer. A data source may add a key of its own, for example `chain`. */
  readonly extensions: Map<string, unknown>;
  /** Pays for an operation of this cost, where callers may ask for so much only. @throws AppError RATE_LIMITED */
  readonly pay?: (cost: number) => Promise<void> | void;
  /** Set when the caller may see how the operation is run, and asked to. */
  readonly trace?: OperationTrace;
}

/** Collects what the fetches of one operation did. */
export interface OperationTrace {
  /** Called once with what will be run, before it is. */
  planned(plan: PlanNode | SubscriptionNode | null): void;
  /** Called when a fetch of the plan begins; returns what is to be told of its calls. `path` as in the plan (`@` for each item of a list). */
  fetch(about: { subgraph: string; path: readonly (string | number)[]; operationName?: string }): (call: ObservedCall) => void;
}

/** One fetch of a query plan. */
export interface SubgraphFetch {
  readonly operation: FetchOperation;
  readonly variables: FetchVariables;
  readonly scope: OperationScope;
  /** Set for the root fetch of a subscription: the event that it answers now, null to ask whether the caller may subscribe. */
  readonly event?: FeedEvent | null;
  /** Set when somebody wants to know: told of every call that this fetch makes. */
  readonly observed?: (call: ObservedCall) => void;
}

/** What does not change from one run of a plan to the next: the same object each time, good as the key of a WeakMap. */
export interface FetchOperation {
  readonly query: string;
  readonly operationName?: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
}

/** Variables of a fetch. Both forms say the same; `values` is made when it is first asked for. */
export interface FetchVariables {
  /** JSON text of an object. */
  readonly json: string;
  values(): Record<string, unknown>;
}

/** One call to one server, for `extensions.trace`. */
export interface ObservedCall {
  /** Id of a project's instance, or the audience of a plain service. */
  instance: string;
  ms: number;
  /** Of the answer's body. */
  bytes: number;
  /** The answer came from a call that somebody else was making at that moment: another operation, or another fetch of this one. */
  shared: boolean;
  outcome: FetchOutcome;
  /** Code of the answer's first error, when it has one. */
  code?: string;
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
export type FetchOutcome = 'ok' | 'errors' | 'bad-answer' | TransportFailure;

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
