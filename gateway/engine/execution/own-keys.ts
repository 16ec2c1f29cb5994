// Answers are objects whose keys clients and services choose. Two things follow: `__proto__` is a key like any other, and what every
// object inherits (`constructor`, `toString`) is not data.

/** A JSON object while it is put together. */
export type JsonObject = Record<string, unknown>;

const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype));

export function isInherited(key: string): boolean {
  return INHERITED.has(key);
}

/** The value of a key of the object itself. */
export function ownValue(object: Readonly<JsonObject>, key: string): unknown {
  return isInherited(key) && !Object.hasOwn(object, key) ? undefined : object[key];
}

/** Sets a key as data, whatever it is called. */
export function setOwn(object: JsonObject, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
