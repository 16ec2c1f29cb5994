import type { EntityField, EntityScalar, EntityType } from '../indexing';
import { filterName, filterScalar, operatorsOf, type FilterOperator } from './filter-operators';
import { invalidFilter } from './query-errors';

/** Values of a statement; each call adds one and returns its place (`$3`). */
export type Bind = (value: unknown) => string;

/** A filter as the client sent it, checked by GraphQL against the filter's input type. */
export type Where = Readonly<Record<string, unknown>>;

interface Condition {
  field: EntityField;
  operator: FilterOperator;
}

const NUMBERS = new Set<EntityScalar>(['Int', 'Int8', 'BigInt', 'BigDecimal', 'Timestamp']);
const NUMBER = /^-?\d+(\.\d+)?$/;
const COMPARISONS: Partial<Record<FilterOperator, string>> = { '': '=', not: '<>', gt: '>', lt: '<', gte: '>=', lte: '<=' };

/** A field of an entity version `e` as SQL, comparable. */
export function columnSql(field: EntityField): string {
  if (field.name === 'id') return 'e.id';
  const text = `(e.data->>'${field.name}')`;
  const scalar = filterScalar(field);
  if (NUMBERS.has(scalar)) return `${text}::numeric`;
  return scalar === 'Boolean' ? `${text}::boolean` : `${text} COLLATE "C"`;
}

/** The filter of an entity `e` as SQL. @throws in graph-node's words when a value cannot be compared. */
export function whereSql(type: EntityType, where: Where, bind: Bind): string {
  const conditions = conditionsOf(type);
  const clause = (filter: Where): string => {
    const names = Object.keys(filter);
    if (names.includes('or') && names.length > 1) throw invalidFilter('column filters are not allowed at the same level as `or`');
    return joined(names.map((name) => one(name, filter[name])), 'AND', 'TRUE');
  };
  const one = (name: string, value: unknown): string => {
    if (name === 'and') return joined(nested(value).map(clause), 'AND', 'TRUE');
    if (name === 'or') return joined(nested(value).map(clause), 'OR', 'TRUE');
    if (name === '_change_block') return `e.block_from >= ${bind((value as { number_gte: number } | null)?.number_gte ?? 0)}`;
    const condition = conditions.get(name);
    if (!condition) throw invalidFilter(`there is no filter ${name}`);
    return conditionSql(condition, value, bind);
  };
  return clause(where);
}

function conditionsOf(type: EntityType): Map<string, Condition> {
  return new Map([...type.fields.values()].flatMap((field) => operatorsOf(field).map((operator) => [filterName(field.name, operator), { field, operator }] as const)));
}

function nested(value: unknown): Where[] {
  return (Array.isArray(value) ? value : []).filter((filter): filter is Where => filter !== null);
}

function joined(parts: readonly string[], operator: 'AND' | 'OR', none: string): string {
  return parts.length === 0 ? none : `(${parts.join(` ${operator} `)})`;
}

function conditionSql({ field, operator }: Condition, value: unknown, bind: Bind): string {
  const column = columnSql(field);
  const scalar = filterScalar(field);
  if (value === null && (operator === '' || operator === 'not')) return `${column} IS ${operator === 'not' ? 'NOT ' : ''}NULL`;
  if (value === null) throw invalidFilter(`${filterName(field.name, operator)} must not be null`);
  if (operator === 'in') return `${column} = ANY(${bindMany(scalar, value, bind)})`;
  if (operator === 'not_in') return `NOT ${column} = ANY(${bindMany(scalar, value, bind)})`;
  const comparison = COMPARISONS[operator];
  // Equality of text is asked of the whole document, so that the index on it helps.
  if (operator === '' && field.name !== 'id' && sqlType(scalar) === 'text') return `e.data @> ${bind(JSON.stringify({ [field.name]: sqlValue(scalar, value) }))}::jsonb`;
  return comparison ? `${column} ${comparison} ${bind(sqlValue(scalar, value))}::${sqlType(scalar)}` : likeSql(column, operator, String(value), bind);
}

function likeSql(column: string, operator: FilterOperator, value: string, bind: Bind): string {
  const escaped = value.replace(/[\\%_]/g, '\\$&');
  const pattern = `${operator.includes('starts_with') ? '' : '%'}${escaped}${operator.includes('ends_with') ? '' : '%'}`;
  const like = operator.endsWith('_nocase') ? 'ILIKE' : 'LIKE';
  return `${column} ${operator.startsWith('not_') ? 'NOT ' : ''}${like} ${bind(pattern)}`;
}

function bindMany(scalar: EntityScalar, value: unknown, bind: Bind): string {
  return `${bind((Array.isArray(value) ? value : [value]).map((item) => sqlValue(scalar, item)))}::${sqlType(scalar)}[]`;
}

function sqlType(scalar: EntityScalar): 'numeric' | 'boolean' | 'text' {
  if (NUMBERS.has(scalar)) return 'numeric';
  return scalar === 'Boolean' ? 'boolean' : 'text';
}

function sqlValue(scalar: EntityScalar, value: unknown): unknown {
  if (NUMBERS.has(scalar)) {
    if (!NUMBER.test(String(value))) throw invalidFilter(`${String(value)} is not a number`);
    return String(value);
  }
  if (scalar === 'Boolean') return value;
  return scalar === 'Bytes' ? String(value).toLowerCase() : String(value);
}
