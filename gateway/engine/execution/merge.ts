import { isObject, ownValue, setOwn, type JsonObject } from './own-keys';

/**
 * Merges what a fetch answered into what is there: objects and lists of one length item by item, anything else is replaced.
 * Objects of `source` may become part of `target`.
 */
export function merge(target: JsonObject, source: JsonObject): void {
  for (const key of Object.keys(source)) {
    // What every object inherits is never undefined, so that its names go the careful way.
    if (target[key] === undefined) target[key] = source[key];
    else mergeKey(target, key, ownValue(source, key));
  }
}

function mergeKey(target: JsonObject, key: string, fresh: unknown): void {
  if (fresh === undefined) return;
  const present = ownValue(target, key);
  if (present === fresh) return;
  if (isObject(fresh) && isObject(present)) merge(present, fresh);
  else if (Array.isArray(fresh) && Array.isArray(present) && fresh.length === present.length) mergeItems(present, fresh);
  else setOwn(target, key, fresh);
}

function mergeItems(target: unknown[], source: readonly unknown[]): void {
  source.forEach((fresh, index) => {
    const present = target[index];
    if (present === fresh) return;
    if (isObject(fresh) && isObject(present)) merge(present, fresh);
    else if (Array.isArray(fresh) && Array.isArray(present) && fresh.length === present.length) mergeItems(present, fresh);
    else target[index] = fresh;
  });
}

/** A copy that shares nothing with the original. */
export function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => copyOf(item)) as T;
  if (!isObject(value)) return value;
  // Spread defines what it copies: `__proto__` is then a key like any other, and assigning to it stays one.
  const copy: JsonObject = { ...value };
  for (const key of Object.keys(copy)) {
    const inner = copy[key];
    if (typeof inner === 'object' && inner !== null) copy[key] = copyOf(inner);
  }
  return copy as T;
}
