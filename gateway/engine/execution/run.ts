import type { GraphQLFormattedError } from 'graphql';
import type { DataSource, OperationScope } from '../../data-sources/data-source';
import type { FeedEvent } from '../../contracts';
import type { EntityMemory } from './claims';
import type { JsonObject } from './own-keys';
import type { ProjectionRun } from './projection';
import type { IsSubtype } from './rewrites';
import type { Variables } from './variables';

/** One execution of one operation. */
export interface Run {
  /** What has been fetched so far, by the keys of the plan. */
  readonly data: JsonObject;
  readonly errors: GraphQLFormattedError[];
  /** As the client sent them; subgraphs coerce their own. */
  readonly given: Variables;
  readonly scope: OperationScope;
  readonly event?: FeedEvent | null;
  /** Objects that stand in several places: one entity that was asked for once. */
  readonly shared: ProjectionRun['shared'];
  /** By question, for questions that come back in several branches of the plan. */
  readonly entities: Map<string, EntityMemory>;
  /** Whether the operation changes things between its fetches: then nothing is remembered. */
  readonly serial: boolean;
  /** Deferred parts that have been found on the way. */
  readonly deferrals: Deferral[];
  /** Settles when the fetch with this id has answered; made by whoever comes first. */
  readonly fetched: Map<string, Signal>;
}

export interface Signal {
  promise: Promise<void>;
  done(): void;
}

/** A part of the answer to be delivered later. */
export interface Deferral {
  /** Index of the deferred part among all of the plan, for its compiled form. */
  part: number;
  ready: Promise<void>;
  /** Of the part alone. */
  errors: GraphQLFormattedError[];
}

/** A compiled node of a plan. Returns nothing when it is done at once. */
export type Step = (run: Run) => Promise<void> | void;

/** What compiled plans are bound to. */
export interface PlanBinding {
  sourceOf(subgraph: string): DataSource;
  isSubtype: IsSubtype;
  /** Whether a type of the supergraph is an interface or a union. */
  isAbstract(type: string): boolean;
}

export function signalOf({ fetched }: Run, id: string): Signal {
  const known = fetched.get(id);
  if (known) return known;
  let done: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (done = resolve));
  const fresh = { promise, done };
  fetched.set(id, fresh);
  return fresh;
}
