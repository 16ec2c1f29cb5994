import { z } from 'zod';
import type { Logger } from '#kernel/telemetry';
import { feedEventSchema, type FeedEvent } from '../contracts';
import { backoffMs, pause, type OpenStream, type ServerSentEvent } from '../registry';

/** Core's events in order, for any number of readers. */
export interface Feed {
  /**
   * Events after a position, or (null) from now on, until the signal is aborted. A reader that is slow, or that comes back after a while, gets
   * what it has missed: nothing is left out or told twice.
   * @throws FeedGapError when what comes after the position is no longer retained.
   */
  read(after: string | null, signal: AbortSignal): AsyncGenerator<FeedEvent>;
  close(): void;
}

/** What comes after the position that a reader resumes from is no longer retained. */
export class FeedGapError extends Error {}

export interface FeedOptions {
  open: OpenStream;
  logger: Logger;
  /** How many events are kept for readers that are a little behind. */
  kept?: number;
}

const KEPT = 1000;
const readySchema = z.object({ position: z.string().regex(/^\d+$/) });

/**
 * Holds one line to core, and its last events. Whoever is further behind reads from core by a line of its own until it has caught up, so
 * memory does not depend on how many readers there are or how slow they are.
 */
export function createFeed({ open, logger, kept = KEPT }: FeedOptions): Feed {
  const closing = new AbortController();
  const bell = createBell();
  let recent: FeedEvent[] = [];
  /** Everything after this position is in `recent`. Null until core has said where its feed stands. */
  let floor: bigint | null = null;
  let following = false;

  const newest = (): bigint | null => (floor === null ? null : BigInt(recent.at(-1)?.position ?? floor));

  function take(event: FeedEvent): void {
    if (floor === null || BigInt(event.position) <= (newest() ?? 0n)) return;
    recent.push(event);
    if (recent.length >= kept * 2) {
      recent = recent.slice(-kept);
      floor = BigInt(recent[0]?.position ?? 0) - 1n;
    }
    bell.ring();
  }

  function begin(position: string): void {
    floor ??= BigInt(position);
    bell.ring();
  }

  async function followOnce(): Promise<void> {
    const at = newest();
    for await (const message of await open(closing.signal, at === null ? undefined : String(at))) {
      const news = readMessage(message);
      if (news.kind === 'ready') begin(news.position);
      if (news.kind === 'event') take(news.event);
      if (news.kind === 'gap') [recent, floor] = [[], null];
    }
  }

  async function follow(): Promise<void> {
    for (let attempt = 0; !closing.signal.aborted; attempt++) {
      const began = Date.now();
      await followOnce().catch((error: unknown) => {
        if (!closing.signal.aborted) logger.warn({ err: error }, 'the line to the feed of core is down');
      });
      if (Date.now() - began > 5000) attempt = 0;
      await pause(backoffMs(attempt), closing.signal);
    }
  }

  /** Reads from core what is too old to be in memory; ends when it has come to where core's feed stands. */
  async function* catchUp(after: bigint, signal: AbortSignal): AsyncGenerator<FeedEvent> {
    for await (const message of await open(signal, String(after))) {
      const news = readMessage(message);
      if (news.kind === 'gap') throw new FeedGapError('The position is no longer retained.');
      if (news.kind === 'ready') return;
      if (news.kind === 'event') yield news.event;
    }
  }

  /** One at a time: a reader that pauses must not hold what has been forgotten since. Ends where memory does, at either side. */
  function* fromMemory(after: bigint): Generator<FeedEvent> {
    for (let at = after; floor !== null && at >= floor; ) {
      const event = recent[firstAfter(recent, at)];
      if (!event) return;
      yield event;
      at = BigInt(event.position);
    }
  }

  async function* read(after: string | null, asked: AbortSignal): AsyncGenerator<FeedEvent> {
    const signal = AbortSignal.any([asked, closing.signal]);
    if (!following) void follow();
    following = true;
    let at = after === null ? null : BigInt(after);
    // A position may be from another database; one ahead of us may have been told by another gateway. Core knows.
    let confirmed = after === null;
    for (let attempt = 0; !signal.aborted; ) {
      const news = bell.next(signal); // before looking: what rings meanwhile is not missed
      const top = newest();
      at ??= top;
      if (at === null || top === null || floor === null || (at >= top && confirmed)) {
        await news;
        continue;
      }
      try {
        const events = at >= floor && at <= top ? fromMemory(at) : catchUp(at, signal);
        for await (const event of events) {
          if (signal.aborted) return;
          if (BigInt(event.position) <= at) continue;
          at = BigInt(event.position);
          attempt = 0;
          yield event;
        }
        confirmed = true;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof FeedGapError) throw error;
        logger.warn({ err: error }, 'reading the feed of core again from an older position');
        await pause(backoffMs(attempt++), signal);
      }
    }
  }

  return {
    read,
    close: () => {
      closing.abort();
      bell.ring();
    },
  };
}

type Message = { kind: 'ready'; position: string } | { kind: 'event'; event: FeedEvent } | { kind: 'gap' } | { kind: 'unknown' };

function readMessage({ event, data }: ServerSentEvent): Message {
  if (event === 'gap') return { kind: 'gap' };
  if (event === 'ready') return { kind: 'ready', ...readySchema.parse(JSON.parse(data)) };
  return event === 'event' ? { kind: 'event', event: feedEventSchema.parse(JSON.parse(data)) } : { kind: 'unknown' };
}

/** Index of the first event after a position: positions grow. */
function firstAfter(events: readonly FeedEvent[], position: bigint): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (BigInt(events[middle]?.position ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `next` resolves at the next ring, or when the signal is aborted. */
function createBell(): { ring(): void; next(signal: AbortSignal): Promise<void> } {
  const waiting = new Set<() => void>();
  return {
    ring: () => {
      for (const wake of waiting) wake();
      waiting.clear();
    },
    next: (signal) =>
      new Promise((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
        if (signal.aborted) wake();
      }),
  };
}
