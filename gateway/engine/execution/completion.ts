import type { GraphQLFormattedError } from 'graphql';
import type { ResponsePath, TypedSelection } from '../compiled';
import { answerFields, isKnown, type AnswerField, type Reading } from './fields';
import { isObject, ownValue, setOwn, type JsonObject } from './own-keys';
import { isValidLeaf } from './leaves';
import type { Introspection } from './projection';
import { printReference, type TypeReference } from './type-reference';

export interface Completed {
  data: JsonObject | null;
  /** One for each value that is missing where none may be missing, or is not what its type says. */
  errors: (GraphQLFormattedError & { path: ResponsePath })[];
}

/** A value that may not be null was: the object around it is null instead. */
const INVALID = Symbol('invalid');

/**
 * Shapes an answer with all the care that nulls, errors and unknown types take
 * (https://spec.graphql.org/October2021/#sec-Value-Completion). The common case, in which nothing is wrong, is `projection.ts`.
 */
export function complete(lists: TypedSelection[][], type: string, data: JsonObject, reading: Reading, introspection: Introspection, at: ResponsePath = []): Completed {
  const errors: Completed['errors'] = [];
  const path = [...at];
  const completed = object(lists, type, data);
  return { data: completed === INVALID ? null : completed, errors };

  function object(selections: readonly TypedSelection[][], on: string, source: JsonObject): JsonObject | typeof INVALID {
    const answer: JsonObject = {};
    for (const field of answerFields(selections, on, reading)) {
      const value = field.introspection ? introspected(field) : field.name === '__typename' ? typename(on) : fieldValue(field, on, source);
      if (value === INVALID) return INVALID;
      setOwn(answer, field.key, value);
    }
    return answer;
  }

  function introspected({ introspection: known, key }: AnswerField): unknown {
    return JSON.parse(known?.json ?? introspection[key] ?? 'null');
  }

  // An interface or union is no answer to this question: whatever the object is, its subgraph did not say.
  function typename(on: string): string | typeof INVALID {
    if (reading.objects.includes(on)) return on;
    fail(`No service said which kind of ${on} this is.`);
    return INVALID;
  }

  function fieldValue(field: AnswerField, on: string, source: JsonObject): unknown {
    path.push(field.key);
    const value = complete(field.type, ownValue(source, field.read) ?? null, field.selections, on);
    path.pop();
    return value;
  }

  function complete(wanted: TypeReference, value: unknown, selections: readonly TypedSelection[][] | null, on: string): unknown {
    if (wanted.kind === 'non-null') {
      const before = errors.length;
      const inner = complete(wanted.of, value, selections, on);
      if (inner !== null && inner !== INVALID) return inner;
      if (errors.length === before) fail(`Cannot return null for non-nullable ${place(wanted.of, on)}.`);
      return INVALID;
    }
    if (value === null || value === undefined) return null;
    if (wanted.kind === 'list') return list(wanted.of, value, selections, on);
    return selections ? composite(wanted.name, value, selections, on) : leaf(wanted, value, on);
  }

  function list(of: TypeReference, value: unknown, selections: readonly TypedSelection[][] | null, on: string): unknown {
    if (!Array.isArray(value)) return fail(`Invalid non-list value returned for ${place({ kind: 'list', of }, on)}.`);
    const items = value.map((item, index) => {
      path.push(index);
      const completed = complete(of, item, selections, on);
      path.pop();
      return completed;
    });
    return items.includes(INVALID) ? null : items;
  }

  function composite(declared: string, value: unknown, selections: readonly TypedSelection[][], on: string): unknown {
    const named: TypeReference = { kind: 'named', name: declared };
    if (!isObject(value)) return fail(`Invalid non-object value returned for ${place(named, on)}.`);
    const type = value.__typename ?? declared;
    if (typeof type !== 'string' || !isKnown(reading, type)) return fail(`Invalid __typename found for object at ${place(named, on)}.`);
    const completed = object(selections, type, value);
    return completed === INVALID ? null : completed;
  }

  function leaf(wanted: TypeReference & { kind: 'named' }, value: unknown, on: string): unknown {
    return isValidLeaf(wanted.name, value, reading.enums) ? value : fail(`Invalid value found for ${place(wanted, on)}.`);
  }

  function place(type: TypeReference, on: string): string {
    const last = path.at(-1);
    return typeof last === 'number' ? `array element of type ${printReference(type)} at index ${last}` : `field ${on}.${String(last)}`;
  }

  function fail(message: string): null {
    errors.push({ message, path: [...path], extensions: { code: 'INTERNAL_SERVER_ERROR' } });
    return null;
  }
}
