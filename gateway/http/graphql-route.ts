import { HeaderMap, type HTTPGraphQLRequest, type HTTPGraphQLResponse } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphqlServer } from './graphql-server';
import type { OpenScope } from './operation-scope';

/** `POST /graphql` and `GET /graphql`. https://graphql.github.io/graphql-over-http/draft/ */
export function addGraphqlRoute(server: FastifyInstance, graphql: GraphqlServer, openScope: OpenScope): void {
  server.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: async (request, reply) => {
      if (isBrowserVisit(request)) return reply.redirect('/graphiql');
      const scope = await openScope(request, reply);
      return send(reply, await graphql.handle(toApollo(request), scope));
    },
  });
}

// Somebody typed the address: they want the page, not an error about a missing query.
function isBrowserVisit(request: FastifyRequest): boolean {
  return request.method === 'GET' && !request.url.includes('?') && String(request.headers.accept).includes('text/html');
}

function toApollo(request: FastifyRequest): HTTPGraphQLRequest {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return { method: request.method, headers, search: new URL(request.url, 'http://gateway').search, body: request.body };
}

function send(reply: FastifyReply, response: HTTPGraphQLResponse): FastifyReply {
  for (const [name, value] of response.headers) void reply.header(name, value);
  if (response.body.kind === 'complete') return reply.code(response.status ?? 200).send(response.body.string);
  throw new Error('An incremental answer, which this gateway does not offer.');
}
