import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse, validate, type DocumentNode, type ExecutionResult, type GraphQLError, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { rowReader, type Rows } from './rows';
import type { SubgraphAnswer } from '../../../data-sources/data-source';

/** A subgraph of a test. The header that imports the directives of federation is added to `sdl`. */
export interface SubgraphDefinition {
  sdl: string;
  /** What it knows. */
  rows?: Rows;
  /** Answers a field in place of `rows`. */
  resolve?: GraphQLFieldResolver<unknown, Exchange>;
  /** Finds an entity in place of `rows`; null: there is none. */
  resolveReference?: (reference: Record<string, unknown>, exchange: Exchange) => unknown;
}

/** One request of a client, as subgraphs see it. */
export interface Exchange {
  /** Every fetch of it, in order. */
  readonly fetches: SubgraphRequest[];
  /** For subgraphs that remember: of this request only. */
  readonly state: Map<string, unknown>;
  readonly broken: Readonly<Record<string, Breakage>>;
}

/** `down`: the subgraph cannot be reached. Otherwise what becomes of its answer. */
export type Breakage = 'down' | ((answer: SubgraphAnswer, request: SubgraphRequest) => SubgraphAnswer);

export interface SubgraphRequest {
  subgraph: string;
  query: string;
  operationName?: string;
  variables: Record<string, unknown>;
}

const HEADER =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", "@requires", "@provides", "@external", "@shareable", "@override", "@inaccessible", "@tag", "@interfaceObject", "@composeDirective", "@context", "@fromContext"])\n';

export function subgraphSdl({ sdl }: SubgraphDefinition): string {
  return HEADER + sdl;
}

export type AskSubgraph = (request: SubgraphRequest, exchange: Exchange) => Promise<SubgraphAnswer>;

/** Asks subgraphs that live in this process. Answers are what would have been read from the wire. */
export function serveSubgraphs(definitions: Readonly<Record<string, SubgraphDefinition>>): AskSubgraph {
  const subgraphs = new Map(Object.entries(definitions).map(([name, definition]) => [name, createSubgraph(definition)]));
  return async (request, exchange) => {
    exchange.fetches.push(request);
    const breakage = Object.hasOwn(exchange.broken, request.subgraph) ? exchange.broken[request.subgraph] : undefined;
    if (breakage === 'down') throw new Error(`${request.subgraph} does not answer`);
    const ask = subgraphs.get(request.subgraph);
    if (!ask) throw new Error(`There is no subgraph ${request.subgraph}.`);
    const answer = JSON.parse(JSON.stringify(await ask(request, exchange))) as SubgraphAnswer;
    return breakage ? breakage(answer, request) : answer;
  };
}

function createSubgraph(definition: SubgraphDefinition): (request: SubgraphRequest, exchange: Exchange) => ExecutionResult | Promise<ExecutionResult> {
  const reader = rowReader(definition.rows ?? {});
  const find = definition.resolveReference ?? reader.find;
  const schema = schemaOf(definition, find);
  const documents = new Map<string, { document: DocumentNode; errors: readonly GraphQLError[] }>();
  return ({ query, variables, operationName }, exchange) => {
    const known = documents.get(query) ?? checked(schema, query);
    documents.set(query, known);
    if (known.errors.length > 0) return { errors: known.errors };
    return execute({ schema, document: known.document, variableValues: variables, operationName, contextValue: exchange, fieldResolver: definition.resolve ?? reader.resolve });
  };
}

// A real subgraph refuses what its schema does not have: so do these, and a wrong fetch shows.
function checked(schema: GraphQLSchema, query: string): { document: DocumentNode; errors: readonly GraphQLError[] } {
  const document = parse(query);
  return { document, errors: validate(schema, document) };
}

function schemaOf(definition: SubgraphDefinition, find: NonNullable<SubgraphDefinition['resolveReference']>): GraphQLSchema {
  const typeDefs = parse(subgraphSdl(definition));
  const entities = typeDefs.definitions.filter((node) => (node.kind === 'ObjectTypeDefinition' || node.kind === 'InterfaceTypeDefinition' || node.kind === 'ObjectTypeExtension') && node.directives?.some(({ name }) => name.value === 'key'));
  const resolvers = Object.fromEntries(entities.map((node) => ['name' in node && node.name ? node.name.value : '', { __resolveReference: find }]));
  return buildSubgraphSchema({ typeDefs, resolvers });
}
