import { execute, parse, type GraphQLSchema, type ResponsePath } from 'graphql';
import type { ClientRequest } from '../engine-under-test';
import type { Facts, Thing } from './facts';

/** What one service that knows everything would answer, and which thing stands at which path (`T0-1`). */
export interface Truth {
  data: unknown;
  errors: string[];
  things: Map<string, string>;
  /** Where the client has asked for something. */
  paths: Set<string>;
}

export async function trueAnswer(schema: GraphQLSchema, facts: Facts, { query, variables, operationName }: ClientRequest): Promise<Truth> {
  const things = new Map<string, string>();
  const paths = new Set<string>();
  const result = await execute({
    schema,
    document: parse(query),
    variableValues: variables,
    operationName,
    typeResolver: (thing) => (thing as Thing).real,
    fieldResolver: (source, given: Record<string, unknown>, _, { parentType, fieldName, path }) => {
      const thing = parentType.name === 'Query' ? { __typename: 'Query', real: 'Query', n: 0 } : (source as Thing);
      paths.add(pathToArray(path).join('.'));
      things.set(pathToArray(path.prev).join('.'), `${thing.real}-${thing.n}`);
      const field = facts.field(thing.real, fieldName);
      if (!field) throw new Error(`Nothing is known of ${parentType.name}.${fieldName}.`);
      return facts.value(thing, field, given);
    },
  });
  return { data: JSON.parse(JSON.stringify(result.data ?? null)), errors: (result.errors ?? []).map(({ message }) => message), things, paths };
}

function pathToArray(path: ResponsePath | undefined): (string | number)[] {
  return path ? [...pathToArray(path.prev), path.key] : [];
}
