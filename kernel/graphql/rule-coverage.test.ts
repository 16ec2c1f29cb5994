import { buildSchema } from 'graphql';
import { allow } from 'graphql-shield';
import { fieldsWithoutRule } from './rule-coverage';

const schema = buildSchema('type Query { open: Thing closed: Int } type Thing { id: ID name: String } type Other { id: ID } enum Colour { RED }');

test('a field is covered by its own rule, by that of its type, or by *', () => {
  expect(fieldsWithoutRule(schema, { Query: { open: allow, closed: allow }, Thing: allow, Other: { '*': allow } })).toEqual([]);
});

test('what nobody names is found', () => {
  expect(fieldsWithoutRule(schema, { Query: { open: allow }, Thing: { id: allow } })).toEqual(['Query.closed', 'Thing.name', 'Other.id']);
  expect(fieldsWithoutRule(schema, {})).toHaveLength(5);
});
