import { z } from 'zod';
import { PRINCIPAL_HEADER, anonymous, holdsSomewhere, type Principal } from '#kernel/auth';
import { AppError, ForbiddenError, parseInput } from '#kernel/errors';
import { only, type InternalServer } from '#kernel/http';
import { identity } from '#kernel/tls';
import type { GraphApi } from './graph-api';

const requestSchema = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

export interface GraphRoutes {
  name: string;
  data: GraphApi;
  /** The index node's status API. */
  status: GraphApi;
  /** Verifies the principal header for the audience `chain`. @throws AppError UNAUTHENTICATED */
  verify: (token: string | undefined) => Promise<Principal>;
}

/** What the chain says is public; that it is about projects is for those who see projects. */
const READ = 'project:read';

/** Paths of the two APIs of a graph, as graph-node has them on its ports 8000 and 8030. */
export const graphPaths = {
  data: (name: string): string => `/subgraphs/name/${name}`,
  status: '/index-node/graphql',
};

/**
 * Serves a graph to the gateway: its data to those who see projects, its status to all. One rule before every field stands where the other
 * subgraphs have a tree of rules: no field can be forgotten, and rows by the thousand pass no rule each.
 */
export function mountGraph(server: InternalServer, { name, data, status, verify }: GraphRoutes): void {
  const guard = { preHandler: only(identity.gateway) };
  server.post(graphPaths.data(name), guard, async (request) => {
    const principal = await verify(headerOf(request.headers[PRINCIPAL_HEADER]));
    if (!holdsSomewhere(principal, READ)) return { errors: [refusal(principal)] };
    return data(parseInput(requestSchema, request.body, 'body'));
  });
  server.post(graphPaths.status, guard, async (request) => {
    await verify(headerOf(request.headers[PRINCIPAL_HEADER]));
    return status(parseInput(requestSchema, request.body, 'body'));
  });
}

// In the place of GraphQL's errors, as the gateway expects of a graph.
function refusal({ subject }: Principal): object {
  const { message, code, details } = subject === anonymous.subject ? new AppError('UNAUTHENTICATED', 'Sign in first.') : new ForbiddenError(READ);
  return { message, extensions: { code, ...details } };
}

function headerOf(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
