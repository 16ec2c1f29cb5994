import type { GraphQLFormattedError } from 'graphql';

/**
 * Of the errors about missing values, those that nothing else explains. Where a subgraph failed, the nulls that follow are its failure, and
 * saying so twice helps nobody; where nothing failed at or around a place, its null must not pass in silence
 * (https://spec.graphql.org/October2021/#sec-Handling-Field-Errors).
 */
export function unexplained<E extends GraphQLFormattedError>(missing: readonly E[], known: readonly GraphQLFormattedError[]): E[] {
  if (known.some(({ path }) => !path)) return [];
  return missing.filter(({ path = [] }) => !known.some((other) => related(other.path ?? [], path)));
}

function related(one: readonly (string | number)[], other: readonly (string | number)[]): boolean {
  const length = Math.min(one.length, other.length);
  return one.slice(0, length).every((step, index) => step === other[index]);
}
