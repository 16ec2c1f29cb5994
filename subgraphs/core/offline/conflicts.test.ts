import { newId } from '#kernel/db';
import { BadInputError } from '#kernel/errors';
import { useTestDatabase } from '../../../tests/kit/database';
import { createFieldOffice, references, sign, type FieldOffice } from '../testing/field-office';
import { newItem } from './testing';
import { refusalOf } from './triage';

const database = useTestDatabase('core');
let office: FieldOffice;
beforeAll(async () => {
  office = await createFieldOffice(database().serviceUrl);
});
afterAll(() => office.close());

const RESOLVE = `mutation ($id: ID!, $input: ResolveOfflineConflictInput!, $key: String!) {
  answer: resolveOfflineConflict(id: $id, input: $input, idempotencyKey: $key) { id status registration reason beneficiary { id referenceId } }
}`;

describe('what cannot be taken as it is', () => {
  it('is kept for somebody to decide, beside what can', async () => {
    const from = await office.worker([], { areaPermissions: [{ projectId: null, area: 'ke.siaya', permissions: ['beneficiary:write'] }] });
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
    const { answer } = await office.send(from, sign(from, items).batch);
    expect(answer.items.map(({ outcome, conflict }) => conflict ?? outcome)).toEqual(['ACCEPTED', 'ACCEPTED', 'TAKEN', 'CLIENT_ID_REUSED', 'INVALID', 'OUT_OF_REACH', 'INVALID', 'ACCEPTED', 'TAKEN', 'ACCEPTED', 'TAKEN']);
    expect(answer.items[1]?.beneficiaryId).toBe(answer.items[0]?.beneficiaryId);
    const open = await office.conflictsOf(from);
    expect(open.map(({ kind, registration }) => ({ kind, registration }))).toEqual(items.flatMap((item, index) => (answer.items[index]?.conflict ? [{ kind: answer.items[index]?.conflict, registration: item.registration }] : [])));
    expect(open.map(({ problem }) => problem)).toContain('registration.walletAddress: stands twice in this request');
    expect(open.map(({ problem }) => problem).join()).not.toMatch(/0712|favouriteColour|blue/);
  });

  it('is also what only the registrar finds out: the others are registered, and names that a device made up are not repeated', async () => {
    const from = await office.worker();
    const items = [newItem(1), newItem(2, { attributes: { 'no-such': 1 } }), newItem(3, { attributes: { 'Mary Achieng!': 1 } }), newItem(4, { draft: true })];
    const { answer } = await office.send(from, sign(from, items).batch);
    expect(answer.items.map(({ outcome, conflict }) => conflict ?? outcome)).toEqual(['ACCEPTED', 'INVALID', 'INVALID', 'ACCEPTED']);
    const problems = (await office.conflictsOf(from)).map(({ problem }) => problem);
    expect(problems).toEqual([1, 2].map(() => expect.stringMatching(/^registration\.attributes: [^!]+$/)));
    expect(refusalOf(new BadInputError('items.7.registration.attributes.Mary Achieng!', 'is none'))).toMatchObject({ index: 7, trouble: { kind: 'INVALID', problem: 'registration: is not acceptable' } });
    const { rows } = await office.pool.query(`SELECT count(*)::int AS found FROM audit_entry WHERE action = 'beneficiary.registered' AND entity_id = ANY($1)`, [answer.items.map(({ beneficiaryId }) => beneficiaryId)]);
    expect(rows[0]).toEqual({ found: 2 });
  });

  it('stands for its content: sent again under another number it is the same conflict, and a known client id is the same person', async () => {
    const from = await office.worker();
    const [bad, good] = [newItem(1, { phone: 'x' }), newItem(2)];
    const first = sign(from, [bad, good]);
    const { answer } = await office.send(from, first.batch);
    const again = await office.send(from, sign(from, [{ ...bad, seq: 3 }, { ...good, seq: 4, occurredAt: '2026-03-02T00:00:00Z' }], first.hash).batch);
    expect(again.answer.items.map(({ outcome, beneficiaryId }) => ({ outcome, beneficiaryId }))).toEqual(answer.items.map(({ outcome, beneficiaryId }) => ({ outcome, beneficiaryId })));
    expect(await office.conflictsOf(from)).toHaveLength(1);
    expect(await office.registered([good])).toEqual(references([good]));
  });

  it('says so when a person was changed at the office since', async () => {
    const from = await office.worker();
    const item = newItem(1);
    const first = sign(from, [item]);
    const { answer } = await office.send(from, first.batch);
    const id = answer.items[0]?.beneficiaryId;
    const second = sign(from, [{ ...item, seq: 2, registration: { ...item.registration, fullName: 'Corrected' } }], first.hash);
    expect((await office.send(from, second.batch)).answer.items[0]).toMatchObject({ outcome: 'CONFLICT', conflict: 'CLIENT_ID_REUSED' });
    await office.ask(office.officer, 'mutation ($id: ID!, $key: String!) { answer: updateBeneficiary(id: $id, input: { areaCode: "ke.siaya" }, idempotencyKey: $key) { id } }', { id });
    const third = sign(from, [{ ...item, seq: 3, registration: { ...item.registration, fullName: 'Corrected again' } }], second.hash);
    expect((await office.send(from, third.batch)).answer.items[0]).toMatchObject({ outcome: 'CONFLICT', conflict: 'PERSON_CHANGED' });
    expect((await office.conflictsOf(from)).map(({ beneficiary }) => beneficiary)).toEqual([{ id }, { id }]);
  });

  it('is registered with corrections, linked, or discarded; then its content is gone, and the client id stands for that person', async () => {
    const from = await office.worker();
    const items = [newItem(1, { phone: 'x' }), newItem(2, { phone: 'x' }), newItem(3, { phone: 'x' })];
    const { hash } = sign(from, items);
    await office.send(from, sign(from, items).batch);
    const [first, second, third] = await office.conflictsOf(from);
    const resolve = (id: string | undefined, input: object, by = office.officer, key = newId()) => office.ask<{ status: string; registration: unknown; beneficiary: { id: string; referenceId: string } | null }>(by, RESOLVE, { id, input: { reason: 'Asked them', ...input }, key });
    expect(await resolve(first?.id, { decision: 'REGISTER' })).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'input.corrections' } });
    const once = newId();
    const done = await resolve(first?.id, { decision: 'REGISTER', corrections: { phone: '+254712000111' } }, office.officer, once);
    expect(done.answer).toMatchObject({ status: 'REGISTERED', registration: null, beneficiary: { referenceId: items[0]?.registration.referenceId } });
    expect(await resolve(first?.id, { decision: 'REGISTER', corrections: { phone: '+254712000111' } }, office.officer, once)).toEqual(done);
    expect(await resolve(first?.id, { decision: 'DISCARD' })).toMatchObject({ code: 'INVALID_TRANSITION' });
    expect(await resolve(second?.id, { decision: 'REGISTER', corrections: { phone: null, referenceId: items[0]?.registration.referenceId } })).toMatchObject({ code: 'CONFLICT', details: { field: 'input.corrections.referenceId' } });
    expect(await resolve(second?.id, { decision: 'LINK', beneficiaryId: newId() })).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect((await resolve(second?.id, { decision: 'LINK', beneficiaryId: done.answer.beneficiary?.id })).answer).toMatchObject({ status: 'LINKED', beneficiary: { id: done.answer.beneficiary?.id } });
    expect((await resolve(third?.id, { decision: 'DISCARD' })).answer).toMatchObject({ status: 'DISCARDED', beneficiary: null });
    expect(await office.prisma.offlineConflict.count({ where: { deviceId: from.deviceId, OR: [{ status: 'OPEN' }, { ciphertext: { not: null } }] } })).toBe(0);
    const { answer } = await office.send(from, sign(from, items.map((item, index) => ({ ...item, seq: index + 4 })), hash).batch);
    const person = done.answer.beneficiary?.id ?? null;
    expect(answer.items.map(({ outcome, beneficiaryId }) => [outcome, beneficiaryId])).toEqual([['ACCEPTED', person], ['ACCEPTED', person], ['CONFLICT', null]]);
  });

  it('is shown and decided only where the caller may register people, and its content only to who may read personal data', async () => {
    const from = await office.worker();
    await office.send(from, sign(from, [newItem(1, { phone: 'x', areaCode: 'ke.siaya.bondo' }), newItem(2, { phone: 'x', areaCode: 'ke.siaya2' }), newItem(3, { phone: 'x', areaCode: 'No Path' })]).batch);
    const area = (...permissions: string[]) => office.person([], { areaPermissions: [{ projectId: null, area: 'ke.siaya', permissions }] });
    expect(await office.conflictsOf(from, await area('beneficiary:write'))).toMatchObject([{ registration: null }]);
    expect(await office.conflictsOf(from, await area('beneficiary:write', 'beneficiary:read-pii'))).toMatchObject([{ registration: { areaCode: 'ke.siaya.bondo' } }]);
    expect(await office.conflictsOf(from, { ...office.officer, organizationId: newId() })).toEqual([]);
    const [, elsewhere] = await office.conflictsOf(from);
    expect(await office.ask(await area('beneficiary:write'), RESOLVE, { id: elsewhere?.id, input: { decision: 'DISCARD', reason: 'x' } })).toMatchObject({ code: 'NOT_FOUND' });
    const { rows } = await office.pool.query(`SELECT payload FROM audit_entry WHERE action = 'beneficiary.personal-data-read' AND payload ? 'offlineConflictIds' ORDER BY seq DESC LIMIT 1`);
    expect(rows[0]?.payload).toMatchObject({ purpose: 'unstated' });
  });

  it('is put away when the person it collides with is erased', async () => {
    const from = await office.worker();
    const item = newItem(1);
    const first = sign(from, [item]);
    const { answer } = await office.send(from, first.batch);
    await office.send(from, sign(from, [{ ...item, seq: 2, registration: { ...item.registration, fullName: 'Other' } }], first.hash).batch);
    const eraser = await office.person(['beneficiary:read', 'beneficiary:erase']);
    const erased = await office.ask(eraser, 'mutation ($id: ID!, $key: String!) { answer: eraseBeneficiary(id: $id, reason: "Asked for", idempotencyKey: $key) { status } }', { id: answer.items[0]?.beneficiaryId });
    expect(erased).toEqual({ answer: { status: 'ERASED' } });
    expect(await office.prisma.offlineConflict.findMany({ where: { deviceId: from.deviceId } })).toMatchObject([{ status: 'DISCARDED', ciphertext: null, wrappedKey: null }]);
    expect((await office.send(from, first.batch)).answer).toEqual(answer);
  });

  it('leaves no word of it in any table in the open', async () => {
    const from = await office.worker();
    await office.send(from, sign(from, [newItem(1, { fullName: 'Findme Accepted' }), newItem(2, { fullName: 'Findme Conflict', phone: 'x' })]).batch);
    for (const table of ['offline_batch', 'offline_item', 'offline_registration', 'offline_conflict', 'device', 'audit_entry', 'outbox_event', 'idempotency_key']) {
      const { rows } = await office.pool.query(`SELECT count(*)::int AS found FROM ${table} t WHERE t::text ~* 'findme' OR t::text LIKE '%' || encode('Findme'::bytea, 'hex') || '%'`);
      expect({ table, found: rows[0].found }).toEqual({ table, found: 0 });
    }
  });
});
