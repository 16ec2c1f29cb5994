import { AppError } from '#kernel/errors';
import { presentError } from '../http';
import { scopeOf } from '../testing/tree-source';
import { createMessages, type MessagesDeps } from './messages';
import type { SubscriptionMessage } from './subscribe';

async function answerOf(front: MessagesDeps['front']['run'], ready = true): Promise<SubscriptionMessage[]> {
  const engine = { plan: () => ({ ok: true, operation: { kind: 'query' } }) };
  const deps = { engines: { lease: () => (ready ? { engine, release: () => undefined } : null) }, front: { run: front }, present: presentError(() => undefined) } as unknown as MessagesDeps;
  const told: SubscriptionMessage[] = [];
  for await (const message of createMessages(deps)({ query: '{ a }', operationName: null, variables: {}, extensions: {}, allowed: ['query'] }, scopeOf(), null)) told.push(message);
  return told;
}
const codes = (told: SubscriptionMessage[]): unknown[] => told.map(({ errors }) => errors?.map(({ message, extensions }) => [extensions?.code, message]));

describe('an operation that is answered by messages', () => {
  test('fails with a message, masked when nobody expected it', async () => {
    const crash = async (): Promise<never> => Promise.reject(new Error('the password is hunter2'));
    expect(codes(await answerOf(crash))).toEqual([[['INTERNAL_SERVER_ERROR', 'Something went wrong on our side.']]]);
    const refuse = async (): Promise<never> => Promise.reject(new AppError('CORE_UNAVAILABLE', 'Core is away.'));
    expect(codes(await answerOf(refuse))).toEqual([[['CORE_UNAVAILABLE', 'Core is away.']]]);
    expect(codes(await answerOf(crash, false))).toEqual([[['NOT_READY', 'The gateway has no supergraph to serve yet.']]]);
  });

  test('comes whole, also what it deferred', async () => {
    const parts = (async function* () {
      yield [{ path: ['a'], data: '{"c":2}' }];
    })();
    expect(await answerOf(async () => ({ data: '{"a":{"b":1}}', deferred: parts }))).toEqual([{ data: '{"a":{"b":1,"c":2}}' }]);
  });
});
