import { buildSchema, graphql, type GraphQLSchema } from 'graphql';
import { applyMiddleware } from 'graphql-middleware';
import { wholeText } from './whole-text';

const plain = buildSchema('scalar JSON input Person { name: String } type Query { echo(text: String, people: [Person!], more: JSON): String }');
const schema: GraphQLSchema = applyMiddleware(plain, wholeText(plain));
const ask = (variables: object) =>
  graphql({ schema, source: 'query ($text: String, $people: [Person!], $more: JSON) { echo(text: $text, people: $people, more: $more) }', variableValues: { ...variables }, rootValue: { echo: () => 'heard' } });

test('whole text of any language passes', async () => {
  expect((await ask({ text: 'نص 😀\n', people: [{ name: 'Åsa' }], more: { any: ['thing', 1, null] } })).data?.echo).toBe('heard');
});

test.each([
  ['an argument', { text: 'x\0' }, 'text'],
  ['a field in a list', { people: [{ name: 'ok' }, { name: '\uD800' }] }, 'people.1.name'],
  ['a value in JSON', { more: { a: [{ b: '\uDC00x' }] } }, 'more.a.0.b'],
  ['a name in JSON', { more: { 'a\0': 1 } }, 'more'],
])('broken text in %s is refused where it stands', async (_where, variables, field) => {
  const { data, errors } = await ask(variables);
  expect(data?.echo).toBeNull();
  expect(errors?.[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT', details: { field } });
});
