import {
  Kind,
  parse,
  print,
  visit,
  type ConstDirectiveNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type NameNode,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { federationSchema, type Federation, type Link } from './config';
import { readEndpointApi, type EndpointApi, type EntityRoot } from './endpoint-api';
import { createNaming, type Naming } from './naming';

/** A graph-node endpoint as a part of a supergraph, and how to translate back. */
export interface FederatedGraph {
  /** Federation 2 SDL. */
  sdl: string;
  /** By the endpoint's type name. */
  entities: ReadonlyMap<string, EntityRoot>;
  /** Joins by host type, then by field. */
  links: ReadonlyMap<string, ReadonlyMap<string, Link>>;
  /** The endpoint's name of a root field of the supergraph. */
  endpointRoot(federated: string): string | undefined;
  /** Root fields of the endpoint that can be read at a block of our choice. */
  pinnable: ReadonlySet<string>;
  /** The endpoint's name of a type of the supergraph; undefined for types that are not of this graph. */
  endpointType(federated: string): string | undefined;
  federatedType(endpoint: string): string;
}

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])';
// The whole request is answered at one block, and errors are ours to judge: a join does not let clients choose these.
const NOT_FOR_LINKS = new Set(['block', 'subgraphError']);

/**
 * Turns the API of an endpoint into a subgraph. Every type but the scalars gets the prefix; entities get their key; root fields and
 * joins are nullable, so that trouble with the chain nulls nothing else. One endpoint for now: a graph that many endpoints share
 * would add a source to keys and root fields here.
 * @throws when a link names an entity, a list or a field that the endpoint does not have.
 */
export function federate(federation: Federation, endpointSdl: string): FederatedGraph {
  const { prefix, links: joins } = federationSchema.parse(federation);
  const api = readEndpointApi(endpointSdl);
  const naming = createNaming(prefix);
  const links = linksByHost(joins);
  const definitions = [...types(api, naming), rootType(api, naming), ...[...links].map(([host, fields]) => hostType(host, fields, api, naming))];
  return {
    sdl: `${LINK}\n\n${print({ kind: Kind.DOCUMENT, definitions })}\n`,
    entities: api.entities,
    links,
    pinnable: new Set(api.rootFields.filter((field) => field.arguments?.some(({ name }) => name.value === 'block')).map(({ name }) => name.value)),
    ...translation(api, naming),
  };
}

function translation(api: EndpointApi, naming: Naming): Pick<FederatedGraph, 'endpointRoot' | 'endpointType' | 'federatedType'> {
  const roots = new Map(api.rootFields.map(({ name }) => [naming.rootField(name.value), name.value]));
  const names = api.definitions.flatMap((node) => ('name' in node && node.name ? [node.name.value] : []));
  const endpointNames = new Map(names.filter((name) => naming.type(name) !== name).map((name) => [naming.type(name), name]));
  return { endpointRoot: (name) => roots.get(name), endpointType: (name) => endpointNames.get(name), federatedType: naming.type };
}

function linksByHost(links: readonly Link[]): Map<string, Map<string, Link>> {
  const hosts = new Map<string, Map<string, Link>>();
  for (const link of links) hosts.set(link.on, (hosts.get(link.on) ?? new Map<string, Link>()).set(link.field, link));
  return hosts;
}

function types(api: EndpointApi, naming: Naming): DefinitionNode[] {
  return api.definitions.map((node) => {
    const renamed = rename(node, naming);
    if (renamed.kind !== Kind.OBJECT_TYPE_DEFINITION || !('name' in node) || !node.name || !api.entities.has(node.name.value)) return renamed;
    return { ...renamed, directives: [keyDirective('id')] };
  });
}

/** Renames what is defined and every type it mentions; the endpoint's own directives are dropped. */
function rename<N extends DefinitionNode | FieldDefinitionNode | InputValueDefinitionNode>(node: N, naming: Naming): N {
  const renamed = visit(node, {
    Directive: () => null,
    NamedType: (type) => ({ ...type, name: nameNode(naming.type(type.name.value)) }),
  }) as N;
  const definesType = node.kind !== Kind.FIELD_DEFINITION && node.kind !== Kind.INPUT_VALUE_DEFINITION && 'name' in node && node.name;
  return definesType ? { ...renamed, name: nameNode(naming.type(definesType.value)) } : renamed;
}

