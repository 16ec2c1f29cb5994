import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { execute, GraphQLError, parse, validate, type ExecutionResult } from 'graphql';
import { endpointSchema, rootValueOf, type FakeBlock, type IndexContent } from './endpoint-schema';

/** One request that the endpoint was sent. */
export interface EndpointHit {
  query: string;
  variables: Record<string, unknown>;
  headers: IncomingHttpHeaders;
}

/** What happens to one request instead of, or before, an answer: null for an ordinary one. */
export type Incident = (hit: EndpointHit) => Promise<object | 'cut' | null> | object | 'cut' | null;

/** A graph-node endpoint over HTTP on this machine. */
export interface FakeEndpoint {
  url: string;
  content: IndexContent;
  hits: EndpointHit[];
  /** Used up one by one by the requests that come. */
  incidents: Incident[];
  /** Adds a block. */
  mine(hash?: string): void;
  stop(): Promise<void>;
}

export function blockNow(number: number, hash = `0xb${number}`): FakeBlock {
  return { number, hash, timestamp: Math.floor(Date.now() / 1000) };
}

export async function startFakeEndpoint(): Promise<FakeEndpoint> {
  const endpoint: FakeEndpoint = {
    url: '',
    content: { blocks: [blockNow(1)], accounts: [], transfers: [], hasIndexingErrors: false },
    hits: [],
    incidents: [],
    mine: (hash) => void endpoint.content.blocks.push(blockNow((endpoint.content.blocks.at(-1)?.number ?? 0) + 1, hash)),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  const server = createServer((incoming, reply) => {
    void bodyOf(incoming).then(async (body) => {
      const hit = { ...(JSON.parse(body) as Omit<EndpointHit, 'headers'>), headers: incoming.headers };
      endpoint.hits.push(hit);
      const instead = (await endpoint.incidents.shift()?.(hit)) ?? null;
      if (instead === 'cut') incoming.socket.destroy();
      else reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(instead ?? (await answer(endpoint.content, hit))));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/subgraphs/name/aid`;
  return endpoint;
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  return text;
}

// As graph-node does it: any error withholds all data; an indexing error withholds all but what is called `_meta`.
async function answer(content: IndexContent, { query, variables }: EndpointHit): Promise<object> {
  const document = parse(query);
  const invalid = validate(endpointSchema, document);
  if (invalid.length > 0) return { errors: invalid };
  const result: ExecutionResult = await execute({ schema: endpointSchema, document, rootValue: rootValueOf(content), variableValues: variables });
  if (result.errors) return { errors: result.errors };
  if (!content.hasIndexingErrors) return { data: result.data };
  const errors = [new GraphQLError('indexing_error')];
  return query.includes('subgraphError: allow') ? { data: result.data, errors } : { data: { _meta: result.data?._meta }, errors };
}
