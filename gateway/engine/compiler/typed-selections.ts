import { Kind, SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef, isCompositeType, isInterfaceType, isObjectType, getNamedType, type FieldNode, type FragmentDefinitionNode, type GraphQLCompositeType, type GraphQLField, type GraphQLSchema, type SelectionSetNode } from 'graphql';
import type { TypedField, TypedFragment, TypedSelection } from '../compiled';

export interface SelectionSource {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Key under which a field is fetched. */
  readKey(node: FieldNode): string;
  /** Key under which it is answered. */
  answerKey(node: FieldNode): string;
  /** The answer of `__schema` or `__type` under a key; null when it depends on variables. */
  introspected(key: string): string | null;
}

/**
 * A selection with the types of its fields. A fragment that is spread often is read once for each type that it is spread on and shared, so that
 * what is made of a document stays as small as the document.
 */
export function typedSelections(set: SelectionSetNode, on: GraphQLCompositeType, source: SelectionSource): TypedSelection[] {
  return createReader(source)(set, on);
}

function createReader(source: SelectionSource): (set: SelectionSetNode, on: GraphQLCompositeType) => TypedSelection[] {
  const known = new Map<SelectionSetNode, Map<GraphQLCompositeType, TypedSelection[]>>();

  function read(set: SelectionSetNode, on: GraphQLCompositeType): TypedSelection[] {
    const byType = known.get(set) ?? new Map<GraphQLCompositeType, TypedSelection[]>();
    known.set(set, byType);
    const before = byType.get(on);
    if (before) return before;
    const selections: TypedSelection[] = [];
    byType.set(on, selections);
    for (const node of set.selections) {
      const typed = node.kind === Kind.FIELD ? field(node, on) : fragment(node, on);
      if (typed) selections.push(typed);
    }
    return selections;
  }

  function field(node: FieldNode, on: GraphQLCompositeType): TypedField | null {
    const definition = definitionOf(source.schema, on, node.name.value);
    if (!definition) return null;
    const type = getNamedType(definition.type);
    const introspects = definition === SchemaMetaFieldDef || definition === TypeMetaFieldDef;
    return {
      kind: 'field',
      key: source.answerKey(node),
      read: source.readKey(node),
      name: definition.name,
      parent: on.name,
      type: String(definition.type),
      ...(introspects ? { introspection: { json: source.introspected(source.answerKey(node)) } } : {}),
      ...(node.selectionSet && isCompositeType(type) && !introspects ? { selections: read(node.selectionSet, type) } : {}),
    };
  }

  function fragment(node: Exclude<SelectionSetNode['selections'][number], FieldNode>, on: GraphQLCompositeType): TypedFragment | null {
    const body = node.kind === Kind.INLINE_FRAGMENT ? node : source.fragments.get(node.name.value);
    if (!body) return null;
    const condition = body.typeCondition?.name.value ?? null;
    const type = condition === null ? on : source.schema.getType(condition);
    if (!isCompositeType(type)) return null;
    return { kind: 'fragment', on: condition, selections: read(body.selectionSet, type) };
  }

  return read;
}

function definitionOf(schema: GraphQLSchema, on: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> | null {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  if (on === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  return isObjectType(on) || isInterfaceType(on) ? (on.getFields()[name] ?? null) : null;
}
