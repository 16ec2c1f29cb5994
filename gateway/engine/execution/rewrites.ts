import type { Rewrite } from '../compiled';
import { isObject, ownValue, setOwn, type JsonObject } from './own-keys';

/** Whether an object of a type counts as another; types of the supergraph. */
export type IsSubtype = (type: string, of: string) => boolean;

const FRAGMENT = '... on ';

/** Applies a planner's rewrites to what was fetched, or to a representation. Changes the value in place. */
export function applyRewrites(rewrites: readonly Rewrite[], value: unknown, isSubtype: IsSubtype): void {
  for (const rewrite of rewrites) applyAt(rewrite, 0, value, isSubtype);
}

function applyAt(rewrite: Rewrite, depth: number, value: unknown, isSubtype: IsSubtype): void {
  if (Array.isArray(value)) {
    for (const item of value) applyAt(rewrite, depth, item, isSubtype);
    return;
  }
  const step = rewrite.path[depth];
  if (step === undefined || !isObject(value)) return;
  if (depth === rewrite.path.length - 1) return apply(rewrite, step, value);
  if (!step.startsWith(FRAGMENT)) return applyAt(rewrite, depth + 1, ownValue(value, step), isSubtype);
  const type = value.__typename;
  if (typeof type !== 'string' || isSubtype(type, step.slice(FRAGMENT.length))) applyAt(rewrite, depth + 1, value, isSubtype);
}

function apply(rewrite: Rewrite, key: string, object: JsonObject): void {
  if (rewrite.kind === 'ValueSetter') return setOwn(object, key, rewrite.setValueTo);
  const value = ownValue(object, key);
  if (value === undefined) return; // false, 0 and null are values, too
  setOwn(object, rewrite.renameKeyTo, value);
  delete object[key];
}
