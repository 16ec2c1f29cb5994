import { allow } from 'graphql-shield';
import type { NonEmptyArray } from 'type-graphql';
import { buildSubgraph, type Subgraph } from '#kernel/graphql';
import type { ProjectContext, ProjectParts } from '../project-type';
import { ownReference, refuseOtherProjects } from './own-project';

/** The subgraph of one instance: the type's parts, closed to every project but its own. */
export async function buildTypeSchema(parts: ProjectParts, projectId: string): Promise<Subgraph> {
  const references = Object.entries(parts.references).map(([name, resolve]) => [name, ownReference(resolve, projectId)]);
  const subgraph = await buildSubgraph<ProjectContext>({
    resolvers: [...parts.resolvers.keys()] as NonEmptyArray<NewableFunction>,
    container: { get: (resolver) => parts.resolvers.get(resolver) as object },
    orphanedTypes: [...(parts.orphanedTypes ?? [])],
    references: Object.fromEntries(references),
    rules: withFederation(parts),
  });
  refuseOtherProjects(subgraph.schema, projectId);
  return subgraph;
}

/** `_entities` and `_service` are open to the gateway; what is below them is guarded by type. Shield knows no rule for what is not there. */
function withFederation({ rules, references }: ProjectParts): Record<string, never> {
  const entities = Object.keys(references).length > 0 ? { _entities: allow } : {};
  return { ...rules, PageInfo: { '*': allow }, Query: { ...rules.Query, ...entities, _service: allow } } as unknown as Record<string, never>;
}
