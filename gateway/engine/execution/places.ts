import type { ResponsePath } from '../compiled';
import { isObject, ownValue, type JsonObject } from './own-keys';

/**
 * The objects at a path of a plan (`@` is each item of a list); what is null or missing on the way is left out.
 * @param shared objects that may stand in several places: each is visited once, so that no object is found twice.
 */
export function objectsAt(value: unknown, path: ResponsePath, shared: ReadonlyMap<object, unknown>): JsonObject[] {
  const walk: Walk = { path, found: [], shared, visited: shared.size > 0 ? new Set() : null };
  collect(value, 0, walk);
  return walk.found;
}

interface Walk {
  path: ResponsePath;
  found: JsonObject[];
  shared: ReadonlyMap<object, unknown>;
  visited: Set<object> | null;
}

function collect(value: unknown, depth: number, walk: Walk): void {
  if (typeof value !== 'object' || value === null) return;
  const step = walk.path[depth];
  if (Array.isArray(value)) {
    // Lists of lists have one `@` for each level; a list at the end of a path stands for its items.
    const next = step === '@' ? depth + 1 : depth;
    for (const item of value) collect(item, next, walk);
    return;
  }
  if (walk.visited && walk.shared.has(value)) {
    if (walk.visited.has(value)) return;
    walk.visited.add(value);
  }
  if (step === undefined) walk.found.push(value as JsonObject);
  else if (typeof step === 'string' && step !== '@') collect(ownValue(value as JsonObject, step), depth + 1, walk);
}

/** An object, and where it is in the answer. */
export interface Placed {
  object: JsonObject;
  path: ResponsePath;
  /** Objects around it, outermost first. */
  around: JsonObject[];
}

/** Like {@link objectsAt}, with paths: dearer, for errors and for arguments from the surroundings. */
export function placesAt(value: unknown, path: ResponsePath, depth = 0, at: ResponsePath = [], around: JsonObject[] = []): Placed[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) {
    const next = path[depth] === '@' ? depth + 1 : depth;
    return value.flatMap((item, index) => placesAt(item, path, next, [...at, index], around));
  }
  const step = path[depth];
  if (!isObject(value)) return [];
  if (step === undefined) return [{ object: value, path: at, around }];
  if (typeof step !== 'string' || step === '@') return [];
  return placesAt(ownValue(value, step), path, depth + 1, [...at, step], [...around, value]);
}
