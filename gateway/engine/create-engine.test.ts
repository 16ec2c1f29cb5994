import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, execute, parse, type GraphQLSchema } from 'graphql';
import type { DataSource } from '../data-sources/data-source';
import { scopeOf } from '../testing/tree-source';
import { createEngine } from './create-engine';
import { startCompilerHere } from './testing/compiler-here';

const limits = { maxTokens: 1000, introspection: true };
const sdl = readFileSync(join(__dirname, '../testing/supergraph/core.graphql'), 'utf8');
const CORE = buildSchema('type Query { projects: [Project!]! whoami: String } type Project { id: ID! name: String! }');

function over(schema: GraphQLSchema, rootValue: unknown): DataSource {
  return {
    process: async ({ operation, variables }) => {
      const result = await execute({ schema, document: parse(operation.query), rootValue, variableValues: variables.values() });
      return JSON.parse(JSON.stringify(result));
    },
  };
}

const artifact = { version: 7, sdl, subgraphs: [{ name: 'core', kind: 'http', url: null, config: {} }] };
const engineOver = (root: unknown) => createEngine(artifact, { source: () => over(CORE, root), limits, startCompiler: startCompilerHere });

async function ask(root: unknown, query: string, variables = {}) {
  const engine = await engineOver(root);
  const planned = await engine.plan(query);
  if (!planned.ok) return planned;
  const { data, ...rest } = await engine.execute(planned.operation, { variables, scope: scopeOf() });
  return { data: data === null ? null : JSON.parse(data), ...rest };
}

describe('an engine', () => {
  it('answers', async () => {
    expect(await ask({ projects: [{ id: 'p1', name: 'One' }], whoami: 'me' }, '{ whoami who: whoami all: projects { __typename name id } __schema { queryType { name } } }')).toEqual({
      data: { whoami: 'me', who: 'me', all: [{ __typename: 'Project', name: 'One', id: 'p1' }], __schema: { queryType: { name: 'Query' } } },
    });
  });
  it('says so when a value is missing', async () => {
    expect(await ask({ projects: [{ id: 'p1', name: null }] }, '{ projects { id name } whoami }')).toMatchObject({ data: null });
  });
  it('refuses', async () => {
    expect(await ask({}, '{ nope }')).toMatchObject({ ok: false, errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
  });
});
