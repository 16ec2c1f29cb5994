import { graphql } from 'graphql';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import type { Subgraph } from '#kernel/graphql';
import { useTestDatabase } from '../../../tests/kit/database';
import { buildCoreSubgraph } from '../app';
import { createDatabase, type CoreDatabase } from '../database';
import { createTestSlices } from '../testing/slices';
import { createPhone, type TestPhone } from '../testing/phone';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let subgraph: Subgraph;
let organizationId: string;
let worker: Principal;
let approver: Principal;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 8, name: 'test' });
  prisma = createDatabase(pool);
  subgraph = await buildCoreSubgraph(createTestSlices(prisma).all);
  organizationId = (await prisma.organization.create({ data: { id: newId(), slug: 'ours', name: 'Ours' } })).id;
  worker = await person([]);
  approver = await person(['device:write']);
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

async function shop(more: { areaCode?: string; ownerUserId?: string } = {}): Promise<string> {
  const id = newId();
  await prisma.vendor.create({ data: { id, organizationId, name: id, status: 'APPROVED', ...more } });
  return id;
}

const BEGIN = 'mutation ($input: EnrollDeviceInput!, $key: String!) { answer: beginDeviceEnrollment(input: $input, idempotencyKey: $key) { id message expiresAt } }';
const COMPLETE = 'mutation ($id: ID!, $signature: String!, $key: String!) { answer: completeDeviceEnrollment(id: $id, signature: $signature, idempotencyKey: $key) { id status publicKey vendorId userId lastSeq } }';
const APPROVE = 'mutation ($id: ID!, $key: String!) { answer: approveDevice(id: $id, idempotencyKey: $key) { id status approvedAt } }';
const REVOKE = 'mutation ($id: ID!, $reason: String!, $key: String!) { answer: revokeDevice(id: $id, reason: $reason, idempotencyKey: $key) { id status revokedAt revokedReason } }';

interface Answer {
  answer: { id: string; message: string; status: string } & Record<string, unknown>;
  code: unknown;
  field: unknown;
}

async function ask(by: Principal, source: string, variables: Record<string, unknown>): Promise<Answer> {
  const { data, errors } = await graphql({ schema: subgraph.schema, source, variableValues: { key: newId(), ...variables }, contextValue: { principal: by } });
  const error = errors?.[0]?.originalError as { code?: unknown; details?: { field?: unknown } } | undefined;
  return { answer: data?.answer as Answer['answer'], code: error?.code, field: error?.details?.field };
}

async function enrol(by = worker, { phone = createPhone(), vendorId = null as string | null } = {}): Promise<{ id: string; phone: TestPhone }> {
  const { answer: begun } = await ask(by, BEGIN, { input: { publicKey: phone.publicKey, label: 'Tablet 7', vendorId } });
  const { answer } = await ask(by, COMPLETE, { id: begun.id, signature: phone.sign(begun.message) });
  return { id: answer.id, phone };
}

