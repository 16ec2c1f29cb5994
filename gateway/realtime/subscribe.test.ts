import { AppError } from '#kernel/errors';
import { createLogger } from '#kernel/telemetry';
import type { FeedEvent } from '../contracts';
import type { OperationScope } from '../data-sources/data-source';
import type { Answer, Engine, Operation } from '../engine';
import { scopeOf } from '../testing/tree-source';
import { FeedGapError, type Feed } from './feed';
import { subscribe, type SubscriberDeps, type SubscriptionMessage } from './subscribe';

const operation: Operation = { kind: 'subscription', name: null, plan: null, introspects: false, cost: () => 0, subscribes: { name: 'projectEvents', argumentsOf: ({ id }) => ({ projectId: id }) } };
const eventOf = (position: number, projectId = 'p1', name = 'project.updated'): FeedEvent => ({ position: String(position), id: `e${position}`, name, version: 1, projectId, aggregateType: 'Project', aggregateId: projectId, occurredAt: '' });

interface Asked {
  event: string | null;
  permissions: string[];
  version: number;
}

function world(events: FeedEvent[], changes: Partial<SubscriberDeps> & { answer?: (asked: Asked) => Answer } = {}) {
  const asked: Asked[] = [];
  let version = 1;
  let leases = 0;
  let open = 0;
  let permissions = ['project:read'];
  const engine = (): Engine => {
    const own = version;
    return {
      version: own,
      apiSdl: '',
      plan: () => (own < 3 ? { ok: true, operation } : { ok: false, errors: [{ message: 'There is no such field.', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] }),
      execute: async (_operation, { scope, event }) => {
        const one = { event: event?.id ?? null, permissions: scope.principal.permissions, version: own };
        asked.push(one);
        return changes.answer?.(one) ?? { data: `{"projectEvents":{"id":"${event?.id}"}}` };
      },
      hotOperations: () => [],
      close: async () => undefined,
    };
  };
  const feed: Feed = {
    read: async function* () {
      yield* events;
    },
    close: () => undefined,
  };
  const deps: SubscriberDeps = {
    engines: {
      lease: () => {
        leases += 1;
        return { engine: engine(), release: () => void (leases -= 1) };
      },
    },
    feed,
    fields: () => new Map([['projectEvents', { names: ['project.'], matches: { projectId: 'projectId' } }]]),
    callerOf: async (access) => ({ principal: { subject: 'u1', organizationId: 'o1', roles: [], permissions, projectPermissions: {} }, stale: false, access }),
    present: (error) => error,
    logger: createLogger({ name: 'test', level: 'silent' }),
    counted: (change) => void (open += change),
    delivered: () => undefined,
    ...changes,
  };
  return { deps, asked, leases: () => leases, open: () => open, setVersion: (next: number) => (version = next), setPermissions: (next: string[]) => (permissions = next) };
}

const signedIn = (expiresAt = Date.now() + 60_000): OperationScope => ({ ...scopeOf(), access: { userId: 'u1', sessionId: 's1', authenticatedAt: 0, secondFactor: false, expiresAt } });
const request = { query: 'subscription ($id: ID) { projectEvents(projectId: $id) { id } }', operationName: null, variables: { id: 'p1' }, resumeFrom: null };

async function all(messages: AsyncIterable<SubscriptionMessage>): Promise<SubscriptionMessage[]> {
  const taken: SubscriptionMessage[] = [];
  for await (const message of messages) taken.push(message);
  return taken;
}
const codes = (messages: SubscriptionMessage[]): unknown[] => messages.map(({ errors }) => errors?.[0]?.extensions?.code);

describe('a subscription', () => {
  test('tells each event that it asks for, with the position to resume after, and asks core about no other', async () => {
    const { deps, asked, leases, open } = world([eventOf(1), eventOf(2, 'p2'), eventOf(3, 'p1', 'vendor.created'), eventOf(4)]);
    expect(await all(subscribe(deps, request, signedIn()))).toEqual([
      { position: '1', data: '{"projectEvents":{"id":"e1"}}' },
      { position: '4', data: '{"projectEvents":{"id":"e4"}}' },
    ]);
    expect(asked.map(({ event }) => event)).toEqual([null, 'e1', 'e4']);
    expect([leases(), open()]).toEqual([0, 0]);
  });

  test('is refused as a whole to whoever may not subscribe', async () => {
    const { deps } = world([eventOf(1)], { answer: () => ({ data: '{"projectEvents":null}', errors: [{ message: 'No.', path: ['projectEvents'], extensions: { code: 'FORBIDDEN' } }] }) });
    expect(codes(await all(subscribe(deps, request, signedIn())))).toEqual(['FORBIDDEN']);
  });

  test('passes over events that the caller may not know of', async () => {
    const { deps } = world([eventOf(1), eventOf(2)], { answer: ({ event }) => ({ data: event === 'e1' ? '{"projectEvents":null}' : '{"projectEvents":{"id":"x"}}' }) });
    expect((await all(subscribe(deps, request, signedIn()))).map(({ position }) => position)).toEqual(['2']);
  });

  test('answers each event by what the caller may do then', async () => {
    const { deps, asked, setPermissions } = world([eventOf(1), eventOf(2)]);
    const messages = subscribe(deps, request, signedIn());
    await messages.next();
    setPermissions([]);
    await messages.next();
    expect(asked.map(({ permissions }) => permissions)).toEqual([['project:read'], ['project:read'], []]);
  });

  test('goes on with a new supergraph, and ends with the reason when it no longer fits', async () => {
    const { deps, asked, setVersion } = world([eventOf(1), eventOf(2), eventOf(3)]);
    const messages = subscribe(deps, request, signedIn());
    await messages.next();
    setVersion(2);
    await messages.next();
    setVersion(3);
    expect(codes([(await messages.next()).value as SubscriptionMessage])).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect((await messages.next()).done).toBe(true);
    expect(asked.map(({ version }) => version)).toEqual([1, 1, 2]);
  });

  test('ends with the session, before anything more is told', async () => {
    const { deps } = world([eventOf(1)], {
      callerOf: async () => {
        throw new AppError('UNAUTHENTICATED', 'The access token is missing, expired or not ours.');
      },
    });
    expect(codes(await all(subscribe(deps, request, signedIn())))).toEqual(['UNAUTHENTICATED']);
  });

  test('ends with the access token', async () => {
    const feed: Feed = {
      read: async function* (_after, signal) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
      close: () => undefined,
    };
    expect(codes(await all(subscribe(world([], { feed }).deps, request, signedIn(Date.now() + 30))))).toEqual(['UNAUTHENTICATED']);
  });

  test('says RESUME_GAP when what was missed is gone, or when the position is none', async () => {
    const feed: Feed = {
      read: async function* () {
        throw new FeedGapError('gone');
      },
      close: () => undefined,
    };
    expect(codes(await all(subscribe(world([], { feed }).deps, request, signedIn())))).toEqual(['RESUME_GAP']);
    expect(codes(await all(subscribe(world([]).deps, { ...request, resumeFrom: 'yesterday' }, signedIn())))).toEqual(['RESUME_GAP']);
  });

  test('asks for the next event only when the client has taken the one before', async () => {
    const { deps, asked } = world([eventOf(1), eventOf(2), eventOf(3)]);
    const messages = subscribe(deps, request, signedIn());
    await messages.next();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(asked.map(({ event }) => event)).toEqual([null, 'e1']);
  });
});
