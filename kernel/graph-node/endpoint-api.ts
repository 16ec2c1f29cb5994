import { Kind, parse, print, type DefinitionNode, type FieldDefinitionNode, type ObjectTypeDefinitionNode, type TypeNode } from 'graphql';

/** How entities of one type are fetched by their ids. */
export interface EntityRoot {
  /** Root field that lists them, for example `aidProjects`. */
  list: string;
  /** Type of its filter `id_in`, for example `[ID!]`. */
  idsType: string;
  /** Fields of its filter. */
  filters: ReadonlySet<string>;
}

/** The API of a graph-node endpoint, as far as federating it needs to know. */
export interface EndpointApi {
  /** Types and inputs that go into the supergraph, without the roots. */
  definitions: readonly DefinitionNode[];
  rootFields: readonly FieldDefinitionNode[];
  /** By type name. */
  entities: ReadonlyMap<string, EntityRoot>;
  /** Object types by name. */
  objects: ReadonlyMap<string, ObjectTypeDefinitionNode>;
}

// Logs of an indexer are for its operators.
const DROPPED_FIELDS = new Set(['_logs']);
const DROPPED_TYPES = /^(_Log|LogLevel|Subscription$|Query$)/;

/** Reads an endpoint's SDL. @throws when it has no query root. */
export function readEndpointApi(sdl: string): EndpointApi {
  const { definitions } = parse(sdl, { noLocation: true });
  const objects = new Map(definitions.filter(isObject).map((node) => [node.name.value, node]));
  const query = objects.get('Query');
  if (!query) throw new Error('The schema of the endpoint has no type Query.');
  const rootFields = (query.fields ?? []).filter(({ name }) => !DROPPED_FIELDS.has(name.value));
  return {
    definitions: definitions.filter(isKept),
    rootFields,
    entities: new Map(rootFields.flatMap((field) => entityRoot(field, definitions))),
    objects,
  };
}

function isObject(node: DefinitionNode): node is ObjectTypeDefinitionNode {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION;
}

function isKept(node: DefinitionNode): boolean {
  if (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.DIRECTIVE_DEFINITION) return false;
  return 'name' in node && node.name !== undefined && !DROPPED_TYPES.test(node.name.value);
}

// A root field that lists a type under a filter makes the type an entity.
function entityRoot(field: FieldDefinitionNode, definitions: readonly DefinitionNode[]): [string, EntityRoot][] {
  const where = field.arguments?.find(({ name }) => name.value === 'where');
  if (!where || !isList(field.type)) return [];
  const filter = definitions.find((node) => node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION && node.name.value === namedTypeOf(where.type));
  const fields = filter?.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION ? (filter.fields ?? []) : [];
  const ids = fields.find(({ name }) => name.value === 'id_in');
  if (!ids) return [];
  return [[namedTypeOf(field.type), { list: field.name.value, idsType: print(ids.type), filters: new Set(fields.map(({ name }) => name.value)) }]];
}

function isList(type: TypeNode): boolean {
  return type.kind === Kind.LIST_TYPE || (type.kind === Kind.NON_NULL_TYPE && isList(type.type));
}

function namedTypeOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type);
}
