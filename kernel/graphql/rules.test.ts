import { GraphQLBoolean, GraphQLObjectType, GraphQLSchema, graphql } from 'graphql';
import { applyMiddleware } from 'graphql-middleware';
import { and, shield } from 'graphql-shield';
import { anonymous, type Principal } from '#kernel/auth';
import { recentlyVerified, recentlyVerifiedTwice, requires } from './rules';

const field = { type: GraphQLBoolean, resolve: () => true };
const schema = applyMiddleware(
  new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: { once: field, twice: field, pay: field } }) }),
  shield({ Query: { once: recentlyVerified, twice: recentlyVerifiedTwice, pay: and(requires('payment:approve'), recentlyVerifiedTwice) } }, { allowExternalErrors: true }),
);
const someone: Principal = { ...anonymous, subject: 'u1', permissions: ['payment:approve'] };
const minutesAgo = (minutes: number): number => Date.now() / 1000 - minutes * 60;

async function outcome(name: string, principal: Principal): Promise<unknown> {
  const { data, errors } = await graphql({ schema, source: `{ ${name} }`, contextValue: { principal } });
  return data?.[name] ?? (errors?.[0]?.originalError as { code?: string } | undefined)?.code;
}

test.each<[string, Partial<Principal>, unknown, unknown]>([
  ['has just signed in', { authenticatedAt: minutesAgo(1) }, true, 'STEP_UP_REQUIRED'],
  ['has just shown a second factor', { authenticatedAt: minutesAgo(1), secondFactor: true }, true, true],
  ['has shown a second factor long ago', { authenticatedAt: minutesAgo(11), secondFactor: true }, 'STEP_UP_REQUIRED', 'STEP_UP_REQUIRED'],
  ['has no session', {}, 'STEP_UP_REQUIRED', 'STEP_UP_REQUIRED'],
  ['has not signed in', { subject: 'anonymous', authenticatedAt: minutesAgo(1), secondFactor: true }, 'UNAUTHENTICATED', 'UNAUTHENTICATED'],
])('what asks for a recent proof, once and twice, answers whoever %s', async (_who, facts, once, twice) => {
  const principal = { ...someone, ...facts };
  expect([await outcome('once', principal), await outcome('twice', principal)]).toEqual([once, twice]);
});

test('a recent proof is no permission', async () => {
  const proved = { ...someone, authenticatedAt: minutesAgo(1), secondFactor: true };
  expect(await outcome('pay', proved)).toBe(true);
  expect(await outcome('pay', { ...proved, permissions: [] })).toBe('FORBIDDEN');
});
