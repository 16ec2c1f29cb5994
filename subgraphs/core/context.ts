import type { SubgraphContextBase } from '#kernel/graphql';

/** The context of one GraphQL request to core. Loaders live in it through `perRequest` of the kernel. */
export type CoreContext = SubgraphContextBase;
