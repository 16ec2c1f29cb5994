import { graphql, type GraphQLSchema } from 'graphql';
import { TransportError, type Transport, type TransportFailure, type TransportRequest, type TransportResponse } from '../transport';

/** One request that a fake server was sent. */
export interface SentRequest {
  url: string;
  query: string;
  variables: Record<string, unknown>;
  request: TransportRequest;
}

/** What stands at a URL: a schema that answers, or a way to fail (`once` heals after the first request). */
export type FakeServer = GraphQLSchema | { fail: TransportFailure; once?: GraphQLSchema } | { status: number; text: string } | { slow: GraphQLSchema; until: Promise<unknown> };

/** Servers without a network. What stands nowhere is unreachable. */
export interface FakeTransport extends Transport {
  servers: Map<string, FakeServer>;
  sent: SentRequest[];
}

export function createFakeTransport(servers: Record<string, FakeServer> = {}): FakeTransport {
  const transport: FakeTransport = {
    servers: new Map(Object.entries(servers)),
    sent: [],
    post: async (request) => {
      const url = new URL(request.url).origin;
      const { query, variables } = JSON.parse(request.body) as { query: string; variables: Record<string, unknown> };
      transport.sent.push({ url, query, variables, request });
      return answer(transport.servers, url, query, variables);
    },
    keepOnly: () => undefined,
    close: async () => undefined,
  };
  return transport;
}

async function answer(servers: Map<string, FakeServer>, url: string, source: string, variableValues: Record<string, unknown>): Promise<TransportResponse> {
  const server = servers.get(url);
  if (!server) throw new TransportError('unreachable', url);
  if ('status' in server) return responseOf(server.status, server.text);
  if ('fail' in server) {
    if (server.once) servers.set(url, server.once);
    throw new TransportError(server.fail, url);
  }
  if ('slow' in server) await server.until;
  const schema = 'slow' in server ? server.slow : server;
  return responseOf(200, JSON.stringify(await graphql({ schema, source, variableValues })));
}

function responseOf(status: number, text: string): TransportResponse {
  return { status, text, bytes: Buffer.byteLength(text), shared: false };
}
