import { checkCompatible } from './compatibility';

const v1 = `
  type Query { tallyCount(projectId: ID!): TallyProject }
  type Project @key(fields: "id") { id: ID! tally: TallyProject }
  type TallyProject { label: String! count: Int! kind: TallyKind }
  input TallyInput { by: Int! }
  enum TallyKind { ONE TWO }
  union TallyThing = TallyProject | Project
`;

function broken(newer: string): string[] {
  return checkCompatible(v1, newer).map(({ where }) => where);
}

test('a version is compatible with itself', () => {
  expect(broken(v1)).toEqual([]);
});

test('a version may add nullable fields, optional arguments and input fields, enum values, types and root fields', () => {
  const v2 = v1
    .replace('label: String!', 'label: String! unit: String')
    .replace('tallyCount(projectId: ID!)', 'tallyHistory(projectId: ID!): Int tallyCount(projectId: ID!, since: String, limit: Int! = 3)')
    .replace('by: Int!', 'by: Int! note: String')
    .replace('ONE TWO', 'ONE TWO THREE');
  expect(broken(`${v2} type TallyNew { id: ID! }`)).toEqual([]);
});

test('`extend type` and `type` mean the same in a subgraph', () => {
  expect(broken(v1.replace('type Project @key', 'extend type Project @key'))).toEqual([]);
});

test.each([
  ['a removed field', v1.replace('label: String!', ''), 'TallyProject.label'],
  ['a field whose type changed', v1.replace('count: Int!', 'count: String!'), 'TallyProject.count'],
  ['a field that became nullable', v1.replace('count: Int!', 'count: Int'), 'TallyProject.count'],
  ['a new field that is not nullable', v1.replace('count: Int!', 'count: Int! unit: String!'), 'TallyProject.unit'],
  ['a removed type', v1.replace('input TallyInput { by: Int! }', ''), 'TallyInput'],
  ['a new argument that must be given', v1.replace('(projectId: ID!)', '(projectId: ID!, since: String!)'), 'Query.tallyCount(since:)'],
  ['a removed argument', v1.replace('(projectId: ID!)', ''), 'Query.tallyCount(projectId:)'],
  ['a new input field that must be given', v1.replace('by: Int!', 'by: Int! note: String!'), 'TallyInput.note'],
  ['a removed enum value', v1.replace('ONE TWO', 'ONE'), 'TallyKind.TWO'],
  ['a removed union member', v1.replace('TallyProject | Project', 'Project'), 'TallyThing'],
  ['a type of another kind', v1.replace('enum TallyKind { ONE TWO }', 'scalar TallyKind'), 'TallyKind'],
  ['another key', v1.replace('@key(fields: "id")', '@key(fields: "id tally { label }")'), 'Project'],
])('%s is refused by name', (_what, newer, where) => {
  expect(broken(newer)).toContain(where);
});
