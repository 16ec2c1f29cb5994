import { Kind, getNamedType, isCompositeType, isInterfaceType, isObjectType, parse, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type GraphQLCompositeType, type GraphQLSchema, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import type { DeferNode, PlanNode, TypedSelection } from '../compiled';

/** Reads a selection against a type, as the client will be answered. */
export type ReadSelections = (set: SelectionSetNode, on: GraphQLCompositeType) => TypedSelection[];

/** Adds to each `Defer` of a plan what it answers, with types: the planner says it as text only. */
export function withDeferredSelections(plan: PlanNode, document: DocumentNode, operation: OperationDefinitionNode, schema: GraphQLSchema, read: ReadSelections): PlanNode {
  const root = schema.getRootType(operation.operation);
  if (!root) return plan;
  const typeAt = typeFinder(document, operation, schema, root);
  const annotate = (node: PlanNode): PlanNode => {
    switch (node.kind) {
      case 'Sequence':
      case 'Parallel':
        return { ...node, nodes: node.nodes.map(annotate) };
      case 'Flatten':
        return { ...node, node: annotate(node.node) };
      case 'Defer':
        return annotateDefer(node, root);
      default:
        return node;
    }
  };
  const annotateDefer = ({ primary, deferred, ...rest }: DeferNode, on: GraphQLCompositeType): DeferNode => ({
    ...rest,
    primary: { ...primary, ...(primary.subselection ? { selections: readText(primary.subselection, on, read) } : {}), ...(primary.node ? { node: annotate(primary.node) } : {}) },
    deferred: deferred.map((part) => {
      const type = typeAt(part.queryPath);
      const node = part.node && (part.node.kind === 'Defer' && type ? annotateDefer(part.node, type) : annotate(part.node));
      // A part that defers again says what it answers itself as the primary part of what it runs.
      const selections = part.subselection && type ? readText(part.subselection, type, read) : node?.kind === 'Defer' ? node.primary.selections : undefined;
      return { ...part, ...(selections ? { selections } : {}), ...(type ? { on: type.name } : {}), ...(node ? { node } : {}) };
    }),
  });
  return annotate(plan);
}

function readText(text: string, on: GraphQLCompositeType, read: ReadSelections): TypedSelection[] {
  const [definition] = parse(text, { noLocation: true }).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? read(definition.selectionSet, on) : [];
}

function typeFinder(document: DocumentNode, operation: OperationDefinitionNode, schema: GraphQLSchema, root: GraphQLCompositeType): (path: readonly string[]) => GraphQLCompositeType | null {
  const fragments = new Map(document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])));
  return (path) => {
    let type: GraphQLCompositeType = root;
    let sets: SelectionSetNode[] = [operation.selectionSet];
    for (const step of path) {
      if (step === '@') continue;
      const condition = step.startsWith('... on ') ? schema.getType(step.slice('... on '.length)) : null;
      if (isCompositeType(condition)) type = condition;
      if (step.startsWith('... ')) continue;
      const found = sets.flatMap((set) => fieldsWithKey(set, type, step, schema, fragments));
      const next = found.map(({ on, node }) => (isObjectType(on) || isInterfaceType(on) ? getNamedType(on.getFields()[node.name.value]?.type) : undefined)).find(isCompositeType);
      if (!next) return null;
      type = next;
      sets = found.flatMap(({ node }) => node.selectionSet ?? []);
    }
    return type;
  };
}

function fieldsWithKey(set: SelectionSetNode, on: GraphQLCompositeType, key: string, schema: GraphQLSchema, fragments: ReadonlyMap<string, FragmentDefinitionNode>): { on: GraphQLCompositeType; node: FieldNode }[] {
  return set.selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return (node.alias ?? node.name).value === key ? [{ on, node }] : [];
    const body = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
    const condition = body?.typeCondition && schema.getType(body.typeCondition.name.value);
    return body ? fieldsWithKey(body.selectionSet, isCompositeType(condition) ? condition : on, key, schema, fragments) : [];
  });
}
