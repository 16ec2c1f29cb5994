import type { GraphQLFormattedError } from 'graphql';
import { AppError, errorCatalogue, type ErrorCode } from '#kernel/errors';
import type { OperationScope } from '../data-sources/data-source';
import type { DeferredPart, EngineLease, Operation } from '../engine';

/** An operation as a client sends it, however it came. */
export interface OperationRequest {
  query: string;
  operationName: string | null;
  variables: Readonly<Record<string, unknown>>;
  /** Kinds that may be run; the others are refused with `kindRefusal`. */
  allowed: readonly Operation['kind'][];
}

/** What came of an operation. */
export interface Outcome {
  /** JSON text of `data`; undefined when execution never began: then the answer has no such key. */
  data?: string;
  /** Not yet presented: see `present-error.ts`. */
  errors?: readonly GraphQLFormattedError[];
  /** Must be read to its end or returned, begun or not: an engine is held for it. */
  deferred?: AsyncIterableIterator<readonly DeferredPart[]>;
  /** HTTP status for every media type, when the failure is not about the operation itself. */
  status?: number;
}

/** Runs operations. There are two, on one engine: ours (`thin-front.ts`), and Apollo Server for those who want its plugins (`apollo-front.ts`). */
export interface GraphqlFront {
  /** @throws AppError NOT_READY before there is a supergraph. */
  run(request: OperationRequest, scope: OperationScope): Promise<Outcome>;
  stop(): Promise<void>;
}

/** Why an operation of this kind, in this scope, is not run; null when it may be. Both fronts ask it before anything is executed. */
export function kindRefusal({ kind }: Pick<Operation, 'kind'>, { allowed }: Pick<OperationRequest, 'allowed'>, scope: Pick<OperationScope, 'permissionsStale'>): Outcome | null {
  if (!allowed.includes(kind)) {
    if (kind === 'subscription') return refused('BAD_USER_INPUT', 'A subscription takes a connection that stays: ask with `Accept: text/event-stream`, or by WebSocket (graphql-transport-ws).');
    return { ...refused('BAD_USER_INPUT', `A ${kind} cannot be asked for in this way: use POST.`), status: 405 };
  }
  // Nothing is changed on the word of permissions that core cannot confirm.
  if (kind !== 'mutation' || !scope.permissionsStale) return null;
  return { ...refused('CORE_UNAVAILABLE', 'The core service does not answer now: reading works, changes do not.'), status: errorCatalogue.CORE_UNAVAILABLE.status };
}

function refused(code: ErrorCode, message: string): Outcome {
  return { errors: [{ message, extensions: { code } }] };
}

/** The engine for an operation. @throws AppError NOT_READY when there is none yet. */
export function leaseFrom(engines: { lease(): EngineLease | null }): EngineLease {
  const lease = engines.lease();
  if (lease) return lease;
  throw new AppError('NOT_READY', 'The gateway has no supergraph to serve yet.');
}

/** Deferred parts, after which the lease on their engine is given back: also when their reader leaves before it has asked for the first. */
export function releasing(parts: AsyncIterable<readonly DeferredPart[]>, lease: EngineLease): AsyncIterableIterator<readonly DeferredPart[]> {
  const inner = parts[Symbol.asyncIterator]();
  const generator: AsyncIterableIterator<readonly DeferredPart[]> = {
    next: async () => {
      try {
        const next = await inner.next();
        if (next.done) lease.release();
        return next;
      } catch (error) {
        lease.release();
        throw error;
      }
    },
    return: async () => {
      lease.release();
      await inner.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => generator,
  };
  return generator;
}
