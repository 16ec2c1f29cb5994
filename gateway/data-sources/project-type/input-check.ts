import { Kind, type TypeNode, type ValueNode } from 'graphql';
import type { VersionIndex } from './version-index';

/**
 * Looks in a literal of an operation for something that a version does not know: an input field or an enum value.
 * Returns what is missing in words, or null. Variables inside are not looked at here: see {@link missingInValue}.
 */
export function missingInLiteral(value: ValueNode, type: TypeNode, index: VersionIndex): string | null {
  if (type.kind === Kind.NON_NULL_TYPE) return missingInLiteral(value, type.type, index);
  if (type.kind === Kind.LIST_TYPE) {
    const items = value.kind === Kind.LIST ? value.values : [value];
    return first(items, (item) => missingInLiteral(item, type.type, index));
  }
  const name = type.name.value;
  if (value.kind === Kind.ENUM) return missingEnumValue(name, value.value, index);
  if (value.kind !== Kind.OBJECT) return null;
  return first(value.fields, (field) => missingField(name, field.name.value, index, (fieldType) => missingInLiteral(field.value, fieldType, index)));
}

/** The same for the value of a variable, which came as JSON. */
export function missingInValue(value: unknown, type: TypeNode, index: VersionIndex): string | null {
  if (value === null || value === undefined) return null;
  if (type.kind === Kind.NON_NULL_TYPE) return missingInValue(value, type.type, index);
  if (type.kind === Kind.LIST_TYPE) {
    const items: unknown[] = Array.isArray(value) ? value : [value];
    return first(items, (item) => missingInValue(item, type.type, index));
  }
  const name = type.name.value;
  if (typeof value === 'string') return missingEnumValue(name, value, index);
  if (typeof value !== 'object') return null;
  return first(Object.entries(value), ([field, inner]) => missingField(name, field, index, (fieldType) => missingInValue(inner, fieldType, index)));
}

/** Whether a version knows the type of a variable at all. */
export function knowsInputType(type: string, index: VersionIndex): boolean {
  return index.isScalar(type) || index.enumValues(type) !== undefined || index.inputFields(type) !== undefined;
}

function missingEnumValue(type: string, value: string, index: VersionIndex): string | null {
  const values = index.enumValues(type);
  return values && !values.has(value) ? `the value ${value} of ${type}` : null;
}

function missingField(type: string, field: string, index: VersionIndex, inside: (fieldType: TypeNode) => string | null): string | null {
  const fields = index.inputFields(type);
  if (!fields) return null; // a scalar that takes objects, for example JSON
  const fieldType = fields.get(field);
  return fieldType ? inside(fieldType) : `the input field ${type}.${field}`;
}

function first<T>(items: Iterable<T>, find: (item: T) => string | null): string | null {
  for (const item of items) {
    const found = find(item);
    if (found) return found;
  }
  return null;
}
