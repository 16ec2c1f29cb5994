import { GraphQLError } from 'graphql';
import type { Principal } from '#kernel/auth';
import { AppError } from '#kernel/errors';
import { useTestDatabase } from '../kit/database';
import { rootFields, type RootField } from './documents';
import { operations } from './operations';
import { createWorld, type World } from './world';

/** Texts that break those who paste them into SQL, patterns, headers, paths or JSON, and texts that PostgreSQL cannot store. */
const TEXTS: Readonly<Record<string, string>> = {
  'an end of a string and a tautology': "x' OR '1'='1",
  'another statement': "x'; DROP TABLE app_user; --",
  'a comment in SQL': 'x/**/UNION/**/SELECT/**/1',
  'wildcards': '%_%',
  'a backslash': '\\',
  'a new line and a header': 'x\r\nset-cookie: a=b',
  'a NUL': 'x\0y',
  'half of a surrogate pair': 'x\uD800y',
  'an operator of a query language': '{"$gt":""}',
  'a path upwards': '../../../../etc/passwd',
  'nothing': '',
  'a hundred thousand letters': 'x'.repeat(100_000),
};

const database = useTestDatabase('core');
let world: World;
let admin: Principal;

beforeAll(async () => {
  world = await createWorld(database());
  admin = await world.holder('admin', 'organization');
});
afterAll(() => world.close());

/** Every copy of the variables in which one text, however deep, is another one. */
function* variants(value: unknown, text: string): Generator<unknown> {
  if (typeof value === 'string') yield text;
  else if (Array.isArray(value)) {
    for (const [index, part] of value.entries()) for (const variant of variants(part, text)) yield value.map((one: unknown, other) => (other === index ? variant : one));
  } else if (value && typeof value === 'object') {
    for (const [name, part] of Object.entries(value)) for (const variant of variants(part, text)) yield { ...value, [name]: variant };
  }
}

/** Expected failures, and refusals of GraphQL itself; everything else is an accident. */
function isExpected(error: GraphQLError): boolean {
  return error.originalError === undefined || error.originalError instanceof AppError || error.originalError instanceof GraphQLError;
}

async function accidents(root: RootField, what: string): Promise<string[]> {
  const target = await operations[root.field.name]?.target(world.around(world.home, 'organization'));
  const optional = Object.fromEntries(root.field.args.filter(({ type }) => String(type) === 'String' || String(type) === 'ID').map(({ name }) => [name, '']));
  const found: string[] = [];
  for (const variables of variants({ ...optional, idempotencyKey: 'k', ...target?.variables }, TEXTS[what] ?? '')) {
    const given = { ...target, variables: variables as Record<string, unknown> };
    const { errors } = await world.run(root, given, admin);
    for (const error of errors ?? []) if (!isExpected(error)) found.push(`${root.field.name} ${JSON.stringify(variables).slice(0, 300)}: ${error.message.slice(-300)}`);
  }
  return found;
}

test.each(Object.keys(TEXTS))('%s in any text of any operation is stored as it is, or refused with a code', async (what) => {
  const found: string[] = [];
  for (const root of rootFields(world.subgraph.schema)) found.push(...(await accidents(root, what)));
  expect(found).toEqual([]);
  const { rows } = await world.pool.query(`SELECT to_regclass('app_user') IS NOT NULL AS there, (SELECT count(*) > 0 FROM app_user) AS filled`);
  expect(rows).toEqual([{ there: true, filled: true }]);
}, 60_000);
