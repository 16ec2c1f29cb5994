import type { GraphQLFormattedError } from 'graphql';
import { AppError } from '#kernel/errors';
import { inOne, type GraphqlFront, type HttpOperation, type Outcome, type PresentError } from '../http';
import type { Messages } from './event-stream';
import { stoppable } from './stoppable';
import { subscribe, type SubscriberDeps, type SubscriptionMessage } from './subscribe';

export interface MessagesDeps extends SubscriberDeps {
  front: GraphqlFront;
}

/** Answers any operation as a sequence of messages: a subscription by one for each event, another operation by one. */
export function createMessages(deps: MessagesDeps): Messages {
  return (operation, scope, resumeFrom) =>
    stoppable(scope.signal, async function* (signal): AsyncGenerator<SubscriptionMessage, void> {
      try {
        const kind = await kindOf(deps, operation);
        if (kind !== 'subscription') return yield* once(deps, operation, { ...scope, signal });
        const { query, operationName, variables } = operation;
        yield* subscribe(deps, { query, operationName, variables, resumeFrom }, { ...scope, signal });
      } catch (error) {
        yield { errors: [deps.present(failureOf(error))] }; // the answer has begun: there is no status left to say it with
      }
    });
}

function failureOf(error: unknown): GraphQLFormattedError {
  if (error instanceof AppError) return { message: error.message, extensions: { code: error.code, ...error.details } };
  return { message: String(error), extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

/** Null when the operation cannot be planned. */
export async function kindOf({ engines }: Pick<SubscriberDeps, 'engines'>, { query, operationName }: Pick<HttpOperation, 'query' | 'operationName'>): Promise<'query' | 'mutation' | 'subscription' | null> {
  const lease = engines.lease();
  if (!lease) throw new AppError('NOT_READY', 'The gateway has no supergraph to serve yet.');
  try {
    const planned = await lease.engine.plan(query, operationName);
    return planned.ok ? planned.operation.kind : null;
  } finally {
    lease.release();
  }
}

async function* once({ front, present }: { front: GraphqlFront; present: PresentError }, operation: HttpOperation, scope: Parameters<GraphqlFront['run']>[1]): AsyncGenerator<SubscriptionMessage, void> {
  const { data, errors, deferred } = await front.run(operation, scope).catch((error: unknown): Outcome => {
    if (error instanceof AppError) return { errors: [{ message: error.message, extensions: { code: error.code, ...error.details } }] };
    throw error;
  });
  const message = { ...(data === undefined ? {} : { data }), ...(errors?.length ? { errors: errors.map(present) } : {}) };
  if (!deferred || data === undefined) return yield message;
  const whole = await inOne(data, errors, deferred);
  yield { data: whole.data, ...(whole.errors?.length ? { errors: whole.errors.map(present) } : {}) };
}
