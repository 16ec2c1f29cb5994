import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import { NotFoundError } from '#kernel/errors';
import type { EntityReference } from '#kernel/graphql';

/** Fields of every subgraph; `_entities` is guarded representation by representation. */
const OF_FEDERATION = new Set(['_service', '_entities']);

/**
 * Makes every root field refuse a project id that is not ours, as if there were no such project: an instance never answers for
 * another one, whatever the gateway's routes say.
 */
export function refuseOtherProjects(schema: GraphQLSchema, ownProjectId: string): void {
  for (const root of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      if (OF_FEDERATION.has(field.name)) continue;
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (parent, args: { projectId?: unknown }, context, info) => {
        assertOwn(args.projectId, ownProjectId);
        return resolve(parent, args, context, info) as unknown;
      };
    }
  }
}

/** The same for representations. Asynchronous, so that one that is refused fails alone, in its place of the list. */
export function ownReference<C>(resolve: EntityReference<C>, ownProjectId: string): EntityReference<C> {
  return async (representation: never, context) => {
    const { __typename, id, projectId } = representation as { __typename?: string; id?: unknown; projectId?: unknown };
    assertOwn(__typename === 'Project' ? id : projectId, ownProjectId);
    return resolve(representation, context);
  };
}

function assertOwn(found: unknown, own: string): void {
  if (found !== own) throw new NotFoundError('The project');
}
