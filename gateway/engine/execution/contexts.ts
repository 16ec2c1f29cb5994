import type { KeyRenamer } from '../compiled';
import { isObject, ownValue, type JsonObject } from './own-keys';
import type { Placed } from './places';
import type { IsSubtype } from './rewrites';

/** Objects whose surroundings give the same arguments, and these as JSON members of the variables, each with a comma before it. */
export interface ContextGroup {
  objects: JsonObject[];
  extra: string;
}

const UP = '..';
const FRAGMENT = '... on ';

/**
 * Groups entities by what their surroundings give for `@fromContext` arguments: one fetch has one value for a variable, so entities
 * with other values are another fetch. A path of a rewrite leads up (`..`, one for each object around) and then down to the value.
 */
export function contextGroups(places: readonly Placed[], rewrites: readonly KeyRenamer[], isSubtype: IsSubtype): ContextGroup[] {
  const groups = new Map<string, JsonObject[]>();
  for (const place of places) {
    const extra = [...membersOf(place, rewrites, isSubtype)].map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`).join('');
    const objects = groups.get(extra);
    if (objects) objects.push(place.object);
    else groups.set(extra, [place.object]);
  }
  return [...groups].map(([extra, objects]) => ({ objects, extra }));
}

function membersOf({ object, around }: Placed, rewrites: readonly KeyRenamer[], isSubtype: IsSubtype): Map<string, unknown> {
  const members = new Map<string, unknown>();
  for (const { path, renameKeyTo } of rewrites) {
    const levels = path.filter((step) => step === UP).length;
    const from = levels === 0 ? object : around[around.length - levels];
    const value = from && valueAt(from, path.slice(levels), isSubtype);
    if (value !== undefined) members.set(renameKeyTo, value);
  }
  return members;
}

/** Undefined when the path is about another type. */
function valueAt(value: unknown, path: readonly string[], isSubtype: IsSubtype): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => valueAt(item, path, isSubtype) ?? null);
  if (!isObject(value)) return value === null ? null : undefined;
  if (!step.startsWith(FRAGMENT)) return valueAt(ownValue(value, step), rest, isSubtype);
  const type = value.__typename;
  return typeof type !== 'string' || isSubtype(type, step.slice(FRAGMENT.length)) ? valueAt(value, rest, isSubtype) : undefined;
}
