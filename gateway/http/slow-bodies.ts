import type { FastifyInstance } from 'fastify';

/** How long the body of a request may take, unless its route says otherwise: bodies are limited to a few MiB. */
const BODY_MS = 30_000;

/**
 * Ends requests whose bodies do not come to an end: each holds a connection and memory. Routes of large contents say by `config.patient` that theirs
 * may take as long as they take; an idle connection is ended there too, by `SILENCE_MS`.
 */
export function endSlowBodies(server: FastifyInstance, bodyMs = BODY_MS): void {
  server.addHook('onRequest', async (request) => {
    if (request.raw.complete || isPatient(request.routeOptions.config)) return;
    const timer = setTimeout(() => request.raw.complete || request.raw.socket.destroy(), bodyMs).unref();
    request.raw.once('close', () => clearTimeout(timer)).once('end', () => clearTimeout(timer));
  });
}

function isPatient(config: unknown): boolean {
  return typeof config === 'object' && config !== null && 'patient' in config && config.patient === true;
}
