import { createLogger } from '#kernel/telemetry';
import type { FeedEvent } from '../contracts';
import type { ServerSentEvent } from '../registry';
import { createFeed, FeedGapError, type Feed } from './feed';

const eventAt = (position: number): FeedEvent => ({ position: String(position), id: `e${position}`, name: 'project.created', version: 1, projectId: 'p', aggregateType: 'Project', aggregateId: 'p', occurredAt: '2026-01-01T00:00:00.000Z' });

/** Core's side: a feed that grows, forgets and breaks its lines when told to. */
class FakeCoreFeed {
  events: FeedEvent[] = [];
  floor = 0;
  opened: (string | undefined)[] = [];
  private lines = new Set<{ wake(): void; cut: boolean }>();

  newest(): number {
    return Number(this.events.at(-1)?.position ?? this.floor);
  }

  tell(...positions: number[]): void {
    this.events.push(...positions.map(eventAt));
    for (const line of this.lines) line.wake();
  }

  forgetBefore(position: number): void {
    this.events = this.events.filter((event) => Number(event.position) >= position);
    this.floor = position - 1;
  }

  cut(): void {
    for (const line of this.lines) {
      line.cut = true;
      line.wake();
    }
  }

  open = async (signal: AbortSignal, last?: string): Promise<AsyncIterable<ServerSentEvent>> => {
    this.opened.push(last);
    return this.line(signal, last);
  };

  private async *line(signal: AbortSignal, last?: string): AsyncGenerator<ServerSentEvent> {
    const line = { wake: (): void => undefined, cut: false };
    this.lines.add(line);
    signal.addEventListener('abort', () => line.wake());
    const ready = (): ServerSentEvent => ({ event: 'ready', data: JSON.stringify({ position: String(at) }) });
    let at = last === undefined ? this.newest() : Number(last);
    if (at < this.floor || at > this.newest()) return yield { event: 'gap', data: '{}' };
    let caughtUp = false;
    try {
      for (;;) {
        for (const event of this.events.filter(({ position }) => Number(position) > at)) {
          at = Number(event.position);
          yield { event: 'event', data: JSON.stringify(event) };
          if (line.cut) throw new Error('cut');
        }
        if (!caughtUp) yield ready();
        caughtUp = true;
        await new Promise<void>((resolve) => (line.wake = resolve));
        if (line.cut) throw new Error('cut');
        if (signal.aborted) return;
      }
    } finally {
      this.lines.delete(line);
    }
  }
}

let core: FakeCoreFeed;
let feed: Feed;
let stop: AbortController;

beforeEach(() => {
  core = new FakeCoreFeed();
  core.tell(1, 2, 3);
  feed = createFeed({ open: core.open, logger: createLogger({ name: 'test', level: 'silent' }), kept: 4 });
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
  feed.close();
});

async function take(events: AsyncGenerator<FeedEvent>, count: number): Promise<number[]> {
  const taken: number[] = [];
  while (taken.length < count) {
    const { value, done } = await events.next();
    if (done) break;
    taken.push(Number(value.position));
  }
  return taken;
}
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe('the feed of events', () => {
  test('tells a reader what comes from now on, in order', async () => {
    const events = feed.read(null, stop.signal);
    const taken = take(events, 2);
    await settle();
    core.tell(4, 7);
    expect(await taken).toEqual([4, 7]);
  });

  test('tells a reader who comes back what was missed, and then what comes, nothing twice', async () => {
    const taken = take(feed.read('1', stop.signal), 4);
    await settle();
    core.tell(4, 5);
    expect(await taken).toEqual([2, 3, 4, 5]);
  });

  test('goes on after the line to core broke, with nothing lost or told twice', async () => {
    const taken = take(feed.read(null, stop.signal), 4);
    await settle();
    core.tell(4);
    await settle();
    core.cut();
    core.tell(5, 6);
    await settle();
    core.tell(7);
    expect(await taken).toEqual([4, 5, 6, 7]);
    expect(core.opened).toContain('4');
  });

  test('holds one line for all readers who keep up', async () => {
    const all = Promise.all([1, 2, 3, 4, 5].map(() => take(feed.read(null, stop.signal), 2)));
    await settle();
    core.tell(4, 5);
    expect(await all).toEqual(Array(5).fill([4, 5]));
    expect(core.opened).toHaveLength(1);
  });

  test('lets a slow reader have everything, from core once it is too old to be in memory', async () => {
    const slow = feed.read(null, stop.signal);
    const first = take(slow, 1);
    await settle();
    core.tell(4);
    expect(await first).toEqual([4]);
    for (let position = 5; position < 40; position++) core.tell(position);
    await settle();
    expect(await take(slow, 35)).toEqual(Array.from({ length: 35 }, (_, index) => index + 5));
    expect(core.opened.length).toBeGreaterThan(1);
  });

  test('holds for a reader that pauses nothing that it has forgotten itself', async () => {
    const paused = feed.read(null, stop.signal);
    const first = take(paused, 1);
    await settle();
    core.tell(4, 5, 6);
    expect(await first).toEqual([4]);
    for (let position = 7; position < 40; position++) core.tell(position);
    await settle();
    expect(await take(paused, 2)).toEqual([5, 6]);
    expect(core.opened).toContain('4');
  });

  test('says so when what was missed is no longer retained', async () => {
    core.forgetBefore(3);
    await expect(take(feed.read('1', stop.signal), 1)).rejects.toBeInstanceOf(FeedGapError);
    expect(await take(feed.read('2', stop.signal), 1)).toEqual([3]);
  });

  test('does not take a position of another feed', async () => {
    await expect(take(feed.read('900', stop.signal), 1)).rejects.toBeInstanceOf(FeedGapError);
  });

  test('ends for readers who were behind when core has lost its feed, and begins anew for others', async () => {
    const behind = feed.read(null, stop.signal);
    const first = take(behind, 1);
    await settle();
    core.tell(4);
    await first;
    core.events = [];
    core.floor = 50;
    core.cut();
    await new Promise((resolve) => setTimeout(resolve, 600));
    await expect(take(behind, 1)).rejects.toBeInstanceOf(FeedGapError);
    const fresh = take(feed.read(null, stop.signal), 1);
    await settle();
    core.tell(51);
    expect(await fresh).toEqual([51]);
  });

  test('ends for a reader who leaves', async () => {
    const taken = take(feed.read(null, stop.signal), 1);
    await settle();
    stop.abort();
    expect(await taken).toEqual([]);
  });
});
