import { randomUUID } from 'node:crypto';
import { graphql } from 'graphql';
import fc from 'fast-check';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import type { Subgraph } from '#kernel/graphql';
import { useTestDatabase } from '../../../tests/kit/database';
import { buildCoreSubgraph } from '../app';
import { createDatabase, type CoreDatabase } from '../database';
import { createPhone, type TestPhone } from '../testing/phone';
import { createTestSlices } from '../testing/slices';
import type { OfflineItem, SignedBatch } from './signed-batch';
import { newItem, signBatch } from './testing';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let subgraph: Subgraph;
let organizationId: string;
let officer: Principal;
let statements = 0;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 10, name: 'test' });
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    client.query = ((...args: unknown[]) => {
      statements += 1;
      return query(...args);
    }) as typeof client.query;
  });
  prisma = createDatabase(pool);
  subgraph = await buildCoreSubgraph(createTestSlices(prisma).all);
  organizationId = (await prisma.organization.create({ data: { id: newId(), slug: 'ours', name: 'Ours' } })).id;
  officer = await person(['beneficiary:read', 'beneficiary:write', 'beneficiary:read-pii']);
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

async function person(permissions: string[], more: Partial<Principal> = {}): Promise<Principal> {
  const id = newId();
  await prisma.user.create({ data: { id, organizationId, displayName: 'U', email: `${id}@ours.example`, passwordHash: 'x' } });
  return { subject: id, organizationId, roles: [], permissions, projectPermissions: {}, ...more };
}

interface Worker {
  principal: Principal;
  phone: TestPhone;
  deviceId: string;
}

async function worker(permissions = ['beneficiary:write'], more: Partial<Principal> = {}): Promise<Worker> {
  const [principal, phone, deviceId] = [await person(permissions, more), createPhone(), newId()];
  const publicKey = new Uint8Array(Buffer.from(phone.publicKey, 'base64url'));
  const approved = { status: 'APPROVED' as const, approvedById: 'x', approvedAt: new Date() };
  await prisma.device.create({ data: { id: deviceId, organizationId, userId: principal.subject, publicKey, label: 'Phone', enrolledById: principal.subject, ...approved } });
  return { principal, phone, deviceId };
}

const SUBMIT = `mutation ($deviceId: ID!, $batch: OfflineBatchInput!, $deviceTime: DateTime) {
  answer: submitOfflineRegistrations(deviceId: $deviceId, batch: $batch, deviceTime: $deviceTime) { hash nextSeq items { seq clientId outcome beneficiaryId conflict } }
}`;
const RESOLVE = `mutation ($id: ID!, $input: ResolveOfflineConflictInput!, $key: String!) {
  answer: resolveOfflineConflict(id: $id, input: $input, idempotencyKey: $key) { id status registration reason beneficiary { id referenceId } }
}`;
const LIST = 'query ($filter: OfflineConflictFilter) { answer: offlineConflicts(first: 200, filter: $filter) { edges { node { id kind problem areaCode clientId registration beneficiary { id } } } } }';

interface Receipt {
  hash: string;
  nextSeq: number;
  items: Array<{ seq: number; clientId: string; outcome: string; beneficiaryId: string | null; conflict: string | null }>;
}

interface Answer<T> {
  answer: T;
  code?: unknown;
  details?: Record<string, unknown> | undefined;
}

async function ask<T>(principal: Principal, source: string, variables: Record<string, unknown>): Promise<Answer<T>> {
  const { data, errors } = await graphql({ schema: subgraph.schema, source, variableValues: { key: newId(), ...variables }, contextValue: { principal } });
  const error = errors?.[0]?.originalError as { code?: unknown; details?: Record<string, unknown> } | undefined;
  return { answer: data?.answer as T, ...(errors ? { code: error?.code ?? 'GRAPHQL', details: error?.details } : {}) };
}

const send = ({ principal, deviceId }: Worker, batch: SignedBatch, deviceTime?: string): Promise<Answer<Receipt>> => ask(principal, SUBMIT, { deviceId, batch, deviceTime });
const sign = ({ phone, deviceId }: Worker, items: OfflineItem[], previousHash: string | null = null) => signBatch(phone, deviceId, items, previousHash);