describe('enrolling a device', () => {
  it('takes the proof that it holds its key, and waits for approval by somebody else', async () => {
    const { id, phone } = await enrol();
    expect(await prisma.device.findUnique({ where: { id } })).toMatchObject({ status: 'PENDING', userId: worker.subject, vendorId: null, enrolledById: worker.subject });
    expect((await ask(worker, APPROVE, { id })).code).toBeDefined();
    expect((await ask({ ...worker, permissions: ['device:write'] }, APPROVE, { id })).code).toBe('FORBIDDEN');
    expect((await ask(approver, APPROVE, { id })).answer).toMatchObject({ id, status: 'APPROVED', approvedAt: expect.any(String) });
    const { answer } = await ask(worker, '{ answer: myDevices { id publicKey status } }', {});
    expect(answer).toContainEqual({ id, publicKey: phone.publicKey, status: 'APPROVED' });
    const { rows } = await pool.query(`SELECT (SELECT array_agg(action ORDER BY seq) FROM audit_entry WHERE entity_id = $1) AS audit, (SELECT count(*)::int FROM outbox_event WHERE aggregate_id = $1) AS events`, [id]);
    expect(rows[0]).toEqual({ audit: ['device.enrolled', 'device.approved'], events: 2 });
  });

  it('refuses the proof of another key, of another enrolment, and of a changed message', async () => {
    const [phone, other] = [createPhone(), createPhone()];
    const { answer: begun } = await ask(worker, BEGIN, { input: { publicKey: phone.publicKey, label: 'A' } });
    const { answer: second } = await ask(worker, BEGIN, { input: { publicKey: phone.publicKey, label: 'A' } });
    expect(begun.message).not.toBe(second.message);
    for (const signature of [other.sign(begun.message), phone.sign(second.message), phone.sign(`${begun.message}\n`), phone.sign(''), 'x']) {
      expect(await ask(worker, COMPLETE, { id: begun.id, signature })).toMatchObject({ code: 'SIGNATURE_INVALID', field: 'signature' });
    }
    expect(await prisma.device.count({ where: { publicKey: new Uint8Array(Buffer.from(phone.publicKey, 'base64url')) } })).toBe(0);
  });

  it('is ended by who began it, in time, once', async () => {
    const phone = createPhone();
    const { answer: begun } = await ask(worker, BEGIN, { input: { publicKey: phone.publicKey, label: 'A' } });
    const signature = phone.sign(begun.message);
    const stranger = await person(['device:write']);
    expect((await ask(stranger, COMPLETE, { id: begun.id, signature })).code).toBe('NOT_FOUND');
    await prisma.deviceEnrollment.update({ where: { id: begun.id }, data: { expiresAt: new Date(Date.now() - 1) } });
    expect((await ask(worker, COMPLETE, { id: begun.id, signature })).code).toBe('NOT_FOUND');
    await prisma.deviceEnrollment.update({ where: { id: begun.id }, data: { expiresAt: new Date(Date.now() + 60_000) } });
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(worker, COMPLETE, { id: begun.id, signature })));
    expect(answers.filter(({ answer }) => answer)).toHaveLength(1);
    expect(await prisma.device.count({ where: { publicKey: new Uint8Array(Buffer.from(phone.publicKey, 'base64url')) } })).toBe(1);
  });

  it('takes a key once, in all organisations, and never again after it was revoked', async () => {
    const { id, phone } = await enrol();
    expect((await ask(worker, REVOKE, { id, reason: 'Lost in the river' })).answer).toMatchObject({ status: 'REVOKED', revokedReason: 'Lost in the river' });
    const elsewhere = (await prisma.organization.create({ data: { id: newId(), slug: newId(), name: 'Theirs' } })).id;
    const theirs = { ...(await person([])), organizationId: elsewhere };
    for (const by of [worker, theirs]) expect(await ask(by, BEGIN, { input: { publicKey: phone.publicKey, label: 'Again' } })).toMatchObject({ code: 'CONFLICT', field: 'input.publicKey' });
    for (const change of [{ status: 'APPROVED' as const }, { publicKey: new Uint8Array(32).fill(7) }, { userId: approver.subject }]) {
      await expect(prisma.device.update({ where: { id }, data: change })).rejects.toThrow();
    }
    await expect(prisma.device.delete({ where: { id } })).rejects.toThrow();
    expect((await ask(approver, APPROVE, { id })).code).toBe('INVALID_TRANSITION');
  });

  it('takes one of two enrolments of one key that end at the same time', async () => {
    const phone = createPhone();
    const begun = await Promise.all([worker, approver].map(async (by) => ({ by, ...(await ask(by, BEGIN, { input: { publicKey: phone.publicKey, label: 'A' } })).answer })));
    const ended = await Promise.all(begun.map(({ by, id, message }) => ask(by, COMPLETE, { id, signature: phone.sign(message) })));
    expect(ended.map(({ code }) => code ?? 'enrolled').sort()).toEqual(['CONFLICT', 'enrolled']);
  });

  it.each([
    ['a key that is too short', { publicKey: 'AAAA' }, 'input.publicKey'],
    ['a key that proves nothing', { publicKey: Buffer.alloc(32).toString('base64url') }, 'input.publicKey'],
    ['an empty label', { label: ' ' }, 'input.label'],
    ['a vendor that nobody knows', { vendorId: newId() }, 'input.vendorId'],
  ])('refuses %s by field', async (_what, change, field) => {
    expect(await ask(worker, BEGIN, { input: { publicKey: createPhone().publicKey, label: 'A', ...change } })).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });

  it('is not for the keys of partners', async () => {
    expect((await ask({ ...worker, subject: `api-key:${newId()}` }, BEGIN, { input: { publicKey: createPhone().publicKey, label: 'A' } })).code).toBe('FORBIDDEN');
  });
});

describe('a device of a vendor', () => {
  it('is enrolled by who acts for the vendor, or approves devices there; nobody else may', async () => {
    const owner = await person([]);
    const vendorId = await shop({ areaCode: 'ke.siaya.bondo', ownerUserId: owner.subject });
    const { id } = await enrol(owner, { vendorId });
    expect(await prisma.device.findUnique({ where: { id } })).toMatchObject({ vendorId, userId: null });
    const reader = { ...worker, permissions: ['vendor:read'] };
    expect((await ask(reader, BEGIN, { input: { publicKey: createPhone().publicKey, label: 'A', vendorId } })).code).toBe('FORBIDDEN');
    const areaPermissions = [{ projectId: null, area: 'ke.siaya', permissions: ['vendor:read', 'device:write'] }];
    const local = await person([], { areaPermissions });
    expect((await ask(local, APPROVE, { id })).answer).toMatchObject({ status: 'APPROVED' });
    expect((await ask({ ...owner, permissions: ['device:write'] }, REVOKE, { id, reason: 'Sold' })).answer).toMatchObject({ status: 'REVOKED' });
  });

  it('is beyond who holds the permission in another area, project or organisation', async () => {
    const vendorId = await shop({ areaCode: 'ke.siaya2' });
    const { id } = await enrol({ ...approver, permissions: ['device:write', 'vendor:read'] }, { vendorId });
    const beyond = [
      await person([], { areaPermissions: [{ projectId: null, area: 'ke.siaya', permissions: ['device:write'] }] }),
      await person([], { projectPermissions: { [newId()]: ['device:write'] } }),
      { ...(await person(['device:write'])), organizationId: newId() },
    ];
    for (const by of beyond) {
      expect((await ask(by, APPROVE, { id })).code).toBe('NOT_FOUND');
      expect((await ask(by, REVOKE, { id, reason: 'x' })).code).toBe('NOT_FOUND');
      const { answer } = await ask(by, 'query ($id: ID!) { answer: device(id: $id) { id } }', { id });
      expect(answer).toBeNull();
      expect(JSON.stringify(await ask(by, '{ answer: devices(first: 200) { edges { node { id } } } }', {}))).not.toContain(id);
    }
  });

  it('is not approved by its own vendor’s user', async () => {
    const owner = await person(['device:write', 'vendor:read']);
    const vendorId = await shop({ ownerUserId: owner.subject });
    const { id } = await enrol({ ...approver, permissions: ['device:write', 'vendor:read'] }, { vendorId });
    expect((await ask(owner, APPROVE, { id })).code).toBe('FORBIDDEN');
    expect((await ask(approver, APPROVE, { id })).code).toBe('FORBIDDEN');
    expect((await ask(await person(['device:write']), APPROVE, { id })).answer).toMatchObject({ status: 'APPROVED' });
  });
});
