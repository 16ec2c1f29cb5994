// Keys that the planner is told of instead of the client's own. GraphQL reserves names that begin with two underscores, so no field is
// called so; a client's alias of that form is itself renamed (see `planned-aliases.ts`), so that none can pose as one of these.

const CLIENT = '__al_';
const CLIENT_OF = '__ao_';
const REQUIRED = '__rq_';

/** The key of a type name that nobody asked for (see `filled-selections.ts`). */
export const FILLER_KEY = '__filler';

/** The key under which a client's field is fetched when its own would collide. Reversible. */
export function internalKey(key: string): string {
  return CLIENT + key;
}

/** The same for a field that may stand beside another of that key: each question (name and arguments) has a key of its own. */
export function internalKeyOf(key: string, question: string): string {
  return `${CLIENT_OF}${hashOf(question)}_${key}`;
}

/** The client's key again. Keys that are no internal ones stay. */
export function clientKey(key: string): string {
  if (key.startsWith(CLIENT)) return key.slice(CLIENT.length);
  return key.startsWith(CLIENT_OF) ? key.slice(key.indexOf('_', CLIENT_OF.length) + 1) : key;
}

/** The key under which a required field is fetched with these arguments. */
export function requiredKey(field: string, args: string): string {
  return `${REQUIRED}${field}_${hashOf(`${field} ${args}`)}`;
}

export function isRequiredKey(key: string | undefined): boolean {
  return key !== undefined && key.startsWith(REQUIRED);
}

function hashOf(text: string): string {
  let hash = 5381;
  for (const char of text) hash = ((hash * 33) ^ char.charCodeAt(0)) >>> 0;
  return hash.toString(36);
}
