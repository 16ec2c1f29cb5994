import type { GraphQLFormattedError } from 'graphql';

/** What an operation may be, before anything is planned. Limits that are left out do not hold. */
export interface OperationLimits {
  /** Largest document, in tokens of the GraphQL language. */
  maxTokens: number;
  /** Whether operations may ask for the schema. */
  introspection: boolean;
  /** Whether messages may suggest names ("Did you mean …?"). Left out: where introspection is allowed. */
  suggestions?: boolean;
  shape?: ShapeLimits;
  cost?: CostLimits;
}

/** Largest numbers of what a document may hold. Fragments count as often as they are spread, except for directives. */
export interface ShapeLimits {
  /** Fields below one another. Introspection has a limit of its own in graphql-js. */
  depth: number;
  /** Selections within one another, of fields and fragments alike: reading them takes more than the square of this. */
  nesting: number;
  fields: number;
  rootFields: number;
  aliases: number;
  /** As written, in the whole document. */
  directives: number;
  /** Fields under one key of one selection: the comparison of fields takes the square of this. */
  duplicates: number;
}

/** Cost as in https://ibm.github.io/graphql-specs/cost-spec.html. */
export interface CostLimits {
  /** Largest cost of an operation. */
  max: number;
  /** Items of a list for which neither the schema nor the operation says how many. */
  assumedListSize: number;
}

/** An error that names the limit, the value, the maximum, and how to ask for less. */
export function limitError(code: 'OPERATION_TOO_LARGE' | 'OPERATION_TOO_COSTLY' | 'RESPONSE_TOO_LARGE', about: { limit: string; value: number; maximum: number }, advice: string): GraphQLFormattedError {
  const { limit, value, maximum } = about;
  // What fragments multiply to may be no number that anybody reads.
  const shown = value > Number.MAX_SAFE_INTEGER ? 'more than can be counted' : String(value);
  return { message: `The limit of ${limit} is ${maximum}; this has ${shown}. ${advice}`, extensions: { code, limit, value: Math.min(value, Number.MAX_SAFE_INTEGER), maximum } };
}

export function costError(value: number, maximum: number): GraphQLFormattedError {
  return limitError('OPERATION_TOO_COSTLY', { limit: 'cost', value, maximum }, 'Ask for smaller pages (`first`), or for fewer lists within lists.');
}

/** The message of a validation error, without the names that graphql-js offers instead. */
export function withoutSuggestion(message: string): string {
  return message.replace(/ ?Did you mean .+\?$/s, '');
}
