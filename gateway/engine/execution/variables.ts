import { GraphQLError, buildASTSchema, getVariableValues, parse, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { withoutValues } from '#kernel/errors';
import type { VariableFacts } from '../compiled';
import { withoutSuggestion } from '../limits';

export type Variables = Readonly<Record<string, unknown>>;
export type Coerced = { ok: true; values: Variables } | { ok: false; errors: GraphQLFormattedError[] };

const NONE: Coerced = { ok: true, values: {} };
const builtIn = lazily(() => schemaOf('scalar Unused'));

/** Coerces variables as https://spec.graphql.org/October2021/#sec-Coercing-Variable-Values says; faults are BAD_USER_INPUT. */
export function variableReader({ definitions, inputSdl, suggests }: VariableFacts): (given: Variables) => Coerced {
  if (definitions.length === 0) return () => NONE;
  const schema = inputSdl === null ? builtIn : lazily(() => schemaOf(inputSdl));
  return (given) => {
    const { coerced, errors } = getVariableValues(schema(), definitions, given);
    if (!errors) return { ok: true, values: coerced };
    // graphql-js gives along whatever was thrown meanwhile, also that the stack was over.
    const unexpected = errors.find((error) => !(error instanceof GraphQLError));
    if (unexpected) throw unexpected;
    return { ok: false, errors: errors.map((error) => ({ ...error.toJSON(), message: suggests ? withoutValues(error) : withoutSuggestion(withoutValues(error)), extensions: { code: 'BAD_USER_INPUT' } })) };
  };
}

function schemaOf(inputSdl: string): GraphQLSchema {
  return buildASTSchema(parse(`type Query { a: Int b: Float c: ID d: String e: Boolean }\n${inputSdl}`), { assumeValid: true });
}

function lazily<T>(make: () => T): () => T {
  let made: T | null = null;
  return () => (made ??= make());
}
