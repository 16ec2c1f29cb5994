import { graphql } from 'graphql';
import { allow } from 'graphql-shield';
import { Field, ObjectType, Query, Resolver } from 'type-graphql';
import { buildSubgraph, type Subgraph } from './build-subgraph';

@ObjectType()
class Thing {
  @Field(() => String)
  known: string;

  @Field(() => String, { nullable: true })
  forgotten: string | null;
}

@Resolver()
class ThingResolver {
  @Query(() => Thing, { nullable: true })
  thing(): Thing {
    return { known: 'seen', forgotten: 'secret' };
  }

  @Query(() => String, { nullable: true })
  overlooked(): string {
    return 'secret';
  }
}

let subgraph: Subgraph;
beforeAll(async () => {
  subgraph = await buildSubgraph({
    resolvers: [ThingResolver],
    container: { get: () => new ThingResolver() },
    references: {},
    rules: { Query: { thing: allow, _service: allow }, Thing: { known: allow }, PageInfo: { '*': allow } } as never,
  });
});

test('a field that nobody gave a rule is closed, in a root type and below it', async () => {
  const answer = await graphql({ schema: subgraph.schema, source: '{ thing { known forgotten } overlooked }', contextValue: {} });
  expect(answer.data).toEqual({ thing: { known: 'seen', forgotten: null }, overlooked: null });
  expect(answer.errors?.map(({ path, originalError }) => [path?.join('.'), originalError && 'code' in originalError && originalError.code]).sort()).toEqual([
    ['overlooked', 'FORBIDDEN'],
    ['thing.forgotten', 'FORBIDDEN'],
  ]);
});

test('what has no rule is named, so that a test can find it', () => {
  expect([...subgraph.withoutRule].sort()).toEqual(['Query.overlooked', 'Thing.forgotten']);
});
