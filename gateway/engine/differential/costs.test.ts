import { parse } from 'graphql';
import { costRules } from '../compiler/limits/cost-rules';
import { operationCost } from '../compiler/limits/operation-cost';
import { loadSupergraph } from '../compiler/supergraph';
import { evaluateCost } from '../cost';
import { compose, composeSdl } from './testing/composition';
import { apiSchemaOf } from './testing/generator/api-schema';
import { drawModel } from './testing/generator/draw-model';
import { drawOperation } from './testing/generator/draw-operation';
import { createFacts } from './testing/generator/facts';
import { createRandom } from './testing/generator/random';
import { subgraphsOf } from './testing/generator/subgraphs';
import { trueAnswer } from './testing/generator/truth';

const SEEDS = 120;
const OPERATIONS = 10;
const DRAWN = { requirementsWithArguments: true, chains: false, entityInterfaces: true, emptyObjects: true, argumentsByKind: false };

describe('the cost of an operation', () => {
  test('is never less than the objects that it answers, whatever the graph', async () => {
    let compared = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = createRandom(seed);
      const model = drawModel(random, DRAWN);
      const facts = createFacts(model, seed);
      const composed = compose(subgraphsOf(model, facts, seed));
      if (!composed.ok) continue;
      const schema = apiSchemaOf(composed.supergraphSdl);
      const rules = costRules(parse(composed.supergraphSdl));
      for (let number = 0; number < OPERATIONS; number++) {
        const request = drawOperation(random, schema, { ...DRAWN, confusingAliases: true });
        if (!request) continue;
        const { data } = await trueAnswer(schema, facts, request);
        const document = parse(request.query);
        const [operation] = document.definitions;
        if (operation?.kind !== 'OperationDefinition') throw new Error('The operation is written first.');
        const { objects, longest } = sizeOf(data);
        const cost = evaluateCost(operationCost(document, operation, schema, rules, { assumedListSize: longest }), request.variables ?? {});
        if (cost < objects) throw new Error(`seed ${seed}: ${cost} < ${objects}\n${request.query}\n${JSON.stringify(data)}`);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(500);
  });

  test('is known from the directives of subgraphs, which composition keeps under the names that they have there', () => {
    const link = (imports: string) => `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])\n`;
    const composed = composeSdl({
      one: `${link('{ name: "@cost", as: "@price" }, { name: "@listSize", as: "@many" }')} type Query { things(count: Int): [Thing!]! @many(slicingArguments: ["count"], requireOneSlicingArgument: false, assumedSize: 9) } type Thing @price(weight: 5) { id: ID! }`,
    });
    if (!composed.ok) throw new Error(composed.errors.join('\n'));
    const { schema, costRules: rules } = loadSupergraph(composed.supergraphSdl);
    const costOf = (query: string): number => {
      const document = parse(query);
      const [operation] = document.definitions;
      if (operation?.kind !== 'OperationDefinition') throw new Error('No operation.');
      return evaluateCost(operationCost(document, operation, schema, rules, { assumedListSize: 20 }), {});
    };
    expect([costOf('{ things(count: 3) { id } }'), costOf('{ things { id } }')]).toEqual([15, 45]);
  });
});

/** Generated values of the scalar JSON are objects too, which cost nothing. */
function isScalar(value: unknown): boolean {
  return JSON.stringify(Object.keys(value as object)) === '["a","b"]';
}

/** Objects below the root, and the longest list. */
function sizeOf(data: unknown): { objects: number; longest: number } {
  let [objects, longest] = [0, 0];
  const look = (value: unknown): void => {
    if (isScalar(value)) return;
    if (Array.isArray(value)) longest = Math.max(longest, value.length);
    else objects += 1;
    for (const inner of Object.values(value as object)) if (typeof inner === 'object' && inner !== null) look(inner);
  };
  if (typeof data === 'object' && data !== null) look(data);
  return { objects: Math.max(0, objects - 1), longest };
}
