import { Kind, parse, type FieldDefinitionNode, type ObjectTypeDefinitionNode, type TypeNode } from 'graphql';

/** Scalars of graph-node that a field can hold. */
export type EntityScalar = 'ID' | 'String' | 'Bytes' | 'Boolean' | 'Int' | 'Int8' | 'BigInt' | 'BigDecimal' | 'Timestamp';

interface FieldBase {
  name: string;
  description: string;
  required: boolean;
}

/** A value, a reference to another entity (its id), or a list of those that refer to this one by their field `via`. */
export type EntityField =
  | (FieldBase & { kind: 'scalar'; scalar: EntityScalar })
  | (FieldBase & { kind: 'reference'; entity: string })
  | (FieldBase & { kind: 'derived'; entity: string; via: string });

export interface EntityType {
  name: string;
  description: string;
  /** By name, in the order of the schema. */
  fields: ReadonlyMap<string, EntityField>;
}

/** The entities of a graph by name. */
export type EntityModel = ReadonlyMap<string, EntityType>;

const SCALARS: readonly string[] = ['ID', 'String', 'Bytes', 'Boolean', 'Int', 'Int8', 'BigInt', 'BigDecimal', 'Timestamp'] satisfies EntityScalar[];

/**
 * Reads an entity schema in The Graph's language. Understands entities with scalar fields, references and derived lists.
 * @throws naming the field that it does not understand.
 */
export function readEntityModel(sdl: string): EntityModel {
  const nodes = parse(sdl, { noLocation: true }).definitions.filter((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION);
  const names = new Set(nodes.map(({ name }) => name.value));
  return new Map(nodes.map((node) => [node.name.value, readType(node, names)]));
}

function readType(node: ObjectTypeDefinitionNode, entities: ReadonlySet<string>): EntityType {
  const name = node.name.value;
  const fields = new Map((node.fields ?? []).map((field) => [field.name.value, readField(name, field, entities)]));
  if (fields.get('id')?.required !== true) throw new Error(`${name} needs the field id, which must not be null.`);
  return { name, description: node.description?.value ?? '', fields };
}

function readField(owner: string, node: FieldDefinitionNode, entities: ReadonlySet<string>): EntityField {
  const { name, list, required } = shapeOf(node.type);
  const base = { name: node.name.value, description: node.description?.value ?? '', required };
  const via = derivedFrom(node);
  if (list && via !== null && entities.has(name)) return { ...base, kind: 'derived', entity: name, via };
  if (!list && via === null && entities.has(name)) return { ...base, kind: 'reference', entity: name };
  if (!list && isScalar(name)) return { ...base, kind: 'scalar', scalar: name };
  throw new Error(`${owner}.${base.name} is of a kind that this indexer does not understand.`);
}

function isScalar(name: string): name is EntityScalar {
  return SCALARS.includes(name);
}

function shapeOf(type: TypeNode): { name: string; list: boolean; required: boolean } {
  if (type.kind === Kind.NON_NULL_TYPE) return { ...shapeOf(type.type), required: true };
  if (type.kind === Kind.LIST_TYPE) return { ...shapeOf(type.type), list: true, required: false };
  return { name: type.name.value, list: false, required: false };
}

function derivedFrom(node: FieldDefinitionNode): string | null {
  const directive = node.directives?.find(({ name }) => name.value === 'derivedFrom');
  const field = directive?.arguments?.find(({ name }) => name.value === 'field')?.value;
  return field?.kind === Kind.STRING ? field.value : null;
}
