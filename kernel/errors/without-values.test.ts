import { buildSchema, getVariableValues, GraphQLError, GraphQLScalarType, Kind, parse, validate, type OperationDefinitionNode } from 'graphql';
import { withoutValues } from '.';

const schema = buildSchema('scalar Day enum Gender { FEMALE MALE } input Person { name: String born: Day gender: Gender age: Int ids: [Id!] } input Id { number: String! } type Query { person(input: Person, first: Int, day: Day): Int }');
const day = schema.getType('Day');
if (day instanceof GraphQLScalarType) {
  day.parseValue = (value) => {
    throw new GraphQLError(`Value is not a day: ${String(value)}`);
  };
  day.parseLiteral = (node) => {
    throw new GraphQLError(`Value is not a day: ${'value' in node ? String(node.value) : ''}`, { nodes: [node] });
  };
}

const ofVariable = (input: unknown): string[] => {
  const [definition] = parse('query ($input: Person) { person(input: $input) }').definitions;
  const { errors = [] } = getVariableValues(schema, (definition as OperationDefinitionNode).variableDefinitions ?? [], { input });
  return errors.map(withoutValues);
};
const ofDocument = (source: string): string[] => {
  try {
    return validate(schema, parse(source)).map(withoutValues);
  } catch (error) {
    return [withoutValues(error as GraphQLError)];
  }
};

test.each([
  ['an enum', { gender: 'Amina "; Otieno' }, ['Variable "$input" got invalid value at "input.gender"; Value "…" does not exist in "Gender" enum.']],
  ['a scalar of ours', { born: 'Amina' }, ['Variable "$input" got invalid value at "input.born"; Value is not a day: …']],
  ['a number', { age: 'x" at "input.age"; Amina' }, ['Variable "$input" got invalid value at "input.age"; Int cannot represent non-integer value: …']],
  ['an object where text should be', { name: { first: 'Amina; Otieno' } }, ['Variable "$input" got invalid value at "input.name"; String cannot represent a non string value: …']],
  ['text where an object should be', { ids: 'A-1' }, ['Variable "$input" got invalid value at "input.ids"; Expected type "Id" to be an object.']],
  ['a field that is not there', { nme: 'Amina' }, ['Variable "$input" got invalid value; Field "nme" is not defined by type "Person". Did you mean "name" or "age"?']],
])('a variable with %s is refused without what stood there', (_what, input, messages) => expect(ofVariable(input)).toEqual(messages));

test.each([
  ['{ person(first: "0712 345 678") }', ['Int cannot represent non-integer value: …']],
  ['{ person(input: { gender: "Amina" }) }', ['Enum "Gender" cannot represent non-enum value: ….']],
  ['{ person(input: "Amina") }', ['Expected value of type "Person", found ….']],
  ['{ person(day: "Amina") }', ['Value is not a day: …']],
  ['{ person(input: { gender: FEMAL }) }', ['Value "FEMAL" does not exist in "Gender" enum. Did you mean the enum value "FEMALE" or "MALE"?']],
  ['{ person(input "Amina") }', ['Syntax Error: Expected ":", found String.']],
  ['{ nobody }', ['Cannot query field "nobody" on type "Query".']],
])('%s is refused without the values in it', (source, messages) => expect(ofDocument(source)).toEqual(messages));

test('a value of whatever kind is left out of the document’s errors', () => {
  for (const kind of [Kind.STRING, Kind.INT] as const) {
    const error = new GraphQLError('Not so: 7 or "7"', { nodes: [{ kind, value: '7' }] });
    expect(withoutValues(error)).not.toContain('7');
  }
});
