import { GraphQLError, buildSchema, parse } from 'graphql';
import type { FetchNode, PlanNode, RequiredSelection } from '../compiled';
import { assertRequirementsGiven, withKnownTypes } from './requirements';
import { splitRequires } from './split-requires';
import { subgraphFacts } from './subgraph-facts';

const supergraph = `
  enum join__Graph { SHOP @join__graph(name: "shop", url: "") TAX @join__graph(name: "tax", url: "") }
  type Query @join__type(graph: SHOP) { product: Product @join__field(graph: SHOP, provides: "weight") plain: Product @join__field(graph: SHOP) }
  type Product @join__type(graph: SHOP, key: "id") @join__type(graph: TAX, key: "id") {
    id: ID! weight: Int @join__field(graph: TAX, external: true) shipping: Int @join__field(graph: SHOP, requires: "weight size(unit: \\"cm\\") { high }") part: Product @join__field(graph: SHOP) }
  type Shelf @join__type(graph: SHOP) { id: ID! }`;
const facts = subgraphFacts(parse(supergraph));
const schema = buildSchema('type Query { product: Product plain: Product } type Product { id: ID! weight: Int shipping: Int part: Product }');

const field = (name: string, alias?: string): RequiredSelection => ({ kind: 'Field', name, ...(alias ? { alias } : {}) });
const on = (typeCondition: string, ...selections: RequiredSelection[]): RequiredSelection => ({ kind: 'InlineFragment', typeCondition, selections });
const fetchOf = (operation: string, requires?: RequiredSelection[], changes: Partial<FetchNode> = {}): FetchNode => ({ kind: 'Fetch', serviceName: 'shop', operation, operationKind: 'query', ...(requires ? { requires } : {}), ...changes });
const entities = (selection: string): string => `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Product { ${selection} } } }`;
const codeOf = (fetch: FetchNode): unknown => {
  try {
    return assertRequirementsGiven(fetch, facts, schema);
  } catch (error) {
    return error instanceof GraphQLError ? [error.extensions.code, error.message] : error;
  }
};

describe('a plan', () => {
  const refusal = ['QUERY_PLANNING_FAILED', 'No plan gives the service shop what it requires for Product.shipping.'];

  test('that gives a field all that it requires stands', () => {
    expect(codeOf(fetchOf(entities('shipping'), [on('Product', field('__typename'), field('id'), field('weight'), field('size'))]))).toBeUndefined();
  });

  test.each<[string, FetchNode]>([
    ['one requirement is not given', fetchOf(entities('shipping'), [on('Product', field('__typename'), field('id'), field('weight'))])],
    ['none is given', fetchOf(entities('s: shipping'), [on('Product', field('id'))])],
    ['the field is below the entity that it is given for', fetchOf(entities('part { shipping }'), [on('Product', field('id'), field('weight'), field('size'))])],
    ['the field is reached from the root', fetchOf('{ plain { shipping } }')],
    ['the field is in a named fragment', fetchOf('{ plain { ...F } } fragment F on Product { part { shipping } }')],
  ])('is refused, naming the field, when %s', (_when, fetch) => {
    expect(codeOf(fetch)).toEqual(refusal);
  });

  test('is trusted below what provides more than was asked', () => {
    expect(codeOf(fetchOf('{ product { shipping } }'))).toBeUndefined();
  });
});

describe('representations', () => {
  test('of types that a subgraph does not know are left out', () => {
    const kept = withKnownTypes(fetchOf('', [on('Product', field('id')), on('Shelf', field('id'))], { serviceName: 'tax' }), facts, schema);
    expect(kept.requires).toEqual([on('Product', field('id'))]);
  });

  test('of unknown types stay when they are rewritten to a known one, or when nothing else is left', () => {
    const rewritten = fetchOf('', [on('Product', field('id')), on('Shelf', field('id'))], { serviceName: 'tax', inputRewrites: [{ kind: 'ValueSetter', path: ['... on Shelf', '__typename'], setValueTo: 'Product' }] });
    expect(withKnownTypes(rewritten, facts, schema).requires).toEqual(rewritten.requires);
    const alone = fetchOf('', [on('Shelf', field('id'))], { serviceName: 'tax' });
    expect(withKnownTypes(alone, facts, schema).requires).toEqual(alone.requires);
  });
});

describe('a fetch', () => {
  const keys = new Map([['shop/usd', new Set(['__rq_u'])], ['shop/eur', new Set(['__rq_e'])]]);
  const requires = [on('Product', field('__typename'), field('id'), field('price', '__rq_u'), field('price', '__rq_e'))];
  const fetches = (node: PlanNode): FetchNode[] => (node.kind === 'Parallel' ? node.nodes.flatMap(fetches) : node.kind === 'Fetch' ? [node] : []);

  test('whose fields need one name for two values is one for each value', () => {
    const operation = 'query ($representations: [_Any!]!, $x: Int) { _entities(representations: $representations) { ... on Product { usd(x: $x) eur name } } }';
    const parts = fetches(splitRequires(fetchOf(operation, requires, { variableUsages: ['x'] }), keys));
    expect(parts.map((part) => [/(usd|eur|name)/.exec(part.operation.slice(part.operation.indexOf('Product')))?.[0], part.requires, part.variableUsages])).toEqual([
      ['usd', [on('Product', field('__typename'), field('id'), field('price', '__rq_u'))], ['x']],
      ['eur', [on('Product', field('__typename'), field('id'), field('price', '__rq_e'))], []],
      ['name', [on('Product', field('__typename'), field('id'))], []],
    ]);
    expect(parts.map((part) => part.operation.includes('$x'))).toEqual([true, false, false]);
    expect(parts.every((part) => parse(part.operation).definitions.length === 1)).toBe(true);
  });

  test('whose fields need each name once stays the same object', () => {
    const plain = fetchOf(entities('usd'), [on('Product', field('id'), field('price', '__rq_u'))]);
    expect(splitRequires(plain, keys)).toBe(plain);
    const root = fetchOf('{ product { id } }');
    expect(splitRequires(root, keys)).toBe(root);
  });
});
