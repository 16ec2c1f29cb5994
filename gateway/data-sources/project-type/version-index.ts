import {
  Kind,
  parse,
  specifiedScalarTypes,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type NameNode,
  type TypeNode,
} from 'graphql';

/** One output field as a version of a type declares it. */
export interface FieldSignature {
  type: TypeNode;
  args: ReadonlyMap<string, TypeNode>;
}

/**
 * What one version of a project type can be asked: a light reading of its SDL, because a federated SDL (extensions, unknown
 * directives) is no schema that graphql-js would build.
 */
export interface VersionIndex {
  field(type: string, field: string): FieldSignature | undefined;
  /** Whether a fragment on `condition` can match inside a selection on `parent`: validation refuses one that never can. */
  canMatch(parent: string, condition: string): boolean;
  inputFields(type: string): ReadonlyMap<string, TypeNode> | undefined;
  enumValues(type: string): ReadonlySet<string> | undefined;
  isScalar(type: string): boolean;
}

const ENTITY_UNION = '_Entity';
const ENTITIES: FieldSignature = {
  type: { kind: Kind.LIST_TYPE, type: named(ENTITY_UNION) },
  args: new Map([['representations', { kind: Kind.LIST_TYPE, type: named('_Any') }]]),
};

/** Reads the SDL of one version, as the instance gives it in `_service { sdl }`. */
export function indexVersion(sdl: string): VersionIndex {
  const outputs = new Map<string, Map<string, FieldSignature>>([['Query', new Map([['_entities', ENTITIES]])]]);
  const possible = new Map<string, Set<string>>();
  const inputs = new Map<string, Map<string, TypeNode>>();
  const enums = new Map<string, Set<string>>();
  const scalars = new Set([...specifiedScalarTypes.map((type) => type.name), '_Any']);
  for (const node of parse(sdl, { noLocation: true }).definitions) {
    switch (node.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.OBJECT_TYPE_EXTENSION:
      case Kind.INTERFACE_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_EXTENSION:
        for (const field of node.fields ?? []) inside(outputs, node.name).set(field.name.value, signature(field));
        if (isObject(node.kind)) for (const type of [node.name, ...(node.interfaces ?? []).map((abstract) => abstract.name)]) add(possible, type, node.name);
        break;
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      case Kind.INPUT_OBJECT_TYPE_EXTENSION:
        for (const field of node.fields ?? []) inside(inputs, node.name).set(field.name.value, field.type);
        break;
      case Kind.ENUM_TYPE_DEFINITION:
      case Kind.ENUM_TYPE_EXTENSION:
        enums.set(node.name.value, new Set([...(enums.get(node.name.value) ?? []), ...(node.values ?? []).map((value) => value.name.value)]));
        break;
      case Kind.UNION_TYPE_DEFINITION:
      case Kind.UNION_TYPE_EXTENSION:
        for (const member of node.types ?? []) add(possible, node.name, member.name);
        break;
      case Kind.SCALAR_TYPE_DEFINITION:
        scalars.add(node.name.value);
        break;
    }
  }
  return {
    field: (type, field) => outputs.get(type)?.get(field),
    canMatch: (parent, condition) => {
      const wanted = possible.get(condition);
      if (!wanted || parent === ENTITY_UNION) return wanted !== undefined;
      return [...(possible.get(parent) ?? [])].some((type) => wanted.has(type));
    },
    inputFields: (type) => inputs.get(type),
    enumValues: (type) => enums.get(type),
    isScalar: (type) => scalars.has(type),
  };
}

/** The type under all lists and non-nulls. */
export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

function isObject(kind: Kind): boolean {
  return kind === Kind.OBJECT_TYPE_DEFINITION || kind === Kind.OBJECT_TYPE_EXTENSION;
}

function add(possible: Map<string, Set<string>>, abstract: NameNode, member: NameNode): void {
  possible.set(abstract.value, (possible.get(abstract.value) ?? new Set()).add(member.value));
}

function inside<V>(types: Map<string, Map<string, V>>, name: NameNode): Map<string, V> {
  const known = types.get(name.value) ?? new Map<string, V>();
  types.set(name.value, known);
  return known;
}

function signature(field: FieldDefinitionNode): FieldSignature {
  return { type: field.type, args: new Map((field.arguments ?? []).map((arg: InputValueDefinitionNode) => [arg.name.value, arg.type])) };
}

function named(name: string): TypeNode {
  return { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } };
}