async function registered(items: readonly OfflineItem[]): Promise<string[]> {
  const rows = await prisma.beneficiary.findMany({ where: { organizationId, referenceId: { in: items.map(({ registration }) => String(registration.referenceId)) } } });
  return rows.map(({ referenceId }) => referenceId).sort();
}
const references = (items: readonly OfflineItem[]): string[] => items.map(({ registration }) => String(registration.referenceId)).sort();

async function conflictsOf({ deviceId }: Worker, by = officer): Promise<Array<{ id: string; kind: string; problem: string; registration: Record<string, unknown> | null; beneficiary: { id: string } | null }>> {
  const { answer } = await ask<{ edges: Array<{ node: never }> }>(by, LIST, { filter: { deviceId } });
  return answer.edges.map(({ node }) => node);
}

describe('a batch of registrations', () => {
  it('registers people as they were said, active, with their personal data sealed, and answers what became of each', async () => {
    const from = await worker();
    const items = [newItem(1, { phone: '+254712345678', areaCode: 'ke.siaya' }), newItem(2, { gender: 'FEMALE', birthDate: '1990-03-01' })];
    const { batch, hash } = sign(from, items);
    const { answer } = await send(from, batch, new Date(Date.now() + 3_600_000).toISOString());
    expect(answer).toEqual({ hash, nextSeq: 3, items: items.map(({ seq, clientId }) => ({ seq, clientId, outcome: 'ACCEPTED', beneficiaryId: expect.any(String), conflict: null })) });
    const { answer: seen } = await ask(officer, 'query ($id: ID!) { answer: beneficiary(id: $id) { fullName phone status areaCode } }', { id: answer.items[0]?.beneficiaryId });
    expect(seen).toEqual({ fullName: 'Person 1', phone: '+254712345678', status: 'ACTIVE', areaCode: 'ke.siaya' });
    const { answer: mine } = await ask(from.principal, '{ answer: myDevices { id lastSeq clockSkewSeconds forkedAt } }', {});
    expect(mine).toEqual([{ id: from.deviceId, lastSeq: 2, clockSkewSeconds: expect.any(Number), forkedAt: null }]);
    const skew = (mine as unknown as Array<{ clockSkewSeconds: number }>)[0]?.clockSkewSeconds ?? 0;
    expect(Math.abs(skew - 3600)).toBeLessThan(60);
    const { rows } = await pool.query(`SELECT payload FROM audit_entry WHERE action = 'offline.batch-accepted' AND entity_id = $1`, [from.deviceId]);
    expect(rows).toEqual([{ payload: { fromSeq: 1, toSeq: 2, accepted: 2, conflicts: 0 } }]);
  });

  it('has one effect and one receipt, sent twenty times at once', async () => {
    const from = await worker();
    const items = [1, 2, 3].map((seq) => newItem(seq));
    const { batch } = sign(from, items);
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(from, batch)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.answer.items).toHaveLength(3);
    expect(await registered(items)).toEqual(references(items));
    const { rows } = await pool.query(`SELECT (SELECT count(*)::int FROM outbox_event WHERE aggregate_id = $1 AND name = 'offline.batch-accepted') AS events, (SELECT count(*)::int FROM offline_item WHERE device_id = $1::uuid) AS items`, [from.deviceId]);
    expect(rows[0]).toEqual({ events: 1, items: 3 });
  });

  it('that leaves something out is told what is expected, and takes nothing', async () => {
    const from = await worker();
    const items = [newItem(2)];
    expect(await send(from, sign(from, items, 'a'.repeat(64)).batch)).toMatchObject({ code: 'SEQUENCE_GAP', details: { expectedSeq: 1 } });
    expect(await registered(items)).toEqual([]);
  });

  it('that says something else under a number that was taken is refused and flagged, once', async () => {
    const from = await worker();
    const first = sign(from, [newItem(1), newItem(2)]);
    await send(from, first.batch);
    const other = [newItem(1), newItem(2)];
    for (const batch of [sign(from, other).batch, sign(from, [newItem(2)], first.hash).batch, sign(from, [newItem(3)], 'f'.repeat(64)).batch, sign(from, [newItem(3)]).batch]) {
      expect(await send(from, batch)).toMatchObject({ code: 'SEQUENCE_FORKED' });
    }
    expect(await registered(other)).toEqual([]);
    const { rows } = await pool.query(`SELECT (SELECT count(*)::int FROM audit_entry WHERE entity_id = $1 AND action = 'device.fork-detected') AS audit, (SELECT count(*)::int FROM outbox_event WHERE aggregate_id = $1 AND name = 'device.fork-detected') AS events`, [from.deviceId]);
    expect(rows[0]).toEqual({ audit: 1, events: 1 });
    expect(await prisma.device.findUnique({ where: { id: from.deviceId } })).toMatchObject({ lastSeq: 2, forkedAt: expect.any(Date) });
    expect((await send(from, sign(from, [newItem(3)], first.hash).batch)).answer).toMatchObject({ nextSeq: 4 });
  });

  it('of the same items cut in another way is no fork: the device goes on where we are', async () => {
    const from = await worker();
    const items = [newItem(1), newItem(2), newItem(3)];
    await send(from, sign(from, items.slice(0, 2)).batch);
    expect(await send(from, sign(from, items).batch)).toMatchObject({ code: 'SEQUENCE_GAP', details: { expectedSeq: 3 } });
    expect(await prisma.device.findUnique({ where: { id: from.deviceId } })).toMatchObject({ forkedAt: null });
  });

  it('counts only from the caller’s own device, approved and not revoked, while the caller is active', async () => {
    const [from, other] = [await worker(), await worker()];
    const items = [newItem(1)];
    const { batch } = sign(from, items);
    expect(await send({ ...from, deviceId: other.deviceId }, batch)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await send({ ...from, principal: other.principal }, batch)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await send({ ...from, principal: { ...from.principal, organizationId: newId() } }, batch)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await send({ ...other, principal: other.principal }, batch)).toMatchObject({ code: 'SIGNATURE_INVALID' }); // signed by and for another device
    expect(await send(from, signBatch(other.phone, from.deviceId, items, null).batch)).toMatchObject({ code: 'SIGNATURE_INVALID' });
    await prisma.user.update({ where: { id: from.principal.subject }, data: { status: 'LOCKED' } });
    expect(await send(from, batch)).toMatchObject({ code: 'FORBIDDEN' });
    await prisma.user.update({ where: { id: from.principal.subject }, data: { status: 'ACTIVE' } });
    await prisma.device.update({ where: { id: from.deviceId }, data: { status: 'REVOKED', revokedAt: new Date(), revokedById: 'x', revokedReason: 'Lost' } });
    expect(await send(from, batch)).toMatchObject({ code: 'FORBIDDEN', details: { status: 'REVOKED' } });
    expect(await registered(items)).toEqual([]);
  });

  it('does not count when any character of it was changed', async () => {
    const from = await worker();
    const { batch } = sign(from, [newItem(1, { fullName: 'Zawadi Æ', phone: '+254712345678' })]);
    const text = JSON.stringify(batch);
    let tried = 0;
    for (let index = 0; index < text.length; index += 1) {
      const changed = `${text.slice(0, index)}${text[index] === '1' ? '2' : '1'}${text.slice(index + 1)}`;
      const parsed = parse(changed);
      if (parsed === undefined) continue;
      const { answer, code } = await send(from, parsed as SignedBatch);
      expect({ index, answer: answer ?? null, refused: ['SIGNATURE_INVALID', 'BAD_USER_INPUT', 'GRAPHQL'].includes(String(code)) }).toEqual({ index, answer: null, refused: true });
      tried += 1;
    }
    expect(tried).toBeGreaterThan(200);
    expect(await prisma.device.findUnique({ where: { id: from.deviceId } })).toMatchObject({ lastSeq: 0, forkedAt: null });
    expect((await send(from, batch)).answer).toMatchObject({ nextSeq: 2 });
  });

  it('is the same batch when a gateway on the way writes its JSON in another order', async () => {
    const from = await worker();
    const { batch } = sign(from, [newItem(1, { address: 'Near the well', gender: 'MALE' })]);
    const turned = { ...batch, items: batch.items.map((item) => ({ ...item, registration: Object.fromEntries(Object.entries(item.registration).reverse()) })) };
    expect((await send(from, turned)).answer).toMatchObject({ nextSeq: 2 });
    expect((await send(from, batch)).answer).toMatchObject({ nextSeq: 2 });
  });

  it('that is too long as a whole is refused, and its halves are taken', async () => {
    const from = await worker();
    const items = Array.from({ length: 60 }, (_, index) => newItem(index + 1, { address: 'x'.repeat(400), fullName: 'ক'.repeat(200), governmentIds: Array.from({ length: 9 }, (_id, n) => ({ kind: `k${n}`, number: 'ক'.repeat(60) + n })) }));
    const padded = Array.from({ length: 200 }, (_, index) => ({ ...newItem(index + 1), registration: { ...items[index % 60]?.registration, referenceId: `long-${index}` } }));
    expect(await send(from, sign(from, padded).batch)).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'batch' } });
    const half = sign(from, padded.slice(0, 100));
    expect((await send(from, half.batch)).answer).toMatchObject({ nextSeq: 101 });
    expect((await send(from, sign(from, padded.slice(100), half.hash).batch)).answer).toMatchObject({ nextSeq: 201 });
  });

  it('of many costs as many statements as one of few', async () => {
    const from = await worker();
    const counted = async (items: OfflineItem[], previous: string | null): Promise<{ statements: number; hash: string }> => {
      const { batch, hash } = sign(from, items, previous);
      statements = 0;
      await send(from, batch);
      return { statements, hash };
    };
    const few = await counted([newItem(1), newItem(2, { phone: 'x' })], null);
    const many = await counted(Array.from({ length: 80 }, (_, index) => newItem(index + 3, index % 2 ? { phone: 'x' } : {})), few.hash);
    expect(many.statements).toBe(few.statements);
  });

  it.each([
    ['numbers that do not follow', (items: OfflineItem[]) => [items[0], { ...items[1], seq: 3 }], {}, 'batch.items.1.seq'],
    ['an end that is not the last number', (items: OfflineItem[]) => items, { toSeq: 5 }, 'batch.toSeq'],
    ['no items', () => [], { fromSeq: 1, toSeq: 1 }, 'batch.items'],
    ['a client id that is none', (items: OfflineItem[]) => [{ ...items[0], clientId: 'X' }, items[1]], {}, 'batch.items.0.clientId'],
    ['a time that is none', (items: OfflineItem[]) => [{ ...items[0], occurredAt: 'yesterday' }, items[1]], {}, 'batch.items.0.occurredAt'],
    ['a registration beyond measure', (items: OfflineItem[]) => [{ ...items[0], registration: { fullName: 'x'.repeat(20_000) } }, items[1]], {}, 'batch.items.0.registration'],
  ])('with %s is refused as a whole', async (_what, change, more, field) => {
    const from = await worker();
    const { batch } = sign(from, [newItem(1), newItem(2)]);
    const { code, details } = await send(from, { ...batch, items: change(batch.items), ...more } as SignedBatch);
    expect({ code, field: details?.field }).toEqual({ code: 'BAD_USER_INPUT', field });
  });
});

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

