import { GraphQLError, Kind, getNamedType, isAbstractType, isCompositeType, isInterfaceType, isObjectType, parse, type GraphQLCompositeType, type GraphQLSchema, type SelectionSetNode } from 'graphql';
import type { FetchNode, RequiredSelection } from '../compiled';
import { fragmentsOf, operationsOf } from './documents';
import type { SubgraphFacts } from './subgraph-facts';

/**
 * Leaves out representations of types that a subgraph has never heard of. The planner writes them for implementations of an interface that the
 * subgraph knows as an `@interfaceObject`; one of them would fail the whole fetch.
 */
export function withKnownTypes(fetch: FetchNode, facts: SubgraphFacts, schema: GraphQLSchema): FetchNode {
  const { requires, inputRewrites = [], serviceName } = fetch;
  if (!requires) return fetch;
  const below = (name: string): string[] => {
    const type = schema.getType(name);
    return isAbstractType(type) ? schema.getPossibleTypes(type).map((one) => one.name) : [name];
  };
  const renamed = new Set(inputRewrites.flatMap(({ path: [on = ''] }) => [on.replace(/^\.\.\. on /, '')]).flatMap((on) => [on, ...below(on)]));
  const fits = (type: string): boolean => facts.knows(serviceName, type) || renamed.has(type);
  const conditions = requires.map((one) => (one.kind === 'InlineFragment' ? one.typeCondition : undefined));
  const known = requires.filter((_one, index) => fits(conditions[index] ?? '') || conditions[index] === undefined);
  const unknown = [...new Set(conditions.flatMap((on) => (on === undefined ? [] : below(on))))].filter((type) => !fits(type));
  return { ...fetch, ...(known.length > 0 ? { requires: known } : {}), ...(unknown.length > 0 ? { unknownTypes: unknown } : {}) };
}

/**
 * Refuses a plan in which a subgraph computes a field without what the field requires: it would compute something wrong, and nobody would know.
 * It happens where a requirement has a requirement of its own that the first subgraph could compute.
 * @throws GraphQLError QUERY_PLANNING_FAILED naming the field.
 */
export function assertRequirementsGiven(fetch: FetchNode, facts: SubgraphFacts, schema: GraphQLSchema): void {
  const { serviceName, requires, operationKind } = fetch;
  const document = parse(fetch.operation, { noLocation: true });
  const fragments = fragmentsOf(document);
  const root = schema.getRootType(operationKind as Parameters<GraphQLSchema['getRootType']>[0]);
  for (const { selectionSet } of operationsOf(document)) {
    if (!requires && root) check(selectionSet, root, null);
    else for (const node of selectionSet.selections) if (node.kind === Kind.FIELD && node.selectionSet) check(node.selectionSet, null, requires ?? []);
  }

  /** `given`: what the representation of the objects at hand holds; null below them. */
  function check(set: SelectionSetNode, on: GraphQLCompositeType | null, given: readonly RequiredSelection[] | null): void {
    for (const node of set.selections) {
      if (node.kind !== Kind.FIELD) {
        const body = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
        const condition = body?.typeCondition && schema.getType(body.typeCondition.name.value);
        if (body) check(body.selectionSet, isCompositeType(condition) ? condition : on, given);
        continue;
      }
      if (!on || !(isObjectType(on) || isInterfaceType(on))) continue;
      const name = node.name.value;
      const required = facts.requiredFor(serviceName, on.name, name);
      const held = given ? namesIn(given) : new Set<string>();
      if (required.some((one) => !held.has(one))) throw new GraphQLError(`No plan gives the service ${serviceName} what it requires for ${on.name}.${name}.`, { extensions: { code: 'QUERY_PLANNING_FAILED' } });
      const type = getNamedType(on.getFields()[name]?.type);
      // What is provided along the way may hold a requirement: then the planner is right.
      if (node.selectionSet && isCompositeType(type) && !facts.provides(serviceName, on.name, name)) check(node.selectionSet, type, null);
    }
  }
}

function namesIn(required: readonly RequiredSelection[]): Set<string> {
  return new Set(required.flatMap((one) => (one.kind === 'Field' ? [one.name] : [...namesIn(one.selections)])));
}
