import type { RequiredField, RequiredSelection } from '../compiled';
import { quoted } from './leaves';
import { isInherited, isObject, ownValue, type JsonObject } from './own-keys';
import type { IsSubtype } from './rewrites';

/** Writes what names an entity to a subgraph, as JSON text; null when something is missing and it cannot be asked for. */
export type WriteRepresentation = (entity: JsonObject) => string | null;

/** How entities are named to a subgraph. */
export interface RepresentationWriter {
  write: WriteRepresentation;
  /**
   * The one string or number that tells an entity from others of its type, where there is one: two entities of a type with equal ones have equal
   * representations, and nothing need be written to know. Null: compare what is written.
   */
  nameOf(entity: JsonObject): string | number | null;
}

/** Makes the writer for what a fetch requires. One is compiled for each type of entity, at its first. */
export function representationWriter(required: readonly RequiredSelection[], isSubtype: IsSubtype): RepresentationWriter {
  const byType = new Map<string, RepresentationWriter>();
  const writerOf = (type: unknown): RepresentationWriter | null => {
    if (typeof type !== 'string') return null;
    const known = byType.get(type);
    if (known) return known;
    const fresh = { write: writerFor(type, required, isSubtype), nameOf: namer(fieldsFor(type, required, isSubtype)) };
    byType.set(type, fresh);
    return fresh;
  };
  return {
    write: (entity) => writerOf(entity.__typename)?.write(entity) ?? null,
    nameOf: (entity) => writerOf(entity.__typename)?.nameOf(entity) ?? null,
  };
}

function namer(fields: readonly RequiredField[]): RepresentationWriter['nameOf'] {
  const [field, ...others] = fields.filter(({ name }) => name !== '__typename');
  if (!field || others.length > 0 || field.selections) return () => null;
  const key = field.alias ?? field.name;
  return (entity) => {
    const value = ownValue(entity, key);
    return typeof value === 'string' || typeof value === 'number' ? value : null;
  };
}

/** Each fragment gives its fields if it has them all: a requirement of one field must not keep the others from being asked. */
function writerFor(type: string, required: readonly RequiredSelection[], isSubtype: IsSubtype): WriteRepresentation {
  const parts = required.map((one) => fieldsFor(type, [one], isSubtype)).filter(({ length }) => length > 0);
  const [only, second] = parts;
  if (!only) return () => null;
  if (!second) return withType(only, isSubtype);
  const writers = new Map<string, WriteRepresentation>();
  return (entity) => {
    const complete = parts.map((fields) => fields.every(({ name, alias }) => ownValue(entity, alias ?? name) !== undefined));
    const key = complete.join();
    const writer = writers.get(key) ?? withType(together(parts.filter((_part, index) => complete[index]).flat()), isSubtype);
    writers.set(key, writer);
    return writer(entity);
  };
}

/** Fields that an object of this type gives, without those of fragments on other types. */
function fieldsFor(type: string, required: readonly RequiredSelection[], isSubtype: IsSubtype): RequiredField[] {
  return together(flattened(type, required, isSubtype));
}

/** A field that is asked for twice is asked for once. */
function together(all: readonly RequiredField[]): RequiredField[] {
  const fields = new Map<string, RequiredField>();
  for (const one of all) {
    const before = fields.get(one.name);
    fields.set(one.name, before?.selections && one.selections ? { ...before, selections: [...before.selections, ...one.selections] } : (before ?? one));
  }
  return [...fields.values()];
}

function flattened(type: string, required: readonly RequiredSelection[], isSubtype: IsSubtype): RequiredField[] {
  return required.flatMap((one) => {
    if (one.kind === 'Field') return [one];
    return one.typeCondition !== undefined && isSubtype(type, one.typeCondition) ? flattened(type, one.selections, isSubtype) : [];
  });
}

// Without `__typename` no subgraph can tell what is asked for.
function withType(fields: readonly RequiredField[], isSubtype: IsSubtype): WriteRepresentation {
  if (!fields.some(({ name }) => name === '__typename')) return () => null;
  return objectWriter(fields, isSubtype);
}

/** One function is generated that reads the fields and concatenates JSON; names are escaped as JSON strings, and nothing else is in it. */
function objectWriter(fields: readonly RequiredField[], isSubtype: IsSubtype): WriteRepresentation {
  const constants: unknown[] = [scalarText, ownValue];
  const texts = fields.map(({ name, alias, selections }, index) => {
    const key = alias ?? name;
    const value = isInherited(key) ? `K[1](o, ${JSON.stringify(key)})` : `o[${JSON.stringify(key)}]`;
    const writer = selections ? constants.push(nestedWriter(selections, isSubtype)) - 1 : 0;
    return { read: `const v${index} = ${value}; if (v${index} === undefined) return null;\n`, text: `${JSON.stringify(`${index === 0 ? '{' : ','}${JSON.stringify(name)}:`)}+K[${writer}](v${index})` };
  });
  const code = `"use strict"; ${texts.map(({ read }) => read).join('')}return ${[...texts.map(({ text }) => text), texts.length === 0 ? '"{}"' : '"}"'].join('+')};`;
  return (new Function('K', `return function (o) { ${code} }`) as (constants: unknown[]) => WriteRepresentation)(constants);
}

function scalarText(value: unknown): string {
  return typeof value === 'string' ? quoted(value) : JSON.stringify(value);
}

function nestedWriter(required: readonly RequiredSelection[], isSubtype: IsSubtype): (value: unknown) => string {
  const plain = required.every((one) => one.kind === 'Field') ? objectWriter(fieldsFor('', required, isSubtype), isSubtype) : null;
  const byType = new Map<unknown, WriteRepresentation>();
  const writer = (type: unknown): WriteRepresentation => {
    const known = plain ?? byType.get(type);
    if (known) return known;
    const fresh = objectWriter(fieldsFor(typeof type === 'string' ? type : '', required, isSubtype), isSubtype);
    byType.set(type, fresh);
    return fresh;
  };
  const write = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
    return isObject(value) ? (writer(value.__typename)(value) ?? 'null') : 'null';
  };
  return write;
}
