import { parse, type GraphQLFormattedError } from 'graphql';
import type { OperationScope } from '../../../data-sources/data-source';
import { scopeOf } from '../../../testing/tree-source';
import { createEngine } from '../../create-engine';
import type { ClientAnswer, EngineUnderTest, StartEngine } from './engine-under-test';
import type { Exchange } from './subgraph';
import { startCompilerHere } from '../../testing/compiler-here';

const LIMITS = { maxTokens: 20_000, introspection: true };

/** Our engine. */
export const startOurs: StartEngine = async (supergraphSdl, ask) => {
  const exchanges = new WeakMap<OperationScope, Exchange>();
  const exchangeOf = (scope: OperationScope): Exchange => {
    const exchange = exchanges.get(scope);
    if (!exchange) throw new Error('A fetch came with the scope of no request.');
    return exchange;
  };
  const engine = await createEngine(
    { version: 1, sdl: supergraphSdl, subgraphs: subgraphNames(supergraphSdl).map((name) => ({ name, kind: 'test', url: null, config: {} })) },
    {
      source: ({ name }) => ({
        process: ({ operation: { query, operationName }, variables, scope }) => ask({ subgraph: name, query, operationName, variables: variables.values() }, exchangeOf(scope)),
      }),
      limits: LIMITS,
      startCompiler: startCompilerHere,
    },
  );
  const served: EngineUnderTest = {
    ask: async ({ query, variables = {}, operationName }, exchange) => {
      const planned = await engine.plan(query, operationName);
      if (!planned.ok) return answerOf(null, planned.errors);
      const scope = scopeOf();
      exchanges.set(scope, exchange);
      const { data, errors = [] } = await engine.execute(planned.operation, { variables, scope });
      return answerOf(data, errors);
    },
    close: () => engine.close(),
  };
  return served;
};

function answerOf(data: string | null, errors: readonly GraphQLFormattedError[]): ClientAnswer {
  return { ...(data === null ? {} : { data: JSON.parse(data) as unknown }), errors, unsaid: [] };
}

// Names as descriptors have them: the supergraph keeps them in `@join__graph(name: …)`.
function subgraphNames(supergraphSdl: string): string[] {
  const graphs = parse(supergraphSdl).definitions.flatMap((node) => (node.kind === 'EnumTypeDefinition' && node.name.value === 'join__Graph' ? (node.values ?? []) : []));
  return graphs.flatMap(({ directives = [] }) => directives.flatMap(({ arguments: given = [] }) => given.flatMap(({ name, value }) => (name.value === 'name' && value.kind === 'StringValue' ? [value.value] : []))));
}
