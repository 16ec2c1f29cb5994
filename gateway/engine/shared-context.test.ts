import { scopeOf } from '../testing/tree-source';
import { createEngine } from './create-engine';
import { compose } from './differential/testing/composition';
import { serveSubgraphs, type SubgraphDefinition } from './differential/testing/subgraph';
import { startCompilerHere } from './testing/compiler-here';

const subgraphs: Record<string, SubgraphDefinition> = {
  groups: {
    sdl: 'type Query { groups: [Group!]! } type Group @key(fields: "id") { id: ID! tag: String! member: Person! } type Person @key(fields: "id") { id: ID! }',
    rows: { Query: [{ groups: [{ id: 'a' }, { id: 'b' }] }], Group: [{ id: 'a', tag: 'red', member: { id: '1' } }, { id: 'b', tag: 'blue', member: { id: '1' } }], Person: [{ id: '1' }] },
  },
  people: {
    sdl: 'type Person @key(fields: "id") { id: ID! card: Card! } type Card @key(fields: "id") { id: ID! }',
    rows: { Person: [{ id: '1', card: { id: 'c' } }], Card: [{ id: 'c' }] },
  },
  cards: {
    sdl: 'type Group @key(fields: "id") @context(name: "group") { id: ID! tag: String! @external } type Card @key(fields: "id") { id: ID! label(tag: String @fromContext(field: "$group { tag }")): String }',
    rows: { Group: [], Card: [{ id: 'c', label: ({ tag }: { tag: string }) => `card of ${tag}` }] },
  },
};

test('what is within one entity differs where its surroundings do', async () => {
  const composed = compose(subgraphs);
  if (!composed.ok) throw new Error(composed.errors.join('\n'));
  const ask = serveSubgraphs(subgraphs);
  const engine = await createEngine(
    { version: 1, sdl: composed.supergraphSdl, subgraphs: Object.keys(subgraphs).map((name) => ({ name, kind: 'test', url: null, config: {} })) },
    {
      source: ({ name }) => ({ process: async ({ operation: { query }, variables }) => ask({ subgraph: name, query, variables: variables.values() }, { fetches: [], state: new Map(), broken: {} }) }),
      limits: { maxTokens: 1000, introspection: true },
      startCompiler: startCompilerHere,
    },
  );
  const planned = await engine.plan('{ groups { id member { card { id label } } } }');
  if (!planned.ok) throw new Error(JSON.stringify(planned.errors));
  const { data, errors } = await engine.execute(planned.operation, { variables: {}, scope: scopeOf() });
  expect({ data: JSON.parse(data ?? ''), errors }).toEqual({
    data: { groups: ['red', 'blue'].map((tag, index) => ({ id: 'ab'[index], member: { card: { id: 'c', label: `card of ${tag}` } } })) },
    errors: undefined,
  });
});
