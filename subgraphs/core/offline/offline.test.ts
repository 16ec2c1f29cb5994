import { newId } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { createFieldOffice, references, sign, type FieldOffice } from '../testing/field-office';
import type { OfflineItem, SignedBatch } from './signed-batch';
import { newItem, signBatch } from './testing';

const database = useTestDatabase('core');
let office: FieldOffice;
beforeAll(async () => {
  office = await createFieldOffice(database().serviceUrl);
});
afterAll(() => office.close());

describe('a batch of registrations', () => {
  it('registers people as they were said, active, with their personal data sealed, and answers what became of each', async () => {
    const from = await office.worker();
    const items = [newItem(1, { phone: '+254712345678', areaCode: 'ke.siaya' }), newItem(2, { gender: 'FEMALE', birthDate: '1990-03-01' })];
    const { batch, hash } = sign(from, items);
    const { answer } = await office.send(from, batch, new Date(Date.now() + 3_600_000).toISOString());
    expect(answer).toEqual({ hash, nextSeq: 3, items: items.map(({ seq, clientId }) => ({ seq, clientId, outcome: 'ACCEPTED', beneficiaryId: expect.any(String), conflict: null })) });
    const { answer: seen } = await office.ask(office.officer, 'query ($id: ID!) { answer: beneficiary(id: $id) { fullName phone status areaCode } }', { id: answer.items[0]?.beneficiaryId });
    expect(seen).toEqual({ fullName: 'Person 1', phone: '+254712345678', status: 'ACTIVE', areaCode: 'ke.siaya' });
    const { answer: mine } = await office.ask(from.principal, '{ answer: myDevices { id lastSeq clockSkewSeconds forkedAt } }', {});
    expect(mine).toEqual([{ id: from.deviceId, lastSeq: 2, clockSkewSeconds: expect.any(Number), forkedAt: null }]);
    const skew = (mine as unknown as Array<{ clockSkewSeconds: number }>)[0]?.clockSkewSeconds ?? 0;
    expect(Math.abs(skew - 3600)).toBeLessThan(60);
    const { rows } = await office.pool.query(`SELECT payload FROM audit_entry WHERE action = 'offline.batch-accepted' AND entity_id = $1`, [from.deviceId]);
    expect(rows).toEqual([{ payload: { fromSeq: 1, toSeq: 2, accepted: 2, conflicts: 0 } }]);
  });

  it('has one effect and one receipt, sent twenty times at once', async () => {
    const from = await office.worker();
    const items = [1, 2, 3].map((seq) => newItem(seq));
    const { batch } = sign(from, items);
    const answers = await Promise.all(Array.from({ length: 20 }, () => office.send(from, batch)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.answer.items).toHaveLength(3);
    expect(await office.registered(items)).toEqual(references(items));
    const { rows } = await office.pool.query(`SELECT (SELECT count(*)::int FROM outbox_event WHERE aggregate_id = $1 AND name = 'offline.batch-accepted') AS events, (SELECT count(*)::int FROM offline_item WHERE device_id = $1::uuid) AS items`, [from.deviceId]);
    expect(rows[0]).toEqual({ events: 1, items: 3 });
  });

  it('that leaves something out is told what is expected, and takes nothing', async () => {
    const from = await office.worker();
    const items = [newItem(2)];
    expect(await office.send(from, sign(from, items, 'a'.repeat(64)).batch)).toMatchObject({ code: 'SEQUENCE_GAP', details: { expectedSeq: 1 } });
    expect(await office.registered(items)).toEqual([]);
  });

  it('that says something else under a number that was taken is refused and flagged, once', async () => {
    const from = await office.worker();
    const first = sign(from, [newItem(1), newItem(2)]);
    await office.send(from, first.batch);
    const other = [newItem(1), newItem(2)];
    for (const batch of [sign(from, other).batch, sign(from, [newItem(2)], first.hash).batch, sign(from, [newItem(3)], 'f'.repeat(64)).batch, sign(from, [newItem(3)]).batch]) {
      expect(await office.send(from, batch)).toMatchObject({ code: 'SEQUENCE_FORKED' });
    }
    expect(await office.registered(other)).toEqual([]);
    const { rows } = await office.pool.query(`SELECT (SELECT count(*)::int FROM audit_entry WHERE entity_id = $1 AND action = 'device.fork-detected') AS audit, (SELECT count(*)::int FROM outbox_event WHERE aggregate_id = $1 AND name = 'device.fork-detected') AS events`, [from.deviceId]);
    expect(rows[0]).toEqual({ audit: 1, events: 1 });
    expect(await office.prisma.device.findUnique({ where: { id: from.deviceId } })).toMatchObject({ lastSeq: 2, forkedAt: expect.any(Date) });
    expect((await office.send(from, sign(from, [newItem(3)], first.hash).batch)).answer).toMatchObject({ nextSeq: 4 });
  });

  it('of the same items cut in another way is no fork: the device goes on where we are', async () => {
    const from = await office.worker();
    const items = [newItem(1), newItem(2), newItem(3)];
    await office.send(from, sign(from, items.slice(0, 2)).batch);
    expect(await office.send(from, sign(from, items).batch)).toMatchObject({ code: 'SEQUENCE_GAP', details: { expectedSeq: 3 } });
    expect(await office.prisma.device.findUnique({ where: { id: from.deviceId } })).toMatchObject({ forkedAt: null });
  });

  it('counts only from the caller’s own device, approved and not revoked, while the caller is active', async () => {
    const [from, other] = [await office.worker(), await office.worker()];
    const items = [newItem(1)];
    const { batch } = sign(from, items);
    expect(await office.send({ ...from, deviceId: other.deviceId }, batch)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await office.send({ ...from, principal: other.principal }, batch)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await office.send({ ...from, principal: { ...from.principal, organizationId: newId() } }, batch)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await office.send({ ...other, principal: other.principal }, batch)).toMatchObject({ code: 'SIGNATURE_INVALID' }); // signed by and for another device
    expect(await office.send(from, signBatch(other.phone, from.deviceId, items, null).batch)).toMatchObject({ code: 'SIGNATURE_INVALID' });
    await office.prisma.user.update({ where: { id: from.principal.subject }, data: { status: 'LOCKED' } });
    expect(await office.send(from, batch)).toMatchObject({ code: 'FORBIDDEN' });
    await office.prisma.user.update({ where: { id: from.principal.subject }, data: { status: 'ACTIVE' } });
    await office.prisma.device.update({ where: { id: from.deviceId }, data: { status: 'REVOKED', revokedAt: new Date(), revokedById: 'x', revokedReason: 'Lost' } });
    expect(await office.send(from, batch)).toMatchObject({ code: 'FORBIDDEN', details: { status: 'REVOKED' } });
    expect(await office.registered(items)).toEqual([]);
  });

  it('does not count when any character of it was changed', async () => {
    const from = await office.worker();
    const { batch } = sign(from, [newItem(1, { fullName: 'Zawadi Æ', phone: '+254712345678' })]);
    const text = JSON.stringify(batch);
    let tried = 0;
    for (let index = 0; index < text.length; index += 1) {
      const changed = `${text.slice(0, index)}${text[index] === '1' ? '2' : '1'}${text.slice(index + 1)}`;
      const parsed = parse(changed);
      if (parsed === undefined) continue;
      const { answer, code } = await office.send(from, parsed as SignedBatch);
      expect({ index, answer: answer ?? null, refused: ['SIGNATURE_INVALID', 'BAD_USER_INPUT', 'GRAPHQL'].includes(String(code)) }).toEqual({ index, answer: null, refused: true });
      tried += 1;
    }
    expect(tried).toBeGreaterThan(200);
    expect(await office.prisma.device.findUnique({ where: { id: from.deviceId } })).toMatchObject({ lastSeq: 0, forkedAt: null });
    expect((await office.send(from, batch)).answer).toMatchObject({ nextSeq: 2 });
  });

  it('is the same batch when a gateway on the way writes its JSON in another order', async () => {
    const from = await office.worker();
    const { batch } = sign(from, [newItem(1, { address: 'Near the well', gender: 'MALE' })]);
    const turned = { ...batch, items: batch.items.map((item) => ({ ...item, registration: Object.fromEntries(Object.entries(item.registration).reverse()) })) };
    expect((await office.send(from, turned)).answer).toMatchObject({ nextSeq: 2 });
    expect((await office.send(from, batch)).answer).toMatchObject({ nextSeq: 2 });
  });

  it('that is too long as a whole is refused, and its halves are taken', async () => {
    const from = await office.worker();
    const items = Array.from({ length: 60 }, (_, index) => newItem(index + 1, { address: 'x'.repeat(400), fullName: 'ক'.repeat(200), governmentIds: Array.from({ length: 9 }, (_id, n) => ({ kind: `k${n}`, number: 'ক'.repeat(60) + n })) }));
    const padded = Array.from({ length: 200 }, (_, index) => ({ ...newItem(index + 1), registration: { ...items[index % 60]?.registration, referenceId: `long-${index}` } }));
    expect(await office.send(from, sign(from, padded).batch)).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'batch' } });
    const half = sign(from, padded.slice(0, 100));
    expect((await office.send(from, half.batch)).answer).toMatchObject({ nextSeq: 101 });
    expect((await office.send(from, sign(from, padded.slice(100), half.hash).batch)).answer).toMatchObject({ nextSeq: 201 });
  });

  it('of many costs as many statements as one of few', async () => {
    const from = await office.worker();
    const counted = async (items: OfflineItem[], previous: string | null): Promise<{ statements: number; hash: string }> => {
      const { batch, hash } = sign(from, items, previous);
      const before = office.statements();
      await office.send(from, batch);
      return { statements: office.statements() - before, hash };
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
    const from = await office.worker();
    const { batch } = sign(from, [newItem(1), newItem(2)]);
    const { code, details } = await office.send(from, { ...batch, items: change(batch.items), ...more } as SignedBatch);
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
