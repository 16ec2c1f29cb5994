import type { GraphQLFormattedError } from 'graphql';
import { AppError, type ErrorCode } from '#kernel/errors';
import { newRequestContext, type Logger } from '#kernel/telemetry';
import type { FeedEvent, SubscriptionField } from '../contracts';
import type { OperationScope } from '../data-sources/data-source';
import type { Answer, EngineLease, Operation } from '../engine';
import { scopeFor, type CallerOf, type PresentError } from '../http';
import { FeedGapError, type Feed } from './feed';
import { mayTell } from './matching';

/** One message of a subscription. The last may hold errors only: why it ended. */
export interface SubscriptionMessage {
  /** Resume after this; absent in a last message. */
  position?: string;
  /** JSON text. */
  data?: string;
  errors?: readonly GraphQLFormattedError[];
}

export interface SubscriptionRequest {
  query: string;
  operationName: string | null;
  variables: Readonly<Record<string, unknown>>;
  /** Tell what happened after this position first. */
  resumeFrom: string | null;
}

export interface SubscriberDeps {
  engines: { lease(): EngineLease | null };
  feed: Feed;
  /** Fields of `Subscription` in the supergraph in force. */
  fields(): ReadonlyMap<string, SubscriptionField>;
  /** Who the caller is now, and what they may do. */
  callerOf: CallerOf;
  present: PresentError;
  logger: Logger;
  /** Called with 1 when a subscription begins and -1 when it ends. */
  counted(change: 1 | -1): void;
  delivered(): void;
}

const POSITION = /^\d{1,18}$/;
/** The one root field is null: the caller may not know of the event. */
const NOTHING = /^\{"(?:[^"\\]|\\.)*":null\}$/;

/**
 * Runs a subscription. Each event is answered when the client takes it: authorised by what the caller may do then, resolved on the engine in
 * force then, so neither a slow client nor a new supergraph costs anything or cuts anything.
 * Ends with UNAUTHENTICATED when the access token does, with RESUME_GAP when what was missed is no longer retained.
 */
export async function* subscribe(deps: SubscriberDeps, request: SubscriptionRequest, scope: OperationScope): AsyncGenerator<SubscriptionMessage> {
  const { access } = scope;
  const patience = access ? [AbortSignal.timeout(Math.max(0, Math.min(access.expiresAt - Date.now(), 2 ** 31 - 1)))] : [];
  const signal = AbortSignal.any([scope.signal, ...patience]);
  deps.counted(1);
  try {
    const begun = await begin(deps, request, scope);
    if ('errors' in begun) return yield ended(deps, begun.errors);
    for await (const event of deps.feed.read(request.resumeFrom, signal)) {
      if (!mayTell(begun.field, begun.args, event)) continue;
      const answer = await answerTo(deps, request, await currentScope(deps, scope), event);
      if ('refused' in answer) return yield ended(deps, answer.refused);
      const { data, errors } = answer;
      if (data === null || (!errors?.length && NOTHING.test(data))) {
        if (errors?.length) return yield ended(deps, errors);
        continue;
      }
      deps.delivered();
      yield { position: event.position, data, ...(errors?.length ? { errors: errors.map(deps.present) } : {}) };
    }
    if (!scope.signal.aborted && patience.some(({ aborted }) => aborted)) yield ended(deps, [failure('UNAUTHENTICATED', 'The access token has expired. Subscribe again with a new one, from the last position.')]);
  } catch (error) {
    if (error instanceof FeedGapError) yield ended(deps, [failure('RESUME_GAP', 'The position to resume from is no longer retained: read the current state again and subscribe anew.')]);
    else if (error instanceof AppError) yield ended(deps, [{ message: error.message, extensions: { code: error.code, ...error.details } }]);
    else {
      deps.logger.error({ err: error }, 'a subscription failed');
      yield ended(deps, [failure('INTERNAL_SERVER_ERROR', 'A subscription failed.')]);
    }
  } finally {
    deps.counted(-1);
  }
}

/** Plans the operation and asks whether the caller may subscribe at all. */
async function begin(deps: SubscriberDeps, request: SubscriptionRequest, scope: OperationScope): Promise<{ field: SubscriptionField; args: Record<string, unknown> } | { errors: readonly GraphQLFormattedError[] }> {
  if (request.resumeFrom !== null && !POSITION.test(request.resumeFrom)) return { errors: [failure('RESUME_GAP', 'The position to resume from is none of this feed.')] };
  return withOperation(deps, request, async (operation, execute) => {
    const field = operation.subscribes && deps.fields().get(operation.subscribes.name);
    if (!operation.subscribes || !field) return { errors: [failure('BAD_USER_INPUT', 'This is no subscription that we know.')] };
    const { data, errors } = await execute(scope, null);
    if (data === null || errors?.length) return { errors: errors ?? [] };
    return { field, args: operation.subscribes.argumentsOf(request.variables) };
  });
}

async function answerTo(deps: SubscriberDeps, request: SubscriptionRequest, scope: OperationScope, event: FeedEvent): Promise<Answer | { refused: readonly GraphQLFormattedError[] }> {
  const answer = await withOperation(deps, request, async (_operation, execute) => execute(scope, event));
  return 'data' in answer ? answer : { refused: answer.errors };
}

type Execute = (scope: OperationScope, event: FeedEvent | null) => Promise<Answer>;

/** Uses the engine in force for as long as one answer takes. */
async function withOperation<T>({ engines }: SubscriberDeps, { query, operationName, variables }: SubscriptionRequest, use: (operation: Operation, execute: Execute) => Promise<T>): Promise<T | { errors: readonly GraphQLFormattedError[] }> {
  const lease = engines.lease();
  if (!lease) throw new AppError('NOT_READY', 'The gateway has no supergraph to serve yet.');
  try {
    const planned = await lease.engine.plan(query, operationName);
    if (!planned.ok) return { errors: planned.errors };
    return await use(planned.operation, (scope, event) => lease.engine.execute(planned.operation, { variables, scope, event }));
  } finally {
    lease.release();
  }
}

/** What the caller may do may have changed since the last event. */
async function currentScope(deps: SubscriberDeps, scope: OperationScope): Promise<OperationScope> {
  return scopeFor(await deps.callerOf(scope.access), newRequestContext(), scope.signal, scope.client);
}

function ended({ present }: SubscriberDeps, errors: readonly GraphQLFormattedError[]): SubscriptionMessage {
  return { errors: errors.map(present) };
}

function failure(code: ErrorCode, message: string): GraphQLFormattedError {
  return { message, extensions: { code } };
}
