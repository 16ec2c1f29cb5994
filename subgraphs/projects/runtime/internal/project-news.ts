import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { inTransaction, type Pool } from '#kernel/db';
import { NotFoundError, parseInput } from '#kernel/errors';
import { applyOnce, wireEventSchema, type EventEnvelope } from '#kernel/events';
import { only } from '#kernel/http';
import { runWithin } from '#kernel/telemetry';
import { identity } from '#kernel/tls';
import { projectFactsSchema } from '../project/project-facts';
import { learnProject } from '../project/project-state';

const deliverySchema = z.object({ events: z.array(wireEventSchema).max(1000) });
/** Core's own news of the project (`project.paused`), each with the facts as they are after the change. */
const NEWS = /^project\.[a-z-]+$/;

/** `POST /internal/events`: takes over core's news of the project, each once. Other kinds of event are acknowledged and left alone. */
export function mountProjectNews(server: FastifyInstance, deps: { pool: Pool; projectId: string }): void {
  server.post('/internal/events', { preHandler: only(identity.worker) }, async (request) => {
    const { events } = parseInput(deliverySchema, request.body, 'body');
    if (events.some((event) => event.projectId !== deps.projectId)) throw new NotFoundError('The project');
    for (const event of events) if (NEWS.test(event.name)) await runWithin({ requestId: event.correlationId, eventId: event.id }, () => take(deps.pool, event));
    return { acknowledged: events.map((event) => event.id) };
  });
}

async function take(pool: Pool, event: EventEnvelope): Promise<void> {
  const facts = parseInput(projectFactsSchema, event.payload, 'payload');
  if (facts.id !== event.projectId) throw new NotFoundError('The project');
  await inTransaction(pool, async (tx) => {
    await applyOnce(tx, 'project-state', event.id, async () => {
      await learnProject(tx, facts);
    });
  });
}