describe('what cannot be taken as it is', () => {
  it('is kept for somebody to decide, beside what can', async () => {
    const from = await worker([], { areaPermissions: [{ projectId: null, area: 'ke.siaya', permissions: ['beneficiary:write'] }] });
    const [here, wallet] = [{ areaCode: 'ke.siaya.bondo' }, '0x71C7656EC7ab88b098defB751B7401B5f6d8976F'];
    const [good, again] = [newItem(1, here), newItem(2, here)];
    const taken = { ...newItem(3, here), registration: { ...newItem(3, here).registration, referenceId: good.registration.referenceId } };
    const items = [
      good,
      { ...good, seq: 2 },
      taken,
      { ...again, seq: 4, clientId: good.clientId },
      newItem(5, { ...here, phone: '0712' }),
      newItem(6, { areaCode: 'ke.siaya2' }),
      newItem(7, { ...here, favouriteColour: 'blue' }),
      newItem(8, { ...here, walletAddress: wallet }),
      newItem(9, { ...here, walletAddress: wallet }),
      newItem(10, { ...here, referenceId: 'one-of-two' }),
      newItem(11, { ...here, referenceId: 'one-of-two' }),
    ];
    const { answer } = await send(from, sign(from, items).batch);
    expect(answer.items.map(({ outcome, conflict }) => conflict ?? outcome)).toEqual(['ACCEPTED', 'ACCEPTED', 'TAKEN', 'CLIENT_ID_REUSED', 'INVALID', 'OUT_OF_REACH', 'INVALID', 'ACCEPTED', 'TAKEN', 'ACCEPTED', 'TAKEN']);
    expect(answer.items[1]?.beneficiaryId).toBe(answer.items[0]?.beneficiaryId);
    const open = await conflictsOf(from);
    expect(open.map(({ kind, registration }) => ({ kind, registration }))).toEqual(items.flatMap((item, index) => (answer.items[index]?.conflict ? [{ kind: answer.items[index]?.conflict, registration: item.registration }] : [])));
    expect(open.map(({ problem }) => problem)).toContain('registration.walletAddress: stands twice in this request');
    expect(open.map(({ problem }) => problem).join()).not.toMatch(/0712|favouriteColour|blue/);
  });

  it('stands for its content: sent again under another number it is the same conflict, and a known client id is the same person', async () => {
    const from = await worker();
    const [bad, good] = [newItem(1, { phone: 'x' }), newItem(2)];
    const first = sign(from, [bad, good]);
    const { answer } = await send(from, first.batch);
    const again = await send(from, sign(from, [{ ...bad, seq: 3 }, { ...good, seq: 4, occurredAt: '2026-03-02T00:00:00Z' }], first.hash).batch);
    expect(again.answer.items.map(({ outcome, beneficiaryId }) => ({ outcome, beneficiaryId }))).toEqual(answer.items.map(({ outcome, beneficiaryId }) => ({ outcome, beneficiaryId })));
    expect(await conflictsOf(from)).toHaveLength(1);
    expect(await registered([good])).toEqual(references([good]));
  });

  it('says so when a person was changed at the office since', async () => {
    const from = await worker();
    const item = newItem(1);
    const first = sign(from, [item]);
    const { answer } = await send(from, first.batch);
    const id = answer.items[0]?.beneficiaryId;
    const second = sign(from, [{ ...item, seq: 2, registration: { ...item.registration, fullName: 'Corrected' } }], first.hash);
    expect((await send(from, second.batch)).answer.items[0]).toMatchObject({ outcome: 'CONFLICT', conflict: 'CLIENT_ID_REUSED' });
    await ask(officer, 'mutation ($id: ID!, $key: String!) { answer: updateBeneficiary(id: $id, input: { areaCode: "ke.siaya" }, idempotencyKey: $key) { id } }', { id });
    const third = sign(from, [{ ...item, seq: 3, registration: { ...item.registration, fullName: 'Corrected again' } }], second.hash);
    expect((await send(from, third.batch)).answer.items[0]).toMatchObject({ outcome: 'CONFLICT', conflict: 'PERSON_CHANGED' });
    expect((await conflictsOf(from)).map(({ beneficiary }) => beneficiary)).toEqual([{ id }, { id }]);
  });

  it('is registered with corrections, linked, or discarded; then its content is gone, and the client id stands for that person', async () => {
    const from = await worker();
    const items = [newItem(1, { phone: 'x' }), newItem(2, { phone: 'x' }), newItem(3, { phone: 'x' })];
    const { hash } = sign(from, items);
    await send(from, sign(from, items).batch);
    const [first, second, third] = await conflictsOf(from);
    const resolve = (id: string | undefined, input: object, by = officer, key = newId()) => ask<{ status: string; registration: unknown; beneficiary: { id: string; referenceId: string } | null }>(by, RESOLVE, { id, input: { reason: 'Asked them', ...input }, key });
    expect(await resolve(first?.id, { decision: 'REGISTER' })).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'input.corrections' } });
    const once = newId();
    const done = await resolve(first?.id, { decision: 'REGISTER', corrections: { phone: '+254712000111' } }, officer, once);
    expect(done.answer).toMatchObject({ status: 'REGISTERED', registration: null, beneficiary: { referenceId: items[0]?.registration.referenceId } });
    expect(await resolve(first?.id, { decision: 'REGISTER', corrections: { phone: '+254712000111' } }, officer, once)).toEqual(done);
    expect(await resolve(first?.id, { decision: 'DISCARD' })).toMatchObject({ code: 'INVALID_TRANSITION' });
    expect(await resolve(second?.id, { decision: 'REGISTER', corrections: { phone: null, referenceId: items[0]?.registration.referenceId } })).toMatchObject({ code: 'CONFLICT', details: { field: 'input.corrections.referenceId' } });
    expect(await resolve(second?.id, { decision: 'LINK', beneficiaryId: newId() })).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect((await resolve(second?.id, { decision: 'LINK', beneficiaryId: done.answer.beneficiary?.id })).answer).toMatchObject({ status: 'LINKED', beneficiary: { id: done.answer.beneficiary?.id } });
    expect((await resolve(third?.id, { decision: 'DISCARD' })).answer).toMatchObject({ status: 'DISCARDED', beneficiary: null });
    expect(await prisma.offlineConflict.count({ where: { deviceId: from.deviceId, OR: [{ status: 'OPEN' }, { ciphertext: { not: null } }] } })).toBe(0);
    const { answer } = await send(from, sign(from, items.map((item, index) => ({ ...item, seq: index + 4 })), hash).batch);
    const person = done.answer.beneficiary?.id ?? null;
    expect(answer.items.map(({ outcome, beneficiaryId }) => [outcome, beneficiaryId])).toEqual([['ACCEPTED', person], ['ACCEPTED', person], ['CONFLICT', null]]);
  });

  it('is shown and decided only where the caller may register people, and its content only to who may read personal data', async () => {
    const from = await worker();
    await send(from, sign(from, [newItem(1, { phone: 'x', areaCode: 'ke.siaya.bondo' }), newItem(2, { phone: 'x', areaCode: 'ke.siaya2' }), newItem(3, { phone: 'x', areaCode: 'No Path' })]).batch);
    const area = (...permissions: string[]) => person([], { areaPermissions: [{ projectId: null, area: 'ke.siaya', permissions }] });
    expect(await conflictsOf(from, await area('beneficiary:write'))).toMatchObject([{ registration: null }]);
    expect(await conflictsOf(from, await area('beneficiary:write', 'beneficiary:read-pii'))).toMatchObject([{ registration: { areaCode: 'ke.siaya.bondo' } }]);
    expect(await conflictsOf(from, { ...officer, organizationId: newId() })).toEqual([]);
    const [, elsewhere] = await conflictsOf(from);
    expect(await ask(await area('beneficiary:write'), RESOLVE, { id: elsewhere?.id, input: { decision: 'DISCARD', reason: 'x' } })).toMatchObject({ code: 'NOT_FOUND' });
    const { rows } = await pool.query(`SELECT payload FROM audit_entry WHERE action = 'beneficiary.personal-data-read' AND payload ? 'offlineConflictIds' ORDER BY seq DESC LIMIT 1`);
    expect(rows[0]?.payload).toMatchObject({ purpose: 'unstated' });
  });

  it('is put away when the person it collides with is erased', async () => {
    const from = await worker();
    const item = newItem(1);
    const first = sign(from, [item]);
    const { answer } = await send(from, first.batch);
    await send(from, sign(from, [{ ...item, seq: 2, registration: { ...item.registration, fullName: 'Other' } }], first.hash).batch);
    const eraser = await person(['beneficiary:read', 'beneficiary:erase']);
    const erased = await ask(eraser, 'mutation ($id: ID!, $key: String!) { answer: eraseBeneficiary(id: $id, reason: "Asked for", idempotencyKey: $key) { status } }', { id: answer.items[0]?.beneficiaryId });
    expect(erased).toEqual({ answer: { status: 'ERASED' } });
    expect(await prisma.offlineConflict.findMany({ where: { deviceId: from.deviceId } })).toMatchObject([{ status: 'DISCARDED', ciphertext: null, wrappedKey: null }]);
    expect((await send(from, first.batch)).answer).toEqual(answer);
  });

  it('leaves no word of it in any table in the open', async () => {
    const from = await worker();
    await send(from, sign(from, [newItem(1, { fullName: 'Findme Accepted' }), newItem(2, { fullName: 'Findme Conflict', phone: 'x' })]).batch);
    for (const table of ['offline_batch', 'offline_item', 'offline_registration', 'offline_conflict', 'device', 'audit_entry', 'outbox_event', 'idempotency_key']) {
      const { rows } = await pool.query(`SELECT count(*)::int AS found FROM ${table} t WHERE t::text ~* 'findme' OR t::text LIKE '%' || encode('Findme'::bytea, 'hex') || '%'`);
      expect({ table, found: rows[0].found }).toEqual({ table, found: 0 });
    }
  });
});

