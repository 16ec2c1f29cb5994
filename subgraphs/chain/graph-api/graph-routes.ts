import { z } from 'zod';
import { PRINCIPAL_HEADER, anonymous, type Principal } from '#kernel/auth';
import { parseInput } from '#kernel/errors';
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

const SIGN_IN = { errors: [{ message: 'What the chain says is shown to users who are signed in.', extensions: { code: 'UNAUTHENTICATED' } }] };

/** Paths of the two APIs of a graph, as graph-node has them on its ports 8000 and 8030. */
export const graphPaths = {
  data: (name: string): string => `/subgraphs/name/${name}`,
  status: '/index-node/graphql',
};

/** Serves a graph to the gateway: its data to users who are signed in, its status to all. */
export function mountGraph(server: InternalServer, { name, data, status, verify }: GraphRoutes): void {
  const guard = { preHandler: only(identity.gateway) };
  server.post(graphPaths.data(name), guard, async (request) => {
    const { subject } = await verify(headerOf(request.headers[PRINCIPAL_HEADER]));
    if (subject === anonymous.subject) return SIGN_IN;
    return data(parseInput(requestSchema, request.body, 'body'));
  });
  server.post(graphPaths.status, guard, async (request) => {
    await verify(headerOf(request.headers[PRINCIPAL_HEADER]));
    return status(parseInput(requestSchema, request.body, 'body'));
  });
}

function headerOf(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
