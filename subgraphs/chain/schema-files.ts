import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { federate } from '#kernel/graph-node';
import { apiSdl } from './graph-api';
import { aidFederation } from './graphs/aid/federation';
import { aidSchema } from './graphs/aid';
import { readEntityModel } from './indexing';

const NOTE = '# Made of schema.graphql; do not edit.\n\n';

/** The API of the aid graph's endpoint, and the part of the supergraph that is made of it. `root` is the root of the repository. */
export function aidSdl(root: string): { api: string; federated: string } {
  const api = apiSdl(readEntityModel(aidSchema(root)));
  return { api, federated: federate(aidFederation, api).sdl };
}

/**
 * Writes the schemas that are committed, so that a change of the API shows in its review.
 * @returns the paths of files that were not up to date; with `check` they are left as they are.
 */
export function writeChainSchemas(check: boolean, root = '.'): string[] {
  const { api, federated } = aidSdl(root);
  const folder = 'subgraphs/chain/graphs/aid';
  const files = [
    { path: `${folder}/api.graphql`, content: NOTE + api },
    { path: `${folder}/schema.federated.graphql`, content: NOTE + federated },
  ];
  const stale = files.filter(({ path, content }) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== content);
  if (!check) for (const { path, content } of stale) writeFileSync(join(root, path), content);
  return stale.map(({ path }) => path);
}
