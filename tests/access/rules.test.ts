import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, isEnumType } from 'graphql';
import { createPool, newId } from '#kernel/db';
import { createLogger } from '#kernel/telemetry';
import { buildTypeSchema, type ProjectType } from '../../subgraphs/projects/runtime';
import { useTestDatabase } from '../kit/database';
import { createWorld } from './world';

const ROOT = join(__dirname, '../..');
const TYPES = join(ROOT, 'subgraphs/projects/types');
const database = useTestDatabase('core');

/** Fields without a rule, by subgraph. */
type Coverage = Record<string, () => Promise<readonly string[]>>;

async function ofCore(): Promise<readonly string[]> {
  const world = await createWorld(database());
  await world.close();
  return world.subgraph.withoutRule;
}

async function ofType(folder: string): Promise<readonly string[]> {
  const exported = (await import(join(TYPES, folder, 'project-type.ts'))) as Record<string, (migrations: string) => ProjectType>;
  const type = Object.values(exported)[0]?.('none');
  if (!type) throw new Error(`${folder}/project-type.ts exports no type.`);
  const pool = createPool('postgresql://nobody@127.0.0.1:1/none', { max: 1, name: 'rules' });
  const projectId = newId();
  const { withoutRule } = await buildTypeSchema(type.build({ projectId, pool, logger: createLogger({ name: 'test', level: 'silent' }) }), projectId);
  await pool.end();
  return withoutRule;
}

const coverage: Coverage = {
  core: ofCore,
  ...Object.fromEntries(readdirSync(TYPES).map((folder) => [folder, () => ofType(folder)])),
  // One rule stands before all of its fields; subgraphs/chain/app.test.ts tries each.
  chain_aid: async () => [],
};

function subgraphsOfTheSupergraph(): string[] {
  const schema = buildSchema(readFileSync(join(ROOT, 'gateway/supergraph.graphql'), 'utf8'), { assumeValidSDL: true });
  const graphs = schema.getType('join__Graph');
  if (!isEnumType(graphs)) throw new Error('The supergraph names no subgraphs.');
  return graphs.getValues().map(({ name }) => name.toLowerCase());
}

test.each(subgraphsOfTheSupergraph())('every root field and every field of an entity of %s has a rule', async (name) => {
  const measure = coverage[name];
  if (!measure) throw new Error(`Nobody has said how ${name} guards its fields: add it here.`);
  expect(await measure()).toEqual([]);
});
