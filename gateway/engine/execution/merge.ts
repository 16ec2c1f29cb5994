import { isObject, ownValue, setOwn, type JsonObject } from './own-keys';

/**
 * Merges what a fetch answered into what is there: objects and lists of one length item by item, anything else is replaced.
 * Objects of `source` may become part of `target`.
 */
export function merge(target: JsonObject, source: JsonObject): void {
  for (const key of Object.keys(source)) {
    const fresh = ownValue(source, key);
    if (fresh === undefined) continue;
    const present = ownValue(target, key);
    if (present === fresh) continue;
    if (isObject(fresh) && isObject(present)) merge(present, fresh);
    else if (Array.isArray(fresh) && Array.isArray(present) && fresh.length === present.length) mergeItems(present, fresh);
    else setOwn(target, key, fresh);
  }
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
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) setOwn(copy, key, copyOf(value[key]));
  return copy as T;
}
