// Keys that the planner is told of instead of the client's own. GraphQL reserves names that begin with two underscores, so no field is
// called so; a client's alias of that form is itself renamed (see `planned-aliases.ts`), so that none can pose as one of these.

const CLIENT = '__al_';
const REQUIRED = '__rq_';

/** The key of a type name that nobody asked for (see `filled-selections.ts`). */
export const FILLER_KEY = '__filler';

/** The key under which a client's field is fetched when its own would collide. Reversible. */
export function internalKey(key: string): string {
  return CLIENT + key;
}

/** The client's key again. Keys that are no internal ones stay. */
export function clientKey(key: string): string {
  return key.startsWith(CLIENT) ? key.slice(CLIENT.length) : key;
}

/** The key under which a required field is fetched with these arguments. */
export function requiredKey(field: string, args: string): string {
  let hash = 5381;
  for (const char of `${field} ${args}`) hash = ((hash * 33) ^ char.charCodeAt(0)) >>> 0;
  return `${REQUIRED}${field}_${hash.toString(36)}`;
}

export function isRequiredKey(key: string | undefined): boolean {
  return key !== undefined && key.startsWith(REQUIRED);
}
