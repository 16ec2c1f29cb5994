import type { GraphQLFormattedError } from 'graphql';
import { holds } from '#kernel/auth';
import { BadInputError, ForbiddenError, type ErrorCode } from '#kernel/errors';
import { costError, limitError, withoutSuggestion, type Answer, type DeferredPart, type Engine, type ExecutionRequest, type Operation, type Planned } from '../engine';

export interface GuardOptions {
  /** Largest document in characters: counted before anything reads it. */
  maxDocument: number;
  /** Largest cost of an operation. */
  maxCost: number;
  /** Largest answer, in characters of JSON. */
  maxAnswer: number;
  /** Set where only callers with this permission may ask for the schema. */
  introspectionPermission: string | null;
  /** Whether messages may suggest names. */
  suggestions: boolean;
  /** Told of every refusal, by its code. */
  refused(code: ErrorCode): void;
}

/**
 * An engine that runs only what is within limits. Everything that runs operations goes through an engine, so nothing goes around this: queries,
 * subscriptions, REST. What depends on the document alone, the compiler has refused already; here is what depends on variables and callers.
 */
export function guardEngine(engine: Engine, options: GuardOptions): Engine {
  const { maxDocument, refused } = options;

  function noted(planned: Planned): Planned {
    const code = planned.ok ? null : planned.errors[0]?.extensions?.code;
    if (code === 'OPERATION_TOO_LARGE' || code === 'OPERATION_TOO_COSTLY') refused(code);
    return planned;
  }

  return {
    ...engine,
    plan: (source, operationName) => {
      if (source.length > maxDocument) return noted({ ok: false, errors: [limitError('OPERATION_TOO_LARGE', { limit: 'characters', value: source.length, maximum: maxDocument }, 'Write less, or ask in several operations.')] });
      const planned = engine.plan(source, operationName);
      return planned instanceof Promise ? planned.then(noted) : noted(planned);
    },
    execute: async (operation, request) => {
      const refusal = refusalOf(operation, request, options);
      if (refusal) {
        refused(refusal.extensions?.code as ErrorCode);
        return { data: null, errors: [refusal] };
      }
      const paying = request.scope.pay?.(operation.cost(request.variables));
      if (paying) await paying;
      return checked(await executed(engine, operation, request), operation, options);
    },
  };
}

function refusalOf(operation: Operation, { variables, scope }: ExecutionRequest, { maxCost, introspectionPermission }: GuardOptions): GraphQLFormattedError | null {
  if (operation.introspects && introspectionPermission !== null && !holds(scope.principal, introspectionPermission)) {
    const { message, code, details } = new ForbiddenError(introspectionPermission);
    return { message, extensions: { code, ...details } };
  }
  const cost = operation.cost(variables);
  return cost > maxCost ? costError(cost, maxCost) : null;
}

async function executed(engine: Engine, operation: Operation, request: ExecutionRequest): Promise<Answer> {
  try {
    return await engine.execute(operation, request);
  } catch (error) {
    // Variables are read by recursion. Nothing that a person sends nests so deep that the stack is over.
    if (error instanceof RangeError && error.message.includes('call stack')) throw new BadInputError('variables', 'nest too deep');
    throw error;
  }
}

function checked(answer: Answer, operation: Operation, { maxAnswer, suggestions, refused }: GuardOptions): Answer {
  const { data, errors, deferred } = answer;
  if (data === null) return suggestions || !errors ? answer : { ...answer, errors: errors.map((error) => ({ ...error, message: withoutSuggestion(error.message) })) };
  if (data.length > maxAnswer) {
    refused('RESPONSE_TOO_LARGE');
    void deferred?.[Symbol.asyncIterator]().return?.();
    return { data: null, errors: [tooLarge(data.length, maxAnswer, operation)] };
  }
  return deferred ? { ...answer, deferred: bounded(deferred, maxAnswer - data.length, (value) => tooLarge(value, maxAnswer, operation)) } : answer;
}

/** Deferred parts until together they are too large. */
async function* bounded(parts: AsyncIterable<readonly DeferredPart[]>, left: number, errorOf: (value: number) => GraphQLFormattedError): AsyncGenerator<readonly DeferredPart[]> {
  let room = left;
  for await (const some of parts) {
    yield some.map((part) => {
      room -= part.data.length;
      return room >= 0 ? part : { ...part, data: 'null', errors: [errorOf(part.data.length)] };
    });
  }
}

function tooLarge(value: number, maximum: number, { kind }: Operation): GraphQLFormattedError {
  return limitError('RESPONSE_TOO_LARGE', { limit: 'characters', value, maximum }, kind === 'mutation' ? 'What was to be changed is changed; ask for less of it.' : 'Ask for smaller pages.');
}
