import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parseInput } from '#kernel/errors';
import { only } from '#kernel/http';
import { identity } from '#kernel/tls';
import type { Registry } from './registry.service';

const registrationSchema = z.object({
  kind: z.string().min(1).max(40),
  url: z.url().nullable(),
  sdl: z.string().min(1).max(5_000_000),
  config: z.record(z.string(), z.unknown()),
});
const nameSchema = z.object({ name: z.string().regex(/^[a-z][a-z0-9_]{1,40}$/) });

/** `PUT /internal/subgraphs/<name>`: a subgraph that is no project type joins (or changes in) the supergraph. Idempotent. */
export function mountSubgraphRegistration(server: FastifyInstance, registry: Registry): void {
  server.put('/internal/subgraphs/:name', { preHandler: only(identity.chain) }, async (request, reply) => {
    const { name } = parseInput(nameSchema, request.params, 'params');
    const registration = parseInput(registrationSchema, request.body, 'body');
    await registry.registerStatic({ name, ...registration });
    return reply.code(204).send();
  });
}
