import { allow } from 'graphql-shield';
import { requires, requiresSomewhere } from '#kernel/graphql';
import type { Slice } from '../slice';
import type { RegistryRepository } from './registry.repository';
import { SupergraphResolver } from './supergraph.resolver';
import type { TypeCatalogue } from './type-catalogue';

export type { ProjectRoute, RouteTable, SubgraphDescriptor, SupergraphArtifact } from './artifact';
export { createComposer, type Composer } from './composition';
export { createGatewayLink, type GatewayLink } from './gateway-link';
export { descriptionSchema, type ImageDescription } from './image-description';
export { RegistryRepository, bumpRoutes, type ProjectTypeVersion } from './registry.repository';
export { Registry, type StaticRegistration } from './registry.service';
export { sdlHash } from './sdl';
export { mountSubgraphRegistration } from './static-registration';
export { TypeCatalogue } from './type-catalogue';

/** The supergraph registry: what is published, and which types of project there are. */
export function createSupergraph(deps: { repository: RegistryRepository; catalogue: TypeCatalogue }): Slice {
  return {
    resolvers: new Map([[SupergraphResolver, new SupergraphResolver(deps.repository, deps.catalogue)]]),
    references: {},
    rules: {
      Query: { supergraphVersions: requires('supergraph:read'), projectTypes: requiresSomewhere('project:read') },
      Mutation: { registerProjectType: requires('supergraph:write') },
      SupergraphVersion: allow,
      ProjectType: allow,
      ProjectTypeVersion: allow,
    },
  };
}
