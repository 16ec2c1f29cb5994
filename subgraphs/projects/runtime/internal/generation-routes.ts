import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { fromPg, type Pool } from '#kernel/db';
import { ConflictError, parseInput } from '#kernel/errors';
import { only } from '#kernel/http';
import { identity } from '#kernel/tls';
import type { BackgroundWork } from '../background/background-work';
import { activateGeneration } from '../background/lease';

const activationSchema = z.object({ generation: z.number().int().min(1) });

/** `POST /internal/activate` and `POST /internal/drain`: core's worker says when this instance works in the background, and when no longer. */
export function mountGenerationRoutes(server: FastifyInstance, deps: { pool: Pool; generation: number; background: BackgroundWork }): void {
  const guard = { preHandler: only(identity.worker) };
  server.post('/internal/activate', guard, async (request) => {
    const { generation } = parseInput(activationSchema, request.body, 'body');
    if (generation !== deps.generation) throw new ConflictError('generation', `this instance is of generation ${deps.generation}`);
    await activateGeneration(fromPg(deps.pool), generation);
    deps.background.start();
    deps.background.wake();
    return { generation };
  });
  server.post('/internal/drain', guard, () => deps.background.drain());
}
