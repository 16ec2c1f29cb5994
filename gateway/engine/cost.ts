/**
 * What an operation costs, as far as it is known without its variables: a number, or what is left to be computed with them.
 * Plain data, which crosses threads.
 */
export type Cost = number | { sum: Cost[] } | { greatest: Cost[] } | { times: ListSize; of: Cost };

/** How many items a list has: the greatest of what is given, and `otherwise` when nothing is. */
export type ListSize = number | { variables: SizeVariable[]; given: number | null; otherwise: number };

export interface SizeVariable {
  name: string;
  /** Where the size stands in an input object. */
  path: string[];
  /** Used when the variable is not sent. */
  fallback: number | null;
}

export function sumOf(costs: readonly Cost[]): Cost {
  const constant = costs.reduce<number>((sum, cost) => (typeof cost === 'number' ? sum + cost : sum), 0);
  const open = costs.filter((cost) => typeof cost !== 'number');
  if (open.length === 0) return constant;
  return open.length === 1 && open[0] !== undefined && constant === 0 ? open[0] : { sum: constant === 0 ? open : [constant, ...open] };
}

export function greatestOf(costs: readonly Cost[]): Cost {
  const constant = costs.reduce<number>((greatest, cost) => (typeof cost === 'number' ? Math.max(greatest, cost) : greatest), 0);
  const open = costs.filter((cost) => typeof cost !== 'number');
  return open.length === 0 ? constant : { greatest: [constant, ...open] };
}

export function times(size: ListSize, of: Cost): Cost {
  if (of === 0 || size === 1) return of;
  return typeof size === 'number' && typeof of === 'number' ? size * of : { times: size, of };
}

/** The cost of an operation with these variables, coerced or not: what is no size counts as not given, and is refused elsewhere. */
export function evaluateCost(cost: Cost, variables: Readonly<Record<string, unknown>>): number {
  if (typeof cost === 'number') return cost;
  if ('sum' in cost) return cost.sum.reduce<number>((sum, one) => sum + evaluateCost(one, variables), 0);
  if ('greatest' in cost) return cost.greatest.reduce<number>((greatest, one) => Math.max(greatest, evaluateCost(one, variables)), 0);
  const size = sizeWith(cost.times, variables);
  return size === 0 ? 0 : size * evaluateCost(cost.of, variables);
}

function sizeWith(size: ListSize, variables: Readonly<Record<string, unknown>>): number {
  if (typeof size === 'number') return size;
  const given = size.variables.flatMap(({ name, path, fallback }) => valueAt(Object.hasOwn(variables, name) ? variables[name] : undefined, path) ?? fallback ?? []);
  if (size.given !== null) given.push(size.given);
  return given.length > 0 ? Math.max(...given) : size.otherwise;
}

function valueAt(value: unknown, path: readonly string[]): number | null {
  const found = path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key) ? (inner as Record<string, unknown>)[key] : undefined), value);
  return asSize(found);
}

/** Null for what is no size. */
export function asSize(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? Math.max(0, value) : null;
}
