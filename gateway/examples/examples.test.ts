import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { readExamples } from '../http/graphiql-route';

const schema = buildSchema(readFileSync(join(__dirname, '../api-schema.graphql'), 'utf8'));

test.each(readExamples(__dirname).map((query) => [/^(?:query|mutation) (\w+)/m.exec(query)?.[1], query]))('the example %s fits the schema of the supergraph', (_name, query) => {
  expect(validate(schema, parse(query ?? ''))).toEqual([]);
});

test('all examples stand in one document, so their names differ', () => {
  const document = readExamples(__dirname).join('\n');
  expect(validate(schema, parse(document))).toEqual([]);
});
