import { checkHouseRules } from './house-rules';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n';
const good = `${LINK}
  scalar MinorUnits
  type Query { tallyCount(projectId: ID!): TallyProject }
  type Mutation { tallyAdd(projectId: ID!, by: Int!): TallyProject }
  type Project @key(fields: "id") { id: ID! tally: TallyProject }
  type Enrollment @key(fields: "projectId beneficiaryId") { projectId: ID! beneficiaryId: ID! tally: Int }
  type TallyProject { label: String! count: Int! }
  type TallyMark @key(fields: "projectId id") { projectId: ID! id: ID! }
  enum TallyKind { ONE TWO }
`;

function broken(sdl: string): string[] {
  return checkHouseRules('tally', sdl).map(({ where, rule }) => `${rule} ${where}`);
}

test('a schema that keeps every rule has no violation', () => {
  expect(checkHouseRules('tally', good)).toEqual([]);
});

test.each([
  ['a root field without projectId', 'type Query { tallyCount: Int }', '1 Query.tallyCount'],
  ['a root field whose projectId may be left out', 'type Query { tallyCount(projectId: ID): Int }', '1 Query.tallyCount'],
  ['a root field that is not nullable', 'type Query { tallyCount(projectId: ID!): Int! }', '1 Query.tallyCount'],
  ['a root field without the prefix', 'type Mutation { addTally(projectId: ID!): Int }', '1 Mutation.addTally'],
  ['a root field whose prefix runs on', 'type Query { tallying(projectId: ID!): Int }', '1 Query.tallying'],
  ['a subscription', 'type Subscription { tallyCounted(projectId: ID!): Int }', '1 Subscription'],
  ['a type without the prefix', 'type Mark { id: ID! }', '2 Mark'],
  ['an enum without the prefix', 'enum Kind { ONE }', '2 Kind'],
  ['an input without the prefix', 'input MarkInput { id: ID! }', '2 MarkInput'],
  ['a directive without the prefix', 'directive @marked on OBJECT', '2 @marked'],
  ['an extension of a shared type', 'extend type Money { tally: Int }', '2 Money'],
  ['an extension of another entity', 'type Beneficiary @key(fields: "id") { id: ID! tally: Int }', '2 Beneficiary'],
  ['a second key of an extended type', 'type Project @key(fields: "id") @key(fields: "slug") { id: ID! slug: String! @external }', '3 Project'],
  ['an added field that is not nullable', 'type Project @key(fields: "id") { id: ID! tally: Int! }', '3 Project.tally'],
  ['an added field without the prefix', 'type Project @key(fields: "id") { id: ID! count: Int }', '3 Project.count'],
  ['an entity whose key lacks the project', 'type TallyMark @key(fields: "id") { id: ID! }', '4 TallyMark'],
  ['a way back to the project', 'type TallyMark @key(fields: "projectId id") { projectId: ID! id: ID! project: Project }', '4 TallyMark.project'],
  ['@override', 'type Project @key(fields: "id") { id: ID! tally: Int @override(from: "core") }', '5 Project.tally'],
  ['@provides', 'type TallyMark @key(fields: "projectId id") { projectId: ID! id: ID! other: TallyMark @provides(fields: "id") }', '5 TallyMark.other'],
  ['@interfaceObject', 'type TallyMark @interfaceObject @key(fields: "projectId id") { projectId: ID! id: ID! }', '5 TallyMark'],
])('%s is refused with the place and the rule', (_what, sdl, expected) => {
  expect(broken(`${LINK}${sdl}`)).toContain(expected);
});

test('text that is no GraphQL is refused in words', () => {
  expect(checkHouseRules('tally', 'type {')[0]?.message).toMatch(/not valid GraphQL/);
});

test('a name that only looks like the prefix of another type is not mistaken for it', () => {
  expect(broken(`${LINK}type Tallyman { id: ID! }`)).toEqual(['2 Tallyman']);
});
