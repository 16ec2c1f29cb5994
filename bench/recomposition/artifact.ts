import type { SupergraphArtifact } from '../../gateway/contracts';
import type { ComposableSubgraph, Composer } from '../../subgraphs/core/supergraph/composition';
import { sdlHash } from '../../subgraphs/core/supergraph/sdl';
import { typeRouting } from '../../subgraphs/core/supergraph/type-routing';
import type { SyntheticType } from './synthetic-type';

/** Composes core and the types as the registry does. @throws Error with the composition's own words. */
export async function compose(composer: Composer, coreSdl: string, types: readonly SyntheticType[]): Promise<string> {
  const core: ComposableSubgraph = { name: 'core', url: 'http://core', sdl: coreSdl };
  const result = await composer.compose([core, ...types.map(({ name, sdl }) => ({ name, url: `project-type://${name}`, sdl }))]);
  if (!result.ok) throw new Error(`The synthetic types do not compose: ${result.errors.slice(0, 3).join(' ')}`);
  return result.supergraphSdl;
}

/** What the registry would publish to gateways. */
export function artifactOf(version: number, sdl: string, types: readonly SyntheticType[]): SupergraphArtifact {
  const descriptors = types.map((type) => ({
    name: type.name,
    kind: 'project-type',
    url: null,
    config: { ...typeRouting(type.sdl), versions: [{ sdlHash: sdlHash(type.sdl), sdl: type.sdl }] },
  }));
  return { version, sdl, subgraphs: [{ name: 'core', kind: 'http', url: 'https://core.test', config: { audience: 'core' } }, ...descriptors] };
}
