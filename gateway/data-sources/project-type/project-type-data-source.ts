import { z } from 'zod';
import type { DataSourceFactory } from '../data-source';
import type { ProjectType } from './ask-project';
import { fetchEntities } from './entity-fetch';
import { createShapeReader } from './fetch-shape';
import { createPartCompiler, type Versions } from './part';
import { fetchRoots } from './root-fetch';
import { indexVersion, type VersionIndex } from './version-index';

const configSchema = z.object({
  /** Argument of every root field that holds the project id. */
  projectArgument: z.string().min(1),
  /** Entity type → the key field that holds the project id. */
  keys: z.record(z.string(), z.string()),
  /** The SDL of every version that may be running. */
  versions: z.array(z.object({ sdlHash: z.string(), sdl: z.string() })),
});

const SHAPES = 1000;

/**
 * One subgraph for all projects of a type: chooses the instance by project id, and splits what concerns several.
 * See docs/architecture.md and the room's README for what the answers look like when a project cannot answer.
 */
export const createProjectTypeDataSource: DataSourceFactory = (descriptor, deps) => {
  const config = configSchema.parse(descriptor.config);
  const keys = new Map(Object.entries(config.keys));
  const versions = readVersions(config.versions);
  const type: ProjectType = { ...deps, name: descriptor.name, versions, compile: createPartCompiler(versions) };
  const shapeOf = createShapeReader(SHAPES);
  return {
    process: async ({ operation, variables, scope, observed }) => {
      const shape = shapeOf(operation.query);
      const fetch = { shape, variables: variables.values(), scope, observed };
      return shape.entities ? fetchEntities(type, { ...fetch, keys }) : fetchRoots(type, { ...fetch, argument: config.projectArgument });
    },
  };
};

function readVersions(versions: readonly { sdlHash: string; sdl: string }[]): Versions {
  const indexes = new Map<string, VersionIndex>(versions.map(({ sdlHash, sdl }) => [sdlHash, indexVersion(sdl)]));
  return { index: (sdlHash) => indexes.get(sdlHash) ?? null, all: [...indexes.values()] };
}
