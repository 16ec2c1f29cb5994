import { buildSchema, parse, validate } from 'graphql';
import { evaluateCost, type Cost } from '../../cost';
import { operationsOf } from '../documents';
import { costRules } from './cost-rules';
import { operationCost } from './operation-cost';

// As composition writes it, with one of the directives under another name.
const SDL = `
schema @link(url: "https://specs.apollo.dev/cost/v0.1", import: [{name: "@cost", as: "@price"}, "@listSize"]) { query: Query mutation: Mutation }
directive @link(url: String, import: [Import]) repeatable on SCHEMA
scalar Import
directive @price(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
type Query {
  one: Thing
  things(first: Int, last: Int): [Thing!]!
  page(first: Int = 30, after: String): Connection!
  four: [Thing!] @listSize(assumedSize: 4)
  few(search: Search, count: Int): [Thing] @listSize(assumedSize: 8, slicingArguments: ["search.page.size", "count"])
  sized(n: Int, deep: Boolean @price(weight: 40)): Bag @listSize(slicingArguments: ["n"], sizedFields: ["left"])
  dear: Thing @price(weight: 50)
  heavy: Heavy
  any: [Any!]!
  words: [String!]!
  grid(first: Int): [[Thing!]!]!
}
type Mutation { change: Thing }
input Search { page: Page }
input Page { size: Int }
type Connection { edges: [Edge!]! pageInfo: Info! }
type Edge { node: Thing! }
type Info { next: Boolean }
type Bag { left: [Thing!]! right: [Thing!]! }
type Thing { id: ID! things(first: Int): [Thing!]! heavy: Heavy }
type Heavy @price(weight: 7) { id: ID! }
union Any = Thing | Heavy
`;
const schema = buildSchema(SDL, { assumeValid: true });
const rules = costRules(parse(SDL));

function costOf(source: string): Cost {
  const document = parse(source);
  expect(validate(schema, document)).toEqual([]);
  const [operation] = operationsOf(document);
  if (!operation) throw new Error('No operation.');
  return operationCost(document, operation, schema, rules, { assumedListSize: 10 });
}

describe('the cost of an operation', () => {
  test.each<[string, string, number]>([
    ['is one for an object, and nothing for a leaf', '{ one { id } }', 1],
    ['counts each item, as the argument says', '{ things(first: 5) { id heavy { id } } }', 5 * (1 + 7)],
    ['multiplies lists in lists', '{ things(first: 5) { things(first: 20) { id } } }', 5 * (1 + 20)],
    ['takes the greatest of several sizes', '{ things(first: 5, last: 6) { id } }', 6],
    ['assumes a size where nobody says one', '{ things { id } }', 10],
    ['takes the default of an argument', '{ page { edges { node { id } } pageInfo { next } } }', 1 + 30 * 2 + 1],
    ['gives the size of a page to its list', '{ page(first: 3) { edges { node { id } } } }', 1 + 3 * 2],
    ['takes the size that the schema assumes', '{ four { id } }', 4],
    ['reads sizes out of input objects', '{ few(search: { page: { size: 3 } }) { id } }', 3],
    ['takes what the schema assumes when no size is given', '{ few { id } }', 8],
    ['gives sizes to the fields that the schema names', '{ sized(n: 3) { left { id } right { id } } }', 1 + 3 + 10],
    ['adds weights of arguments, when they are given', '{ sized(n: 3, deep: true) { left { id } } }', 40 + 1 + 3],
    ['adds weights of fields', '{ dear { id } }', 51],
    ['adds weights of types', '{ heavy { id } }', 7],
    ['takes the dearest type of a union', '{ any { ... on Thing { heavy { id } } ... on Heavy { id } } }', 10 * (7 + 7)],
    ['assumes sizes of lists in a list', '{ grid(first: 3) { id } }', 3 * 10],
    ['is nothing for a list of leaves', '{ words }', 0],
    ['counts what may be skipped', 'query ($no: Boolean!) { one @skip(if: $no) { id } }', 1],
    ['counts fragments as often as they are spread', '{ one { ...F ...F } } fragment F on Thing { heavy { id } }', 1 + 7 + 7],
    ['carries a size into fragments', '{ page(first: 3) { ...C ... on Connection { edges { node { id } } } } } fragment C on Connection { edges { node { id } } }', 1 + 2 * 3 * 2],
    ['is more for a change', 'mutation { change { id } }', 11],
    ['is more for the schema', '{ __typename __schema { types { name } } }', 200],
    ['takes no size below nothing', '{ things(first: -5) { id } }', 0],
  ])('%s', (_what, source, cost) => expect(costOf(source)).toBe(cost));

  test.each<[string, Record<string, unknown>, number]>([
    ['as sent', { n: 7 }, 7 * 21],
    ['by default when not sent', {}, 2 * 21],
    ['by default when null', { n: null }, 2 * 21],
    ['by default when it is no number', { n: '1e9' }, 2 * 21],
    ['as sent, however large', { n: 2 ** 31 - 1 }, (2 ** 31 - 1) * 21],
  ])('is a function of its variables: %s', (_what, variables, expected) => {
    expect(evaluateCost(costOf('query ($n: Int = 2) { things(first: $n) { things(first: 20) { id } } }'), variables)).toBe(expected);
  });

  test('reads variables inside of input objects, and knows no keys that objects are born with', () => {
    const cost = costOf('query ($s: Search, $p: Page, $n: Int) { few(search: $s) { id } again: few(search: { page: $p }, count: $n) { id } }');
    expect(evaluateCost(cost, { s: { page: { size: 100 } }, p: { size: 5 }, n: 6 })).toBe(106);
    expect(evaluateCost(cost, JSON.parse('{ "__proto__": 3, "s": { "__proto__": { "page": { "size": 1 } } } }'))).toBe(16);
  });

  test('keeps nothing open that does not depend on a variable', () => {
    expect(JSON.stringify(costOf('query ($n: Int) { one { id } four { id } things(first: $n) { heavy { id } } }')).match(/\d+/g)).toEqual(['5', '10', '8']);
  });
});
