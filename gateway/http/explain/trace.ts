import type { ObservedCall, OperationTrace } from '../../data-sources/data-source';

/** One call to a server. A fetch of the plan makes none, one, or one for each project that it is about. */
export interface TracedFetch {
  subgraph: string;
  /** Id of a project's instance, or the name of a service. */
  instance: string;
  /** Where the plan puts the answer; `@` is each item of a list. */
  path: readonly (string | number)[];
  operationName: string | null;
  /** Milliseconds from the start of the operation. */
  startMs: number;
  ms: number;
  /** Of the answer's body; 0 when none came. */
  bytes: number;
  /** The answer came from a call that was under way already: of another operation, or for another fetch of this one. */
  shared: boolean;
  /** Code of the answer's first error, or how the call failed: `errors` (without a code), `bad-answer`, `unreachable`, `reset`, `timeout`, `aborted`. */
  error?: string;
}

/** `extensions.trace`. */
export interface TraceShown {
  /** Milliseconds until it was clear who asks and what will be run; absent when nothing was. */
  plannedMs?: number;
  /** Milliseconds until this was written. */
  ms: number;
  /** In the order in which they began. */
  fetches: TracedFetch[];
}

/** What is known so far of an operation that began at `since` (on the clock of `performance.now()`); written when the answer is. */
export function createTrace(since: number): Pick<OperationTrace, 'fetch'> & { planned(): void; toJSON(): TraceShown } {
  const fetches: TracedFetch[] = [];
  let plannedMs: number | undefined;
  const elapsed = (): number => performance.now() - since;
  return {
    planned: () => {
      plannedMs = rounded(elapsed());
    },
    fetch: ({ subgraph, path, operationName = null }) => ({ instance, ms, bytes, shared, outcome, code }: ObservedCall) => {
      const error = outcome === 'ok' ? undefined : (code ?? outcome);
      fetches.push({ subgraph, instance, path, operationName, startMs: rounded(Math.max(0, elapsed() - ms)), ms: rounded(ms), bytes, shared, ...(error === undefined ? {} : { error }) });
    },
    toJSON: () => ({ plannedMs, ms: rounded(elapsed()), fetches: fetches.toSorted((one, other) => one.startMs - other.startMs) }),
  };
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
