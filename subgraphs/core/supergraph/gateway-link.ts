import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { listenTo } from '#kernel/db';
import { NotFoundError, parseInput } from '#kernel/errors';
import { only } from '#kernel/http';
import type { Logger } from '#kernel/telemetry';
import { identity } from '#kernel/tls';
import type { RegistryRepository } from './registry.repository';
import type { Registry } from './registry.service';

const POLL_MS = 1000;
/** A comment line now and then tells a gateway that the line is alive (and us, when it is not). */
const HEARTBEAT_MS = 5000;
const ackSchema = z.object({
  gatewayId: z.string().min(1).max(100),
  supergraphVersion: z.number().int().min(0),
  routesVersion: z.number().int().min(0),
});

export interface GatewayLink {
  mount(server: FastifyInstance): void;
  close(): Promise<void>;
}

/** Sessions that ended, in the order in which they were learnt of. */
export interface RevokedSessions {
  refresh(): Promise<void>;
  after(position: number): { position: number; sessions: string[] };
}

interface Sent {
  sessions: number;
  supergraph: number;
  routes: number;
  permissions: number;
}

/**
 * Core's side of the line to its gateways: one server-sent event stream with the whole state first and every change after it
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html), acknowledgements, and the look-up of single routes.
 * Woken by NOTIFY; polls as a net, so that a lost notification costs a second, not the truth.
 */
export async function createGatewayLink(
  registry: Registry,
  repository: RegistryRepository,
  options: { databaseUrl: string; revocations: RevokedSessions; logger: Logger },
): Promise<GatewayLink> {
  const streams = new Map<FastifyReply, Sent>();
  let queue = Promise.resolve();
  const push = (): void => {
    queue = queue.then(pushAll).catch((error: unknown) => options.logger.warn({ err: error }, 'could not tell gateways the news'));
  };
  const listener = await listenTo('registry', {
    databaseUrl: options.databaseUrl,
    onNews: push,
    onTrouble: (error) => options.logger.warn({ err: error }, 'cannot listen to the database'),
  });
  const timer = setInterval(push, POLL_MS);
  const heartbeat = setInterval(() => {
    for (const reply of streams.keys()) reply.raw.write(': alive\n\n');
  }, HEARTBEAT_MS);

  async function pushAll(): Promise<void> {
    if (streams.size === 0) return;
    const versions = await repository.versions();
    await options.revocations.refresh();
    const supergraphVersion = await repository.latestVersion();
    const stale = [...streams.values()];
    const artifact = stale.some((sent) => sent.supergraph < supergraphVersion) ? await registry.artifact() : null;
    const table = stale.some((sent) => sent.routes < versions.routesVersion) ? await registry.routeTable() : null;
    for (const [reply, sent] of streams) {
      // Routes after the supergraph: an instance of a new type means nothing to a gateway that lacks the type.
      if (artifact && sent.supergraph < artifact.version) send(reply, 'supergraph', artifact);
      if (table && sent.routes < table.version) send(reply, 'routes', table);
      if (sent.permissions < versions.permissionsVersion) send(reply, 'permissions', { version: versions.permissionsVersion });
      const { position, sessions } = options.revocations.after(sent.sessions);
      if (sessions.length > 0) send(reply, 'sessions', { revoked: sessions });
      streams.set(reply, {
        sessions: position,
        supergraph: Math.max(sent.supergraph, artifact?.version ?? 0),
        routes: Math.max(sent.routes, table?.version ?? -1),
        permissions: versions.permissionsVersion,
      });
    }
  }

  return {
    mount: (server) => {
      const guard = { preHandler: only(identity.gateway) };
      server.get('/internal/gateway/stream', guard, (_request, reply) => {
        reply.hijack();
        reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
        reply.raw.write(': rahat\n\n');
        streams.set(reply, { sessions: 0, supergraph: 0, routes: -1, permissions: -1 });
        reply.raw.on('close', () => streams.delete(reply));
        push();
      });
      server.post('/internal/gateway/ack', guard, async (request, reply) => {
        await repository.renewLease(parseInput(ackSchema, request.body, 'body'));
        return reply.code(204).send();
      });
      server.get('/internal/routes/:projectId', guard, async (request) => {
        const { projectId } = parseInput(z.object({ projectId: z.uuid() }), request.params, 'params');
        const route = await repository.route(projectId);
        if (!route) throw new NotFoundError('The project');
        return route;
      });
    },
    close: async () => {
      clearInterval(timer);
      clearInterval(heartbeat);
      for (const reply of streams.keys()) reply.raw.end();
      await listener.close();
      await queue;
    },
  };
}

function send(reply: FastifyReply, event: string, data: unknown): void {
  reply.raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}
