import { createLogger } from '#kernel/telemetry';
import { TransportError, type Transport, type TransportFailure, type TransportRequest, type TransportResponse } from '../transport';
import { createResilientTransport, type ResilienceOptions } from './resilient-transport';

type Reply = TransportFailure | number | Promise<unknown>;
const ok = (status = 200): TransportResponse => ({ status, text: '{}', bytes: 2, shared: false });

/** A server that answers as the list says, then as its last entry. */
function server(replies: Reply[], options: Partial<ResilienceOptions> = {}) {
  const sent: TransportRequest[] = [];
  const told = { retried: 0, refused: [] as string[], broken: 0 };
  const kept: string[][] = [];
  const transport: Transport = {
    post: async (request) => {
      const reply = replies[Math.min(sent.length, replies.length - 1)] ?? 200;
      sent.push(request);
      if (typeof reply === 'string') throw new TransportError(reply, request.url);
      if (typeof reply === 'number') return ok(reply);
      await reply;
      return ok();
    },
    keepOnly: (urls) => void kept.push([...urls]),
    close: async () => undefined,
  };
  const resilient = createResilientTransport(transport, {
    concurrency: 50,
    queue: 50,
    logger: createLogger({ name: 'test', level: 'silent' }),
    retried: () => (told.retried += 1),
    refused: (why) => told.refused.push(why),
    brokenChanged: (count) => (told.broken = count),
    ...options,
  });
  return { sent, told, kept, resilient, replies };
}

const read = (changes: Partial<TransportRequest> = {}): TransportRequest => ({ url: 'https://a.test/graphql', identity: 'x', headers: { p: 'token' }, body: '{}', timeoutMs: 5000, sharedBy: 'amina', ...changes });
const change = (): TransportRequest => ({ ...read({ sharedBy: undefined }), changesFor: 'amina' });
const outcome = async (answer: Promise<TransportResponse>): Promise<unknown> => answer.then(({ status }) => status, (error: TransportError) => error.failure);

describe('a read', () => {
  test.each<[string, Reply[], unknown, number]>([
    ['is asked again when the connection breaks', ['reset', 200], 200, 2],
    ['is asked again when the server cannot be reached', ['unreachable', 'unreachable', 200], 200, 3],
    ['is asked again when the server says that it cannot now', [503, 200], 200, 2],
    ['is given up after two repetitions', ['reset'], 'reset', 3],
    ['is not asked again after its time is over', ['timeout', 200], 'timeout', 1],
    ['is not asked again for a client who has gone', ['aborted', 200], 'aborted', 1],
    ['is not asked again for an answer that is too large', ['too-large', 200], 'too-large', 1],
    ['is not asked again for an answer that it does not like', [500, 200], 500, 1],
  ])('%s', async (_what, replies, expected, times) => {
    const { resilient, sent, told } = server(replies);
    expect(await outcome(resilient.post(read()))).toBe(expected);
    expect([sent.length, told.retried]).toEqual([times, times - 1]);
  });

  test('carries how long it is waited for, less each time', async () => {
    const { resilient, sent } = server(['reset', 'reset', 200]);
    await resilient.post(read());
    const waits = sent.map(({ headers, timeoutMs }) => [Number(headers['x-request-timeout']), timeoutMs]);
    expect(waits.every(([told, real]) => told === real && told !== undefined && told <= 5000 && told > 0)).toBe(true);
    expect(sent[0]?.headers.p).toBe('token');
  });

  test('is repeated for one in ten only, when all fail', async () => {
    const { resilient, told } = server(['reset', ...Array.from({ length: 300 }, (_, i): Reply => (i % 3 === 0 ? 200 : i % 3 === 1 ? 200 : 'reset'))]);
    for (let i = 0; i < 150; i++) await outcome(resilient.post(read()));
    expect(told.retried).toBeLessThanOrEqual(10 + 30);
  });
});

test('a change is sent once, whatever becomes of it', async () => {
  for (const reply of ['reset', 'unreachable', 503] satisfies Reply[]) {
    const { resilient, sent } = server([reply, 200]);
    expect(await outcome(resilient.post(change()))).toBe(reply);
    expect(sent).toHaveLength(1);
  }
});

describe('a server that does not answer', () => {
  const broken = async (options?: Partial<ResilienceOptions>) => {
    const world = server(['timeout'], options);
    for (let i = 0; i < 10; i++) await outcome(world.resilient.post(change()));
    return world;
  };

  test('is left alone after ten requests, and nothing is sent', async () => {
    const { resilient, sent, told } = await broken();
    expect([await outcome(resilient.post(read())), await outcome(resilient.post(change()))]).toEqual(['open', 'open']);
    expect([sent.length, told]).toEqual([10, { retried: 0, refused: ['open', 'open'], broken: 1 }]);
  });

  test('does not keep another server from being asked', async () => {
    const { resilient, sent } = await broken();
    await outcome(resilient.post({ ...change(), url: 'https://b.test/graphql' }));
    expect(sent).toHaveLength(11);
  });

  test('is tried with one request after a second, and asked again when that was answered', async () => {
    const { resilient, sent, told, replies } = await broken();
    let release = (): void => undefined;
    replies.length = 0;
    replies.push(new Promise<void>((resolve) => (release = resolve)), 200);
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 1001);
    const trial = outcome(resilient.post(change()));
    expect(await outcome(resilient.post(change()))).toBe('open');
    release();
    expect(await trial).toBe(200);
    now.mockRestore();
    expect([await outcome(resilient.post(change())), sent.length, told.broken]).toEqual([200, 12, 0]);
  });

  test('is forgotten when it is no more', async () => {
    const { resilient, told, kept } = await broken();
    resilient.keepOnly(['https://b.test/graphql']);
    expect([told.broken, kept]).toEqual([0, [['https://b.test']]]);
  });

  test('is one that answers errors no more than another', async () => {
    const { resilient } = server([500]);
    for (let i = 0; i < 30; i++) await resilient.post(change());
    expect(await outcome(resilient.post(change()))).toBe(500);
  });
});

describe('a server that is slow', () => {
  test('is asked so much at a time, and what does not fit in the queue is refused', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { resilient, sent, told } = server([held], { concurrency: 2, queue: 3 });
    const all = Array.from({ length: 7 }, () => outcome(resilient.post(read({ body: String(Math.random()) }))));
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent).toHaveLength(2);
    release();
    expect((await Promise.all(all)).sort()).toEqual([200, 200, 200, 200, 200, 'busy', 'busy']);
    expect(told.refused).toEqual(['busy', 'busy']);
  });
});
