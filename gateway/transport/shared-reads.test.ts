import { shareReads } from './shared-reads';
import { TransportError, type Transport, type TransportRequest, type TransportResponse } from './transport';

/** A transport whose answers are given by hand. */
function manual(): { transport: Transport; sent: { request: TransportRequest; answer(text: string): void; fail(): void }[] } {
  const sent: ReturnType<typeof manual>['sent'] = [];
  const transport: Transport = {
    post: (request) =>
      new Promise<TransportResponse>((resolve, reject) => {
        sent.push({
          request,
          answer: (text) => resolve({ status: 200, text, bytes: text.length, shared: false }),
          fail: () => reject(new TransportError('reset', request.url)),
        });
        request.signal?.addEventListener('abort', () => reject(new TransportError('aborted', request.url)));
      }),
    keepOnly: () => undefined,
    close: async () => undefined,
  };
  return { transport, sent };
}

const read = (changes: Partial<TransportRequest> = {}): TransportRequest => ({ url: 'https://a.test/graphql', identity: 'x', headers: { 'x-request-id': String(Math.random()), p: 'token' }, body: '{}', timeoutMs: 5000, sharedBy: 'amina', ...changes });
const change = (by = 'amina'): TransportRequest => ({ ...read({ sharedBy: undefined }), body: 'change', changesFor: by });

describe('equal reads at the same time', () => {
  test('share one request, whatever ids they are logged under', async () => {
    const { transport, sent } = manual();
    const shared = shareReads(transport);
    const answers = Promise.all([shared.post(read()), shared.post(read())]);
    expect(sent).toHaveLength(1);
    sent[0]?.answer('one');
    expect((await answers).map(({ text, shared: was }) => [text, was])).toEqual([['one', false], ['one', true]]);
    void shared.post(read()).catch(() => undefined);
    expect(sent).toHaveLength(2);
  });

  test.each<[string, Partial<TransportRequest>]>([
    ['another reader', { sharedBy: 'brian' }],
    ['another principal of the same reader', { headers: { p: 'other token' } }],
    ['another header that is passed on', { headers: { p: 'token', 'accept-language': 'sw' } }],
    ['another question', { body: '{"query":"{ b }"}' }],
    ['another server', { url: 'https://b.test/graphql' }],
    ['another identity of the server', { identity: 'y' }],
  ])('are not equal for %s', (_what, changes) => {
    const { transport, sent } = manual();
    const shared = shareReads(transport);
    for (const request of [read(), read(changes)]) void shared.post(request).catch(() => undefined);
    expect(sent).toHaveLength(2);
  });

  test('fail together, and are asked anew afterwards', async () => {
    const { transport, sent } = manual();
    const shared = shareReads(transport);
    const both = Promise.allSettled([shared.post(read()), shared.post(read())]);
    sent[0]?.fail();
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    void shared.post(read()).catch(() => undefined);
    expect(sent).toHaveLength(2);
  });
});

describe('a reader who leaves', () => {
  test('takes the answer from nobody; when the last one leaves the request is given up', async () => {
    const { transport, sent } = manual();
    const shared = shareReads(transport);
    const [one, other] = [new AbortController(), new AbortController()];
    const both = Promise.allSettled([shared.post(read({ signal: one.signal })), shared.post(read({ signal: other.signal }))]);
    one.abort();
    expect(sent[0]?.request.signal?.aborted).toBe(false);
    other.abort();
    expect(await both).toMatchObject([{ reason: { failure: 'aborted' } }, { reason: { failure: 'aborted' } }]);
    expect(sent[0]?.request.signal?.aborted).toBe(true);
  });

  test('may be less patient than the others', async () => {
    const { transport, sent } = manual();
    const shared = shareReads(transport);
    const [patient, hasty] = [shared.post(read()), shared.post(read({ timeoutMs: 1 }))];
    await expect(hasty).rejects.toMatchObject({ failure: 'timeout' });
    sent[0]?.answer('late');
    expect((await patient).text).toBe('late');
  });
});

describe('a change', () => {
  test('is never shared', () => {
    const { transport, sent } = manual();
    const shared = shareReads(transport);
    for (const request of [change(), change()]) void shared.post(request);
    expect(sent).toHaveLength(2);
  });

  test('lets its author read anew, once it is sent and once it is done; others go on sharing', async () => {
    const { transport, sent } = manual();
    const shared = shareReads(transport);
    const ask = (changes: Partial<TransportRequest> = {}): void => void shared.post(read(changes)).catch(() => undefined);
    ask();
    ask({ sharedBy: 'brian', headers: { p: 'brian' } });
    const changing = shared.post(change());
    ask(); // the third request after two reads and the change: before it would say too little
    ask({ sharedBy: 'brian', headers: { p: 'brian' } });
    expect(sent).toHaveLength(4);
    sent[2]?.answer('done');
    await changing;
    ask();
    expect(sent).toHaveLength(5);
  });
});
