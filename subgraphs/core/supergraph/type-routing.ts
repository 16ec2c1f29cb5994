import { parse } from 'graphql';
import { compositeTypes, fieldSets } from './sdl';

/** How the gateway finds the project of what it asks a type for: part of the subgraph descriptor. */
export interface TypeRouting {
  projectArgument: 'projectId';
  /** Entity → the field of its representation that holds the project id. */
  keys: Record<string, string>;
}

/** Derives the routing of a type from its keys: `Project` is found by its id, everything else by `projectId`. */
export function typeRouting(sdl: string): TypeRouting {
  const entities = compositeTypes(parse(sdl)).filter((type) => fieldSets(type, 'key').length > 0);
  return {
    projectArgument: 'projectId',
    keys: Object.fromEntries(entities.map((type) => [type.name.value, type.name.value === 'Project' ? 'id' : 'projectId'])),
  };
}
