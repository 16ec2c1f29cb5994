import { buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { lexicographicSortSchema, parse, type GraphQLSchema } from 'graphql';
import { applyMiddleware, middleware, type IMiddlewareFieldMap, type IMiddlewareFunction } from 'graphql-middleware';
import { allow, deny, shield } from 'graphql-shield';
import { buildSchema, createResolversMap, type ContainerType, type NonEmptyArray } from 'type-graphql';
import { AppError } from '#kernel/errors';
import { currentRequest } from '#kernel/telemetry';
import { fieldsWithoutRule, ruleOf } from './rule-coverage';
import { DateScalar, DateTimeScalar, JsonScalar, MinorUnitsScalar } from './scalars';
import { PageInfo } from './shared-types';
import { wholeText } from './whole-text';

/** Finds the entity that a representation names; null when there is none or the caller may not know of it. */
export type EntityReference<C> = (representation: never, context: C) => Promise<object | null> | object | null;

export type RuleTree = Parameters<typeof shield>[0];

export interface SubgraphOptions<C> {
  /** type-graphql resolver classes. */
  resolvers: NonEmptyArray<NewableFunction>;
  /** Instances of those classes. */
  container: ContainerType;
  /** Types that no root field reaches, for example entities that another subgraph owns. */
  orphanedTypes?: NewableFunction[];
  /** Type name → reference resolver. */
  references: Record<string, EntityReference<C>>;
  /** graphql-shield tree. Whatever it does not name is denied. */
  rules: RuleTree;
}

export interface Subgraph {
  schema: GraphQLSchema;
  /** What `_service { sdl }` answers. */
  sdl: string;
  /** Fields that no rule names, as `Type.field`: closed to everybody, which is seldom meant. */
  withoutRule: readonly string[];
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@inaccessible", "@tag"])\n\n`;

// type-graphql wants one as soon as there is a subscription; ours are answered event by event (see mount-subgraph.ts).
const refuse = (): never => {
  throw new Error('A subgraph has no stream of events of its own.');
};
const NO_PUB_SUB = { publish: refuse, subscribe: refuse };

/** Builds a Federation 2 subgraph from type-graphql classes, guarded by graphql-shield with deny as the fallback. */
export async function buildSubgraph<C>(options: SubgraphOptions<C>): Promise<Subgraph> {
  const plain = await buildSchema({
    resolvers: options.resolvers,
    orphanedTypes: [PageInfo, ...(options.orphanedTypes ?? [])],
    container: options.container,
    validate: false,
    scalarsMap: [],
    pubSub: NO_PUB_SUB,
  });
  const sdl = LINK + printSchemaWithDirectives(lexicographicSortSchema(plain)).replace(/^schema \{[^}]*\}\s*/, '');
  const resolvers = withReferences(createResolversMap(plain), options.references);
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
  return { schema: applyMiddleware(schema, givenUpWhenLate, guard(options.rules), wholeText(schema)), sdl, withoutRule: fieldsWithoutRule(schema, options.rules) };
}

function withReferences(resolvers: Record<string, unknown>, references: Record<string, unknown>): Record<string, unknown> {
  const scalars = { MinorUnits: MinorUnitsScalar, DateTime: DateTimeScalar, Date: DateScalar, JSON: JsonScalar };
  const merged: Record<string, unknown> = { ...resolvers, ...scalars };
  for (const [type, resolve] of Object.entries(references)) {
    merged[type] = { ...(merged[type] as object | undefined), __resolveReference: resolve };
  }
  return merged;
}

// What has begun is left to end, a transaction is never torn; nothing new is begun for a caller who no longer waits.
const givenUpWhenLate: IMiddlewareFunction = (resolve, parent, args, context, info) => {
  if (currentRequest()?.signal?.aborted) throw new AppError('DEADLINE_EXCEEDED', 'The caller no longer waits.');
  return resolve(parent, args, context, info);
};

function guard(rules: RuleTree): ReturnType<typeof shield> {
  const guarded = shield(rules, {
    fallbackRule: deny,
    fallbackError: new AppError('FORBIDDEN', 'This is not allowed.'),
    allowExternalErrors: true,
  });
  return middleware((schema) => withoutOpenFields(guarded.generate(schema), rules));
}

/** What is open to everybody who got to its type is asked for by the thousand: it is not worth the promises of a guard that always says yes. */
function withoutOpenFields(guards: object, rules: RuleTree): Record<string, IMiddlewareFieldMap> {
  const types = Object.entries(guards as Record<string, IMiddlewareFieldMap>);
  return Object.fromEntries(types.map(([type, fields]) => [type, Object.fromEntries(Object.entries(fields).filter(([field]) => ruleOf(rules, type, field) !== allow))]));
}
