import { getNamedType, graphql, isObjectType } from 'graphql';
import { anonymous } from '#kernel/auth';
import { createPool, type Pool } from '#kernel/db';
import { useTestDatabase } from '../../tests/kit/database';
import { buildCoreSubgraph } from './app';
import { createDatabase, type CoreDatabase } from './database';
import type { Subgraph } from '#kernel/graphql';
import { createTestSlices } from './testing/slices';

interface Described {
  name: string;
  description?: string | null;
  args?: ReadonlyArray<{ name: string; description?: string | null }>;
}

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let subgraph: Subgraph;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 2, name: 'test' });
  prisma = createDatabase(pool);
  const slices = createTestSlices(prisma).all;
  subgraph = await buildCoreSubgraph(slices);
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

test('every field of the schema has a rule: a forgotten one would be closed, but should not be forgotten', () => {
  expect(subgraph.withoutRule).toEqual([]);
});

test('nobody who has not signed in reads anything but that nobody has signed in', async () => {
  const fields = Object.values(subgraph.schema.getQueryType()?.getFields() ?? {}).filter((field) => !field.name.startsWith('_') && field.name !== 'me');
  for (const field of fields) {
    const args = field.args.filter((argument) => String(argument.type).endsWith('!') && argument.defaultValue === undefined).map((argument) => `${argument.name}: ${String(argument.type) === 'Int!' ? 1 : '"x"'}`);
    const inner = isObjectType(getNamedType(field.type)) ? '{ __typename }' : '';
    const result = await graphql({ schema: subgraph.schema, source: `{ ${field.name}${args.length > 0 ? `(${args.join()})` : ''} ${inner} }`, contextValue: { principal: anonymous } });
    expect({ field: field.name, message: result.errors?.[0]?.message }).toEqual({ field: field.name, message: 'Sign in first.' });
  }
});

test('every field and argument is documented for users', () => {
  const silent = Object.values(subgraph.schema.getTypeMap())
    .filter((type) => !type.name.startsWith('_'))
    .flatMap((type) => ('getFields' in type ? Object.values(type.getFields()).map((field: Described) => ({ where: `${type.name}.${field.name}`, field })) : []))
    .filter(({ where }) => !/\._/.test(where))
    .flatMap(({ where, field }) => [
      ...(field.description ? [] : [where]),
      ...(field.args ?? []).filter((argument) => !argument.description).map((argument) => `${where}(${argument.name}:)`),
    ]);
  expect(silent).toEqual([]);
});
