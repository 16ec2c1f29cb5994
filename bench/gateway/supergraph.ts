import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SubgraphDescriptor, SupergraphArtifact } from '../../gateway/contracts';
import type { Composer } from '../../subgraphs/core/supergraph/composition';
import { artifactOf } from '../recomposition/artifact';
import { syntheticType } from '../recomposition/synthetic-type';
import { SHOP } from './subgraphs/schemas';

/** Where gateways read one supergraph. */
export interface SupergraphFiles {
  /** SDL, for the peers. */
  supergraphFile: string;
  /** What core would send, for ours. */
  artifactFile: string;
}

/**
 * Composes the shop with so many project types that nobody asks: distinct, each with 25 types in the shape of a real one.
 * @throws Error with the composition's own words.
 */
export async function composeSupergraph(composer: Composer, types: number, subgraphsUrl: string, folder: string): Promise<SupergraphFiles> {
  const padding = Array.from({ length: types }, (_, index) => syntheticType(index));
  const subgraphs = [...SHOP, ...padding].map(({ name, sdl }) => ({ name, url: `${subgraphsUrl}/${name}`, sdl }));
  const result = await composer.compose(subgraphs);
  if (!result.ok) throw new Error(`The subgraphs of the bench do not compose: ${result.errors.slice(0, 3).join(' ')}`);
  const files = { supergraphFile: join(folder, `supergraph-${types}.graphql`), artifactFile: join(folder, `artifact-${types}.json`) };
  const shop: SubgraphDescriptor[] = SHOP.map(({ name }) => ({ name, kind: 'http', url: `${subgraphsUrl}/${name}`, config: { audience: name } }));
  const others = artifactOf(1, result.supergraphSdl, padding).subgraphs.filter(({ kind }) => kind === 'project-type');
  const artifact: SupergraphArtifact = { version: 1, sdl: result.supergraphSdl, subgraphs: [...shop, ...others] };
  writeFileSync(files.supergraphFile, artifact.sdl);
  writeFileSync(files.artifactFile, JSON.stringify(artifact));
  return files;
}
