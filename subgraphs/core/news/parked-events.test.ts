import { graphql } from 'graphql';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import { type Subgraph } from '#kernel/graphql';
import { useTestDatabase } from '../../../tests/kit/database';
import { buildCoreSubgraph } from '../app';
import { createDatabase, type CoreDatabase } from '../database';
import { createTestSlices } from '../testing/slices';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let subgraph: Subgraph;
let operator: Principal;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 4, name: 'test' });
  prisma = createDatabase(pool);
  subgraph = await buildCoreSubgraph(createTestSlices(prisma).all);
  const organizationId = (await prisma.organization.create({ data: { id: newId(), slug: 'ours', name: 'Ours' } })).id;
  operator = { subject: newId(), organizationId, roles: [], permissions: ['event:manage'], projectPermissions: {} };
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

async function ask<T>(source: string, variables: Record<string, unknown> = {}, principal = operator): Promise<T> {
  const { data, errors } = await graphql({ schema: subgraph.schema, source, variableValues: { key: newId(), ...variables }, contextValue: { principal } });
  if (errors?.[0]) throw errors[0].originalError ?? errors[0];
  return JSON.parse(JSON.stringify(data)) as T;
}

const park = async (subscriber: string): Promise<string> => {
  const eventId = newId();
  await prisma.eventDelivery.create({ data: { subscriber, eventId, eventName: 'thing.counted', aggregateType: 'Thing', aggregateId: 'a', event: { payload: { secret: 'Amina' } }, attempts: 20, error: 'TIMEOUT', parkedAt: new Date() } });
  return eventId;
};
const REPLAY = 'mutation ($input: ReplayParkedEventsInput!, $key: String!) { replayParkedEvents(input: $input, idempotencyKey: $key) }';

it('shows what is parked and why, without what is in it', async () => {
  const eventId = await park('one');
  const answer = await ask<{ parkedEvents: { edges: Array<{ node: object }> } }>('{ parkedEvents(first: 1, subscriber: "one") { edges { node { eventId subscriber eventName aggregateType aggregateId attempts error parkedAt } } pageInfo { hasNextPage } } }');
  expect(answer.parkedEvents.edges).toMatchObject([{ node: { eventId, subscriber: 'one', eventName: 'thing.counted', attempts: 20, error: 'TIMEOUT' } }]);
  expect(JSON.stringify(answer)).not.toContain('Amina');
});

it('replays what is named, or everything of a subscriber, once for each key, and says so in the audit log', async () => {
  const [first, second] = [await park('two'), await park('two')];
  const key = newId();
  for (let time = 0; time < 2; time += 1) expect(await ask(REPLAY, { input: { subscriber: 'two', eventIds: [first] }, key })).toEqual({ replayParkedEvents: 1 });
  const waiting = async () => (await prisma.eventDelivery.findMany({ where: { subscriber: 'two', parkedAt: null } })).map(({ eventId }) => eventId);
  expect(await waiting()).toEqual([first]);
  expect(await ask(REPLAY, { input: { subscriber: 'two' } })).toEqual({ replayParkedEvents: 1 });
  expect((await waiting()).sort()).toEqual([first, second].sort());
  expect(await prisma.auditEntry.findMany({ where: { action: 'event.replayed' }, select: { actorId: true, entityId: true, payload: true }, orderBy: { seq: 'asc' } })).toEqual([
    { actorId: operator.subject, entityId: 'two', payload: { events: 1, eventIds: [first] } },
    { actorId: operator.subject, entityId: 'two', payload: { events: 1, eventIds: null } },
  ]);
});

it('is for who may manage events', async () => {
  await expect(ask('{ parkedEvents { edges { cursor } } }', {}, { ...operator, permissions: ['audit:read'] })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(ask(REPLAY, { input: { subscriber: 'two', eventIds: ['x'] } })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
});
