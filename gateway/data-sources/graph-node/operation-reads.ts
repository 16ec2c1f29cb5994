import type { ObservedCall, OperationScope } from '../data-source';
import { judge, NO_ANSWER, troubleOf, type ChainTrouble, type Verdict } from './chain-trouble';
import { requestOf } from './document';
import type { Endpoint, EndpointAnswer } from './endpoint';
import { freshnessOf, readIndexState, showFreshness } from './freshness';
import type { FindHead } from './head';
import type { Part } from './part';

type Observe = (call: ObservedCall) => void;

/** What one client operation reads from one graph: all of it at one block, in as few requests as its plan allows. */
export interface OperationReads {
  /** Settles or fails every part. Parts that come in the same tick share a request. */
  read(parts: readonly Part[], observed?: Observe): Promise<void>;
  /** A prefix for names that no other fetch of this operation uses. */
  nextPrefix(): string;
}

export interface ReadOptions {
  name: string;
  endpoint: Endpoint;
  findHead: FindHead;
  pinnable: ReadonlySet<string>;
  maxLag: number;
  onStale: 'warn' | 'fail';
}

/** `separable`: perhaps only one of the parts is to blame. */
type Outcome = { kind: 'data'; data: Record<string, unknown> } | { kind: 'failed'; trouble: ChainTrouble; separable: boolean };

const RETRIES = 2;
// What is wrong with the index is wrong for every part. Anything else may come from what one of them asks.
const CONCERNS_ALL: ReadonlySet<Verdict['kind']> = new Set(['reorganized', 'indexing-error']);

export function createOperationReads(options: ReadOptions, scope: OperationScope): OperationReads {
  let fetches = 0;
  let waiting: Part[] = [];
  const observers = new WeakMap<Part, Observe>();
  let departure: Promise<void> | null = null;
  /** Hash of the block at which this operation reads, once the first answer has said which it is. */
  let pin: string | null = null;

  const depart = (): Promise<void> => {
    const parts = waiting;
    waiting = [];
    departure = null;
    return deliver(parts);
  };

  async function deliver(parts: readonly Part[]): Promise<void> {
    const outcome = await readTogether(parts);
    if (outcome.kind === 'failed' && outcome.separable && parts.length > 1) return deliverSeparately(parts);
    for (const part of parts) {
      if (outcome.kind === 'data') part.settle(outcome.data);
      else part.fail(outcome.trouble);
    }
  }

  // One after the other until one of them has told a block, so that the rest can be read there.
  async function deliverSeparately(parts: readonly Part[]): Promise<void> {
    const rest = [...parts];
    for (let part = rest.shift(); part; part = pin === null ? rest.shift() : undefined) await deliver([part]);
    await Promise.all(rest.map((part) => deliver([part])));
  }

  async function readTogether(parts: readonly Part[]): Promise<Outcome> {
    const interested = new Set(parts.flatMap((part) => observers.get(part) ?? []));
    // One call that answers several fetches is the first one's; the others share it.
    const observe = interested.size > 0 ? toEach([...interested]) : undefined;
    for (let attempt = 0; ; attempt++) {
      const at = pin;
      const [answer, head] = await Promise.all([options.endpoint.ask(requestOf(parts, at, options.pinnable), scope, observe), options.findHead(scope, observe)]);
      if (!answer) return { kind: 'failed', trouble: NO_ANSWER, separable: false };
      const verdict = verdictOf(answer, parts, at !== null);
      const mayRetry = attempt < RETRIES;
      if (verdict?.kind === 'reorganized' && mayRetry) {
        if (pin === at) pin = null;
        continue;
      }
      const state = readIndexState(answer.data._meta);
      // A fetch that was on its way at the same time has read another block: read again where it did.
      const straddled = !verdict && at === null && pin !== null && state?.block.hash !== pin;
      if (straddled && mayRetry) continue;
      const freshness = state && freshnessOf(state, head, options);
      if (freshness) showFreshness(scope, options.name, freshness);
      if (verdict) return { kind: 'failed', trouble: troubleOf(verdict), separable: !CONCERNS_ALL.has(verdict.kind) };
      pin ??= freshness?.hash ?? null;
      if (freshness?.stale && options.onStale === 'fail') return { kind: 'failed', trouble: tooOld(freshness), separable: false };
      return { kind: 'data', data: answer.data };
    }
  }

  return {
    nextPrefix: () => `f${fetches++}_`,
    read: (parts, observed) => {
      if (parts.length === 0) return Promise.resolve();
      if (observed) for (const part of parts) observers.set(part, observed);
      waiting.push(...parts);
      departure ??= new Promise<void>((resolve) => setImmediate(resolve)).then(depart);
      return departure;
    },
  };
}

/** One call that answers several fetches is the first one's; the others share it. */
function toEach(observers: readonly Observe[]): Observe {
  return (call) => observers.forEach((tell, index) => tell(index === 0 ? call : { ...call, shared: true }));
}

// With `subgraphError: allow` the endpoint gives the data and mentions the indexing error beside it.
function verdictOf({ data, errors }: EndpointAnswer, parts: readonly Part[], pinned: boolean): Verdict | null {
  if (errors.length === 0) return null;
  const verdict = judge(errors, pinned);
  const complete = parts.every(({ fields }) => fields.every(({ alias, name }) => data[(alias ?? name).value] !== undefined));
  return verdict.kind === 'indexing-error' && complete ? null : verdict;
}

function tooOld({ lag, lagUnit }: { lag: number | null; lagUnit: string }): ChainTrouble {
  return { code: 'CHAIN_STALE', message: `The chain index is ${lag} ${lagUnit} behind, which is further than allowed.`, details: { lag, lagUnit } };
}
