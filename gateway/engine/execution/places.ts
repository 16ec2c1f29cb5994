import type { ResponsePath } from '../compiled';
import { isObject, ownValue, type JsonObject } from './own-keys';

/** The objects at a path of a plan (`@` is each item of a list); what is null or missing on the way is left out. */
export function objectsAt(value: unknown, path: ResponsePath): JsonObject[] {
  const found: JsonObject[] = [];
  collect(value, path, 0, found);
  return found;
}

function collect(value: unknown, path: ResponsePath, depth: number, found: JsonObject[]): void {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    // Lists of lists have one `@` for each level; a list at the end of a path stands for its items.
    const next = path[depth] === '@' ? depth + 1 : depth;
    for (const item of value) collect(item, path, next, found);
    return;
  }
  const step = path[depth];
  if (step === undefined) {
    if (isObject(value)) found.push(value);
    return;
  }
  if (typeof step === 'string' && step !== '@' && isObject(value)) collect(ownValue(value, step), path, depth + 1, found);
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
