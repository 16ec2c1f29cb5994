import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEntityModel, type Graph } from '../../indexing';
import { MAPPING_VERSION, createMapping, topics } from './mapping';

/** The entity schema as it is committed. `root` is the root of the repository (`RAHAT_ROOT`). */
export function aidSchema(root: string): string {
  return readFileSync(join(root, 'subgraphs/chain/graphs/aid/schema.graphql'), 'utf8');
}

/** The graph of aid projects: the contracts that one factory created, with their fundings. */
export function aidGraph(options: { root: string; factory: string; startBlock: number }): Graph {
  const schema = aidSchema(options.root);
  const decisive = JSON.stringify([schema, MAPPING_VERSION, options.factory.toLowerCase(), options.startBlock]);
  return {
    name: 'aid',
    model: readEntityModel(schema),
    deployment: `embedded-${createHash('sha256').update(decisive).digest('hex').slice(0, 32)}`,
    startBlock: options.startBlock,
    topics,
    handle: createMapping(options.factory),
  };
}
