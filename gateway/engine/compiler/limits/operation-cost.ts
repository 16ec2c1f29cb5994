import { Kind, OperationTypeNode, getNamedType, isAbstractType, isCompositeType, isInterfaceType, isListType, isNonNullType, isObjectType, type DocumentNode, type FieldNode, type GraphQLCompositeType, type GraphQLField, type GraphQLNamedType, type GraphQLOutputType, type GraphQLSchema, type OperationDefinitionNode, type SelectionNode, type SelectionSetNode } from 'graphql';
import { greatestOf, sumOf, times, type Cost } from '../../cost';
import type { CostLimits } from '../../limits';
import { fragmentsOf } from '../documents';
import type { CostRules } from './cost-rules';
import { sizesOf, type FieldSizes } from './list-sizes';

const OBJECT = 1;
const LEAF = 0;
/** A change writes: to a database, a log and the feed of events. */
const CHANGE = 10;
/** The schema is large, and read by one thread. */
const INTROSPECTION = 200;

/**
 * The static cost of a valid operation, as https://ibm.github.io/graphql-specs/cost-spec.html has it: for each item of a field's list the weight of
 * its type and what is selected of it; besides, the weights of the field and of its arguments. Never less than the answer holds: `@skip` and
 * `@include` are taken to include, and of fragments on different object types the dearest counts.
 */
export function operationCost(document: DocumentNode, operation: OperationDefinitionNode, schema: GraphQLSchema, rules: CostRules, { assumedListSize }: Pick<CostLimits, 'assumedListSize'>): Cost {
  const fragments = fragmentsOf(document);
  const known = new Map<SelectionSetNode, Map<GraphQLCompositeType, Cost>>();
  const root = schema.getRootType(operation.operation);
  const changes = operation.operation === OperationTypeNode.MUTATION;

  // A fragment is read once for each type that it is spread on. Where list sizes come from above it is read anew: they differ.
  function selection(set: SelectionSetNode, on: GraphQLCompositeType, sizes: FieldSizes['below']): Cost {
    const before = sizes ? undefined : known.get(set)?.get(on);
    if (before !== undefined) return before;
    const always: Cost[] = [];
    const byType = new Map<string, Cost[]>();
    for (const node of set.selections) {
      const { type, cost } = node.kind === Kind.FIELD ? { type: null, cost: field(node, on, sizes) } : fragment(node, on, sizes);
      if (type === null) always.push(cost);
      else byType.set(type, [...(byType.get(type) ?? []), cost]);
    }
    const cost = sumOf([...always, greatestOf([...byType.values()].map(sumOf))]);
    if (!sizes) known.set(set, (known.get(set) ?? new Map<GraphQLCompositeType, Cost>()).set(on, cost));
    return cost;
  }

  /** `type`: the object type that excludes the others. */
  function fragment(node: Exclude<SelectionNode, FieldNode>, on: GraphQLCompositeType, sizes: FieldSizes['below']): { type: string | null; cost: Cost } {
    const body = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
    const type = body?.typeCondition ? schema.getType(body.typeCondition.name.value) : on;
    if (!body || !isCompositeType(type)) return { type: null, cost: 0 };
    return { type: isObjectType(type) && type !== on ? type.name : null, cost: selection(body.selectionSet, type, sizes) };
  }

  function field(node: FieldNode, on: GraphQLCompositeType, sizes: FieldSizes['below']): Cost {
    const name = node.name.value;
    if (name.startsWith('__')) return name === '__typename' ? 0 : INTROSPECTION;
    const definition = isObjectType(on) || isInterfaceType(on) ? on.getFields()[name] : undefined;
    if (!definition) return 0;
    const type = getNamedType(definition.type);
    const { own, below } = sizesOf(node, definition, rules.listSize(on.name, name), { operation, assumedListSize });
    const selected = node.selectionSet && isCompositeType(type) ? selection(node.selectionSet, type, below) : 0;
    const perItem = times(assumedListSize ** Math.max(0, listDepth(definition.type) - 1), sumOf([weightOf(type), selected]));
    return sumOf([rules.ofField(on.name, name) ?? (changes && on === root ? CHANGE : 0), argumentWeights(node, definition, on), times(sizes?.get(name) ?? own, perItem)]);
  }

  function weightOf(type: GraphQLNamedType): number {
    const names = isAbstractType(type) ? [type, ...schema.getPossibleTypes(type)] : [type];
    return Math.max(...names.map(({ name }) => rules.ofType(name) ?? (isCompositeType(type) ? OBJECT : LEAF)));
  }

  function argumentWeights(node: FieldNode, { name }: GraphQLField<unknown, unknown>, on: GraphQLCompositeType): number {
    return (node.arguments ?? []).reduce((sum, argument) => sum + (rules.ofArgument(on.name, name, argument.name.value) ?? 0), 0);
  }

  return root ? selection(operation.selectionSet, root, null) : 0;
}

/** How many lists there are within one another: what slices a field slices the outermost. */
function listDepth(type: GraphQLOutputType): number {
  if (isNonNullType(type)) return listDepth(type.ofType);
  return isListType(type) ? 1 + listDepth(type.ofType) : 0;
}