test('whatever a bad network loses, doubles and turns around: every registration arrives once, and every receipt is the same', async () => {
  const delivery = fc.record({ batch: fc.nat(3), answerLost: fc.boolean(), copies: fc.integer({ min: 1, max: 3 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 4, maxLength: 4 }), fc.array(delivery, { maxLength: 12 }), async (sizes, deliveries) => {
      const from = await worker();
      const items: OfflineItem[] = [];
      const batches: SignedBatch[] = [];
      let previous: string | null = null;
      for (const size of sizes) {
        const own: OfflineItem[] = Array.from({ length: size }, (_, index) => newItem(items.length + index + 1));
        const signed: { batch: SignedBatch; hash: string } = sign(from, own, previous);
        items.push(...own);
        batches.push(signed.batch);
        previous = signed.hash;
      }
      const receipts = new Map<number, Set<string>>();
      const deliver = async (index: number): Promise<boolean> => {
        const batch = batches[index];
        if (!batch) return false;
        const { answer, code } = await send(from, batch);
        if (answer) receipts.set(index, (receipts.get(index) ?? new Set()).add(JSON.stringify(answer)));
        else expect(code).toBe('SEQUENCE_GAP');
        return Boolean(answer);
      };
      for (const { batch, copies } of deliveries) await Promise.all(Array.from({ length: copies }, () => deliver(batch)));
      // In the end the phone sends what was not answered, in order: the worst case is that no answer ever arrived.
      for (const index of batches.keys()) expect(await deliver(index)).toBe(true);
      expect(await registered(items)).toEqual(references(items));
      expect([...receipts.values()].map((answers) => answers.size)).toEqual(batches.map(() => 1));
      expect(await prisma.offlineItem.count({ where: { deviceId: from.deviceId } })).toBe(items.length);
      expect(await prisma.device.findUnique({ where: { id: from.deviceId } })).toMatchObject({ lastSeq: items.length, forkedAt: null });
    }),
    { numRuns: Number(process.env.PROPERTY_ROUNDS ?? 25) },
  );
}, 600_000);

test('phones that send the same client ids and references in opposite orders at the same time do not block each other', async () => {
  const items = Array.from({ length: 12 }, (_, index) => newItem(index + 1));
  const turned = [...items].reverse().map((item, index) => ({ ...item, seq: index + 1 }));
  const workers = await Promise.all(Array.from({ length: 6 }, () => worker()));
  const answers = await Promise.all(workers.map((from, index) => send(from, sign(from, index % 2 === 0 ? items : turned).batch)));
  expect(answers.map(({ answer, code }) => code ?? answer.items.filter(({ outcome }) => outcome === 'ACCEPTED').length)).toEqual(workers.map(() => 12));
  expect(await registered(items)).toEqual(references(items));
});

test('two phones that send one client id at the same time register one person', async () => {
  const workers = await Promise.all(Array.from({ length: 5 }, () => worker()));
  const clientId = randomUUID();
  const item = { ...newItem(1), clientId };
  const answers = await Promise.all(workers.map((from) => send(from, sign(from, [item]).batch)));
  expect(new Set(answers.map(({ answer }) => answer?.items[0]?.beneficiaryId)).size).toBe(1);
  expect(await registered([item])).toEqual(references([item]));
});
