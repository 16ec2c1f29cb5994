import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OperationScope } from '../data-sources/data-source';
import type { HttpOperation } from '../http';
import type { SubscriptionMessage } from './subscribe';

/** Answers of any operation, one after the other. */
export type Messages = (operation: HttpOperation, scope: OperationScope, resumeFrom: string | null) => AsyncGenerator<SubscriptionMessage, void>;

const HEARTBEAT_MS = 12_000;

/**
 * GraphQL over server-sent events, a connection for each operation
 * (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md#distinct-connections-mode). The id of each message is its position: a
 * client that reconnects sends it as `Last-Event-ID`, as browsers do by themselves, and is told what it has missed.
 */
export function createEventStream(messages: Messages): { answer(operation: HttpOperation, request: FastifyRequest, reply: FastifyReply, scope: OperationScope): Promise<void>; close(): Promise<void> } {
  const open = new Set<{ stop(): void; done: Promise<void> }>();
  let closing = false;

  async function write(response: ServerResponse, iterator: AsyncIterator<SubscriptionMessage>, stopping: AbortSignal): Promise<void> {
    for (let next = await iterator.next(); !next.done && !stopping.aborted; next = await iterator.next()) {
      response.write(frameOf(next.value));
      await drained(response, stopping);
    }
    if (response.writableNeedDrain) response.destroy(); // stopped before the client has read: it knows from which position to resume
    else if (!response.destroyed) response.end('event: complete\ndata:\n\n');
  }

  return {
    answer: async (operation, request, reply, scope) => {
      const last = request.headers['last-event-id'];
      const response = reply.raw;
      reply.hijack();
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no', ...headersOf(reply) });
      response.flushHeaders();
      response.write(':\n\n');
      response.on('error', () => response.destroy());
      const heartbeat = setInterval(() => response.writableNeedDrain || response.write(':\n\n'), HEARTBEAT_MS);
      const iterator = messages(operation, scope, typeof last === 'string' ? last : null);
      const stopping = new AbortController();
      if (closing) stopping.abort();
      const stop = (): void => {
        stopping.abort();
        void iterator.return();
      };
      const done = write(response, iterator, stopping.signal).finally(() => {
        clearInterval(heartbeat);
        void iterator.return();
      });
      const entry = { stop, done };
      open.add(entry);
      await done.finally(() => open.delete(entry));
    },
    close: async () => {
      closing = true;
      for (const { stop } of open) stop();
      await Promise.all([...open].map(({ done }) => done.catch(() => undefined)));
    },
  };
}

// What hooks have set (request id, CORS) belongs to this answer as to every other.
function headersOf(reply: FastifyReply): Record<string, string> {
  return Object.fromEntries(Object.entries(reply.getHeaders()).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
}

function frameOf({ position, data, errors }: SubscriptionMessage): string {
  const members = [...(errors?.length ? [`"errors":${JSON.stringify(errors)}`] : []), ...(data === undefined ? [] : [`"data":${data}`])];
  return `${position === undefined ? '' : `id: ${position}\n`}event: next\ndata: {${members.join(',')}}\n\n`;
}

/** Resolves when the socket has taken what was written, or is gone, or nobody waits for it any more. */
async function drained(response: ServerResponse, stopping: AbortSignal): Promise<void> {
  if (response.destroyed || !response.writableNeedDrain || stopping.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      stopping.removeEventListener('abort', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
    stopping.addEventListener('abort', done, { once: true });
  });
}