function rootType(api: EndpointApi, naming: Naming): ObjectTypeDefinitionNode {
  const fields = api.rootFields.map((field) => {
    const renamed = rename(field, naming);
    return { ...renamed, name: nameNode(naming.rootField(field.name.value)), type: nullable(renamed.type) };
  });
  return { kind: Kind.OBJECT_TYPE_DEFINITION, name: nameNode('Query'), fields };
}

function hostType(host: string, links: ReadonlyMap<string, Link>, api: EndpointApi, naming: Naming): DefinitionNode {
  const all = [...links.values()];
  const keys = new Set(all.map(({ key }) => key));
  const [key] = keys;
  if (key === undefined || keys.size > 1) throw new Error(`The links on ${host} name different keys.`);
  const required = [...new Set(all.map(({ requires }) => requires))].map((field) => `${field}: String @external`);
  const skeleton = parse(`type ${host} @key(fields: "${key}") { ${key}: ID! ${required.join(' ')} }`, { noLocation: true }).definitions[0];
  if (skeleton?.kind !== Kind.OBJECT_TYPE_DEFINITION) throw new Error(`${host} is no name of a type.`);
  return { ...skeleton, fields: [...(skeleton.fields ?? []), ...all.map((link) => linkField(link, api, naming))] };
}

function linkField(link: Link, api: EndpointApi, naming: Naming): FieldDefinitionNode {
  if (!api.entities.has(link.entity)) throw new Error(`The link ${link.on}.${link.field} names ${link.entity}, which is no entity of the endpoint.`);
  const list = listOf(link, api);
  const renamed = list ? rename(list, naming) : null;
  return {
    kind: Kind.FIELD_DEFINITION,
    name: nameNode(link.field),
    ...(link.description ? { description: { kind: Kind.STRING, value: link.description } } : {}),
    arguments: (renamed?.arguments ?? []).filter(({ name }) => !NOT_FOR_LINKS.has(name.value)),
    type: renamed ? nullable(renamed.type) : { kind: Kind.NAMED_TYPE, name: nameNode(naming.type(link.entity)) },
    directives: [fieldsDirective('requires', link.requires)],
  };
}

// The endpoint's field whose arguments and type a link takes over; null for a link to one entity.
function listOf(link: Link, api: EndpointApi): FieldDefinitionNode | null {
  if (link.via !== undefined) return derivedField(link, api);
  return link.by === undefined ? null : filteredField(link, link.by, api);
}

function derivedField(link: Link, api: EndpointApi): FieldDefinitionNode {
  const field = api.objects.get(link.entity)?.fields?.find(({ name }) => name.value === link.via);
  if (!field) throw new Error(`The link ${link.on}.${link.field} goes via ${link.entity}.${link.via}, which the endpoint does not have.`);
  return field;
}

function filteredField(link: Link, by: string, api: EndpointApi): FieldDefinitionNode {
  const root = api.entities.get(link.entity);
  const field = api.rootFields.find(({ name }) => name.value === root?.list);
  // `and` joins the link's own condition with the one that a client gives.
  if (!field || !root?.filters.has(by) || !root.filters.has('and')) {
    throw new Error(`The link ${link.on}.${link.field} goes by ${link.entity}.${by}, by which the endpoint cannot filter.`);
  }
  return field;
}

function nullable(type: TypeNode): TypeNode {
  return type.kind === Kind.NON_NULL_TYPE ? type.type : type;
}

function nameNode(value: string): NameNode {
  return { kind: Kind.NAME, value };
}

function keyDirective(fields: string): ConstDirectiveNode {
  return fieldsDirective('key', fields);
}

function fieldsDirective(name: string, fields: string): ConstDirectiveNode {
  return { kind: Kind.DIRECTIVE, name: nameNode(name), arguments: [{ kind: Kind.ARGUMENT, name: nameNode('fields'), value: { kind: Kind.STRING, value: fields } }] };
}
