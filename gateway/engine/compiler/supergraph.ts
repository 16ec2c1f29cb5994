import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph, type Schema } from '@apollo/federation-internals';
import { type GraphQLSchema, isAbstractType, isCompositeType, isEnumType, isInterfaceType, isInputObjectType, isObjectType, Kind, parse, printSchema, visit, type DocumentNode } from 'graphql';
import type { SchemaFacts } from '../compiled';
import { costRules, type CostRules } from './limits/cost-rules';
import type { NameFacts } from './planned-aliases';
import { resolvableKeysFirst } from './resolvable-keys';
import { subgraphFacts, type SubgraphFacts } from './subgraph-facts';

/** A supergraph, read once for all that compiling needs. */
export interface LoadedSupergraph {
  supergraph: Supergraph;
  /** What clients may ask, for the planner. */
  api: Schema;
  /** The same, for validation; with `@defer`. */
  schema: GraphQLSchema;
  /** With what clients do not see. */
  full: GraphQLSchema;
  subgraphs: SubgraphFacts;
  facts: SchemaFacts;
  names: NameFacts;
  costRules: CostRules;
}

/** @throws when it is no supergraph. It is not validated again: the registry composed and checked it. */
export function loadSupergraph(sdl: string): LoadedSupergraph {
  const document = resolvableKeysFirst(parse(sdl, { noLocation: true }));
  const supergraph = Supergraph.build(document, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, validateSupergraph: false });
  const api = supergraph.apiSchema();
  const schema = api.toGraphQLJSSchema({ includeDefer: true });
  const full = supergraph.schema.toGraphQLJSSchema();
  return {
    supergraph,
    api,
    schema,
    full,
    subgraphs: subgraphFacts(document),
    facts: { apiSdl: printSchema(schema), possible: possibleTypes(schema), objects: objectNames(schema), enums: enumValues(schema), subtypes: subtypes(full) },
    costRules: costRules(document),
    names: { fields: fieldNames(full), requiredWithArguments: requiredFieldsWithArguments(document), ofInterfaceObjects: fieldsOfInterfaceObjects(document) },
  };
}

function possibleTypes(schema: GraphQLSchema): Record<string, string[]> {
  const composites = Object.values(schema.getTypeMap()).filter(isCompositeType);
  return Object.fromEntries(composites.map((type) => [type.name, isAbstractType(type) ? [type.name, ...below(schema, type.name)] : [type.name]]));
}

function subtypes(schema: GraphQLSchema): Record<string, string[]> {
  const abstract = Object.values(schema.getTypeMap()).filter(isAbstractType);
  return Object.fromEntries(abstract.map(({ name }) => [name, below(schema, name)]));
}

function below(schema: GraphQLSchema, name: string): string[] {
  const type = schema.getType(name);
  if (!isAbstractType(type)) return [];
  const interfaces = isInterfaceType(type) ? schema.getImplementations(type).interfaces : [];
  return [...schema.getPossibleTypes(type), ...interfaces].map((one) => one.name);
}

function objectNames(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap()).filter(isObjectType).map(({ name }) => name);
}

function enumValues(schema: GraphQLSchema): Record<string, string[]> {
  return Object.fromEntries(Object.values(schema.getTypeMap()).filter(isEnumType).map((type) => [type.name, type.getValues().map(({ name }) => name)]));
}

function fieldNames(schema: GraphQLSchema): Set<string> {
  const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__') && 'getFields' in type && !isInputObjectType(type));
  return new Set(types.flatMap((type) => ('getFields' in type ? Object.keys(type.getFields()) : [])));
}

// Field sets are strings in the supergraph: `@join__field(requires: "price(currency: \"USD\")")`, `@join__type(key: "id")`.
function requiredFieldsWithArguments(document: DocumentNode): Set<string> {
  const wanted = new Set<string>();
  const defined = new Set<string>();
  visit(document, {
    FieldDefinition: ({ name, arguments: given = [] }) => void (given.length > 0 && defined.add(name.value)),
    Argument: ({ name, value }) => {
      if (!['requires', 'key', 'provides', 'contextArguments'].includes(name.value)) return;
      visit(value, { StringValue: (text) => void namesIn(text.value).forEach((one) => wanted.add(one)) });
    },
  });
  return new Set([...wanted].filter((name) => defined.has(name)));
}

// `@join__type(graph: LIKES, isInterfaceObject: true)` on an interface; which of its fields are that subgraph's does not matter here.
function fieldsOfInterfaceObjects(document: DocumentNode): Set<string> {
  const names = new Set<string>();
  visit(document, {
    InterfaceTypeDefinition: ({ directives = [], fields = [] }) => {
      const one = directives.some((directive) => directive.arguments?.some(({ name, value }) => name.value === 'isInterfaceObject' && value.kind === Kind.BOOLEAN && value.value));
      if (one) for (const { name } of fields) names.add(name.value);
    },
  });
  return names;
}

function namesIn(fieldSet: string): string[] {
  return fieldSet.match(/[_A-Za-z][_0-9A-Za-z]*/g) ?? [];
}

