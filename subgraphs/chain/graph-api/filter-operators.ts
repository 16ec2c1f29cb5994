import type { EntityField, EntityScalar } from '../indexing';

/** How a filter compares; the empty one is equality. Names are those of graph-node's filter fields (`<field>_<operator>`). */
export type FilterOperator = keyof typeof OPERATORS;

// What each expects: one value, or a list of them.
const OPERATORS = {
  '': 'one',
  not: 'one',
  gt: 'one',
  lt: 'one',
  gte: 'one',
  lte: 'one',
  in: 'many',
  not_in: 'many',
  contains: 'one',
  contains_nocase: 'one',
  not_contains: 'one',
  not_contains_nocase: 'one',
  starts_with: 'one',
  starts_with_nocase: 'one',
  not_starts_with: 'one',
  not_starts_with_nocase: 'one',
  ends_with: 'one',
  ends_with_nocase: 'one',
  not_ends_with: 'one',
  not_ends_with_nocase: 'one',
} as const;

const ORDERED: readonly FilterOperator[] = ['', 'not', 'gt', 'lt', 'gte', 'lte', 'in', 'not_in'];
const TEXT = Object.keys(OPERATORS) as FilterOperator[];

/** The operators that graph-node offers on a field, in its order. Derived lists have none here. */
export function operatorsOf(field: EntityField): readonly FilterOperator[] {
  if (field.kind === 'derived') return [];
  if (field.kind === 'reference') return TEXT;
  if (field.scalar === 'String') return TEXT;
  if (field.scalar === 'Bytes') return [...ORDERED, 'contains', 'not_contains'];
  return field.scalar === 'Boolean' ? ['', 'not', 'in', 'not_in'] : ORDERED;
}

export function takesMany(operator: FilterOperator): boolean {
  return OPERATORS[operator] === 'many';
}

export function filterName(field: string, operator: FilterOperator): string {
  return operator === '' ? field : `${field}_${operator}`;
}

/** The scalar by which a field is filtered: a reference by the id that it holds. */
export function filterScalar(field: EntityField): EntityScalar {
  return field.kind === 'scalar' ? field.scalar : 'String';
}
