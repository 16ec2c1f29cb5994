import type { GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import { BadInputError } from '#kernel/errors';

// PostgreSQL stores neither NUL nor halves of a surrogate pair: what is no text anywhere is refused once, for every argument that there is.
const NO_TEXT = /[\0\p{Cs}]/u;

type Resolve = (parent: unknown, args: unknown, context: unknown, info: GraphQLResolveInfo) => unknown;

/** Middleware for the root fields of a schema that refuses arguments with texts that are none. @throws BadInputError naming where. */
export function wholeText(schema: GraphQLSchema): Record<string, (resolve: Resolve, parent: unknown, args: unknown, context: unknown, info: GraphQLResolveInfo) => unknown> {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) => type?.name ?? []);
  return Object.fromEntries(
    roots.map((root) => [
      root,
      (resolve, parent, args, context, info) => {
        // Representations come from other subgraphs, by the thousand.
        if (!info.fieldName.startsWith('_')) refuseBroken(args, '');
        return resolve(parent, args, context, info);
      },
    ]),
  );
}

function refuseBroken(value: unknown, path: string): void {
  if (typeof value === 'string') {
    if (NO_TEXT.test(value)) throw new BadInputError(path, 'must be whole text, without NUL or halves of characters');
  } else if (value && typeof value === 'object' && !(value instanceof Date)) {
    for (const [name, part] of Object.entries(value)) {
      const place = path ? `${path}.${name}` : name;
      refuseBroken(name, path || name);
      refuseBroken(part, place);
    }
  }
}
