import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * How many milliseconds the caller still waits when it sends a request between rooms. A duration and no time of day, because clocks differ
 * (as gRPC's `grpc-timeout`).
 */
export const TIMEOUT_HEADER = 'x-request-timeout';

const DIGITS = /^\d{1,9}$/;

/** Aborted when nobody waits for the answer any more: the caller's time is over, or it has hung up. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Call it when the answer is there. */
  done(): void;
}

/** Reads {@link TIMEOUT_HEADER}; without it there is only the connection to tell that the caller has gone. */
export function deadlineOf(request: FastifyRequest, reply: FastifyReply): Deadline {
  const header = request.headers[TIMEOUT_HEADER];
  const controller = new AbortController();
  const ms = typeof header === 'string' && DIGITS.test(header) ? Number(header) : null;
  if (ms === 0) controller.abort();
  const timer = ms ? setTimeout(() => controller.abort(), ms).unref() : null;
  const gone = (): void => {
    if (!reply.raw.writableFinished) controller.abort();
  };
  reply.raw.once('close', gone);
  return {
    signal: controller.signal,
    done: () => {
      if (timer) clearTimeout(timer);
      reply.raw.off('close', gone);
    },
  };
}
