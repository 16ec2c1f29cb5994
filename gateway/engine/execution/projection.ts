import type { TypedSelection } from '../compiled';
import { answerFields, isKnown, type AnswerField, type Reading } from './fields';
import { isTooLarge, isWhole, quoted } from './leaves';
import { isInherited, type JsonObject } from './own-keys';
import type { TypeReference } from './type-reference';

/** Answers of introspection fields that depend on variables, by key, as JSON text. */
export type Introspection = Readonly<Record<string, string | null>>;

/** What one run adds to the compiled code. */
export interface ProjectionRun {
  introspection: Introspection;
  /** Objects that stand in several places of the answer, with their text once it is written. */
  shared: Map<object, Map<WriteValue, string>>;
}

/** Writes a value as JSON text; undefined when it is not just so: then `completion.ts` says what to answer. */
export type WriteValue = (value: unknown, run: ProjectionRun) => string | undefined;

/**
 * Writes answers straight from what was fetched: for each object of the client's selection, and each type that is met there, one function is
 * generated that reads its keys and concatenates JSON. It knows only answers in which nothing is missing and nothing is odd.
 */
export function projection(lists: TypedSelection[][], type: string, reading: Reading): WriteValue {
  return objectWriter(lists, type, reading) as WriteValue;
}

type Generated = (object: JsonObject, run: ProjectionRun) => string | undefined;

function objectWriter(lists: readonly TypedSelection[][], type: string, reading: Reading): Generated {
  const constants: unknown[] = [quoted, Object.hasOwn];
  const fields = answerFields(lists, type, reading);
  if (fields.some(({ name }) => name === '__typename') && !reading.objects.includes(type)) return () => undefined;
  let prefix = '{';
  let text = '';
  let code = '"use strict"; let v;\n';
  fields.forEach((field, index) => {
    prefix += `${JSON.stringify(field.key)}:`;
    if (field.name === '__typename') prefix += JSON.stringify(type);
    else if (typeof field.introspection?.json === 'string') prefix += field.introspection.json;
    else {
      code += `const t${index} = (${expression(field, index, constants, reading)}); if (t${index} === undefined) return undefined;\n`;
      text += `${JSON.stringify(prefix)}+t${index}+`;
      prefix = '';
    }
    prefix += index < fields.length - 1 ? ',' : '';
  });
  code += `return ${text}${JSON.stringify(`${prefix}}`)};`;
  // Generated from the compiled operation only: names are escaped as JSON strings, and no value of a client or a service is in it.
  const make = new Function('K', `return function (o, run) { ${code} }`) as (constants: unknown[]) => Generated;
  return make(constants);
}

/** An expression for the JSON text of a field of `o`, or undefined. */
function expression(field: AnswerField, index: number, constants: unknown[], reading: Reading): string {
  if (field.introspection) return `run.introspection[${JSON.stringify(field.key)}] ?? "null"`;
  const key = JSON.stringify(field.read);
  const read = isInherited(field.read) ? `(K[1](o, ${key}) ? o[${key}] : undefined)` : `o[${key}]`;
  const optional = field.type.kind !== 'non-null';
  const type = field.type.kind === 'non-null' ? field.type.of : field.type;
  const missing = optional ? '"null"' : 'undefined';
  return `v = ${read}, v === null || v === undefined ? ${missing} : ${inline(type, field, constants, reading)}`;
}

/** An expression for the JSON text of `v`, which is not null. */
function inline(type: TypeReference, field: AnswerField, constants: unknown[], reading: Reading): string {
  if (type.kind === 'named' && !field.selections) {
    switch (type.name) {
      case 'String':
        return 'typeof v === "string" ? K[0](v) : undefined';
      case 'Boolean':
        return 'v === true ? "true" : v === false ? "false" : undefined';
    }
  }
  const writer = constants.push(valueWriter(type, field.selections, reading)) - 1;
  return `K[${writer}](v, run)`;
}

function valueWriter(type: TypeReference, selections: readonly TypedSelection[][] | null, reading: Reading): WriteValue {
  if (type.kind === 'non-null') {
    const inner = valueWriter(type.of, selections, reading);
    return (value, run) => (value === null || value === undefined ? undefined : inner(value, run));
  }
  if (type.kind === 'list') return listWriter(type.of, selections, reading);
  return selections ? compositeWriter(selections, type.name, reading) : leafWriter(type.name, reading);
}

function listWriter(of: TypeReference, selections: readonly TypedSelection[][] | null, reading: Reading): WriteValue {
  const optional = of.kind !== 'non-null';
  const item = valueWriter(of, selections, reading);
  return (value, run) => {
    if (!Array.isArray(value)) return undefined;
    let text = '[';
    for (let index = 0; index < value.length; index++) {
      const one: unknown = value[index];
      const written = optional && (one === null || one === undefined) ? 'null' : item(one, run);
      if (written === undefined) return undefined;
      text += index === 0 ? written : `,${written}`;
    }
    return `${text}]`;
  };
}

function compositeWriter(lists: readonly TypedSelection[][], declared: string, reading: Reading): WriteValue {
  const byType = new Map<string, Generated>();
  const writerOf = (type: string): Generated | null => {
    const known = byType.get(type);
    if (known) return known;
    if (!isKnown(reading, type)) return null;
    const fresh = objectWriter(lists, type, reading);
    byType.set(type, fresh);
    return fresh;
  };
  const write: WriteValue = (value, run) => {
    if (typeof value !== 'object' || Array.isArray(value)) return undefined;
    const object = value as JsonObject;
    const known = run.shared.size > 0 ? run.shared.get(object) : undefined;
    const before = known?.get(write);
    if (before !== undefined) return before;
    const type = object.__typename ?? declared;
    const text = typeof type === 'string' ? writerOf(type)?.(object, run) : undefined;
    if (text !== undefined) known?.set(write, text);
    return text;
  };
  return write;
}

function leafWriter(type: string, { enums }: Reading): WriteValue {
  switch (type) {
    case 'Int':
      return (value) => (isWhole(value) ? String(value) : undefined);
    case 'Float':
      return (value) => (Number.isFinite(value) ? String(value) : undefined);
    case 'Boolean':
      return (value) => (typeof value === 'boolean' ? String(value) : undefined);
    case 'String':
      return (value) => (typeof value === 'string' ? quoted(value) : undefined);
    case 'ID':
      return (value) => (typeof value === 'string' ? quoted(value) : isWhole(value) ? String(value) : undefined);
  }
  const values = Object.hasOwn(enums, type) ? enums[type] : undefined;
  if (!values) return (value) => (isTooLarge(value) ? undefined : JSON.stringify(value));
  const texts = new Map<unknown, string>(values.map((name) => [name, JSON.stringify(name)]));
  return (value) => texts.get(value);
}
