import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { listenTo } from '#kernel/db';
import { only } from '#kernel/http';
import type { Logger } from '#kernel/telemetry';
import { identity } from '#kernel/tls';
import type { FeedEvent } from './feed-event';
import type { FeedRepository } from './feed.repository';

const PAGE = 500;
const POLL_MS = 1000;
/** A comment line now and then tells a gateway that the line is alive (and us, when it is not). */
const HEARTBEAT_MS = 5000;
/** How long a reader may take at shutdown to read what was written for it. */
const GRACE_MS = 1000;

export interface FeedStream {
  mount(server: FastifyInstance): void;
  close(): Promise<void>;
}

/**
 * `GET /internal/gateway/events`: the feed as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * With `Last-Event-ID` what stands after it, then `ready`, then what comes; without it `ready` first, then what comes. `ready` carries
 * the position that it stands at, as its id too. A position that cannot be resumed from: `gap`, then the end.
 * Each reader has its own place and reads on only when its socket has taken what was written: memory holds a page of each.
 */
export async function createFeedStream(repository: FeedRepository, options: { databaseUrl: string; logger: Logger }): Promise<FeedStream> {
  const readers = new Set<ServerResponse>();
  const bell = createBell();
  let closing = false;
  const listener = await listenTo('feed', {
    databaseUrl: options.databaseUrl,
    onNews: bell.ring,
    onTrouble: (error) => options.logger.warn({ err: error }, 'cannot listen to the database'),
  });
  const poll = setInterval(bell.ring, POLL_MS);
  const heartbeat = setInterval(() => {
    for (const reader of readers) if (!reader.writableNeedDrain) reader.write(': alive\n\n');
  }, HEARTBEAT_MS);

  async function tell(reader: ServerResponse, from: string, behind: boolean): Promise<void> {
    let position = from;
    let catchingUp = behind;
    if (!catchingUp) reader.write(readyFrame(position));
    while (!closing && !reader.destroyed) {
      const news = bell.next(); // before reading: what rings meanwhile is not missed
      const { gap, events } = await repository.after(position, PAGE);
      if (closing || reader.destroyed) break;
      if (gap) return void reader.end(GAP_FRAME);
      position = events.at(-1)?.position ?? position;
      reader.write(events.map(eventFrame).join(''));
      await drained(reader);
      if (events.length === PAGE) continue;
      if (catchingUp) reader.write(readyFrame(position));
      catchingUp = false;
      await news;
    }
    reader.end();
  }

  return {
    mount: (server) => {
      server.get('/internal/gateway/events', { preHandler: only(identity.gateway) }, async (request, reply) => {
        const last = request.headers['last-event-id'];
        const from = last === undefined ? await repository.newest() : String(last);
        reply.hijack();
        const reader = reply.raw;
        reader.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
        if (!POSITION.test(from)) return void reader.end(GAP_FRAME);
        readers.add(reader);
        reader.on('close', () => readers.delete(reader));
        reader.on('error', () => reader.destroy()); // it went away while we wrote
        tell(reader, from, last !== undefined).catch((error: unknown) => {
          options.logger.warn({ err: error }, 'a reader of the feed was cut off; it will resume');
          reader.destroy();
        });
      });
    },
    close: async () => {
      closing = true;
      clearInterval(poll);
      clearInterval(heartbeat);
      bell.ring();
      const left = [...readers].map((reader) => new Promise((resolve) => reader.on('close', resolve)));
      await Promise.race([Promise.all(left), pause(GRACE_MS, undefined, { ref: false })]);
      for (const reader of readers) reader.destroy();
      await listener.close();
    },
  };
}

const POSITION = /^\d{1,18}$/;
// Without data an event is not dispatched.
const GAP_FRAME = 'event: gap\ndata: {}\n\n';

function readyFrame(position: string): string {
  return `id: ${position}\nevent: ready\ndata: ${JSON.stringify({ position })}\n\n`;
}

function eventFrame(event: FeedEvent): string {
  return `id: ${event.position}\nevent: event\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Resolves when the socket has taken what was written, or is gone. */
async function drained(reader: ServerResponse): Promise<void> {
  if (reader.destroyed || !reader.writableNeedDrain) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      reader.off('drain', done).off('close', done);
      resolve();
    };
    reader.on('drain', done).on('close', done);
  });
}

/** `next()` resolves at the next ring after it was asked for. */
function createBell(): { next: () => Promise<void>; ring: () => void } {
  let resolve: () => void = () => undefined;
  const hang = (): Promise<void> => new Promise((ring) => (resolve = ring));
  let next = hang();
  return {
    next: () => next,
    ring: () => {
      const ring = resolve;
      next = hang();
      ring();
    },
  };
}
