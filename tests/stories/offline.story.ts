import { randomUUID } from 'node:crypto';
import { newItem, signBatch } from '../../subgraphs/core/offline/testing';
import type { OfflineItem, SignedBatch } from '../../subgraphs/core/offline/signed-batch';
import { createPhone, type TestPhone } from '../../subgraphs/core/testing/phone';
import { useSystem } from '../kit/system';

const system = useSystem();
const worker = { as: 'project-manager' };
const office = { as: 'admin' };

const BEGIN = 'mutation ($input: EnrollDeviceInput!, $key: String!) { beginDeviceEnrollment(input: $input, idempotencyKey: $key) { id message } }';
const COMPLETE = 'mutation ($id: ID!, $signature: String!, $key: String!) { completeDeviceEnrollment(id: $id, signature: $signature, idempotencyKey: $key) { id } }';
const APPROVE = 'mutation ($id: ID!, $key: String!) { approveDevice(id: $id, idempotencyKey: $key) { status } }';
const REVOKE = 'mutation ($id: ID!, $key: String!) { revokeDevice(id: $id, reason: "Lost", idempotencyKey: $key) { status } }';
const SUBMIT = 'mutation ($deviceId: ID!, $batch: OfflineBatchInput!) { submitOfflineRegistrations(deviceId: $deviceId, batch: $batch) { hash nextSeq items { seq outcome beneficiaryId } } }';
const COUNT = 'query ($reference: String) { beneficiaries(filter: { referenceId: $reference }) { edges { node { fullName } } } }';

async function approvedDevice(): Promise<{ phone: TestPhone; deviceId: string }> {
  const phone = createPhone();
  const begun = await system().graphql<{ beginDeviceEnrollment: { id: string; message: string } }>(BEGIN, { input: { publicKey: phone.publicKey, label: 'Tablet' }, key: randomUUID() }, worker);
  const { id, message } = begun.beginDeviceEnrollment;
  const done = await system().graphql<{ completeDeviceEnrollment: { id: string } }>(COMPLETE, { id, signature: phone.sign(message), key: randomUUID() }, worker);
  const deviceId = done.completeDeviceEnrollment.id;
  await system().graphql(APPROVE, { id: deviceId, key: randomUUID() }, office);
  return { phone, deviceId };
}

const send = (deviceId: string, batch: SignedBatch) => system().attempt(SUBMIT, { deviceId, batch }, worker);

async function timesRegistered(items: readonly OfflineItem[]): Promise<number[]> {
  const answers = items.map(({ registration }) => system().graphql<{ beneficiaries: { edges: unknown[] } }>(COUNT, { reference: registration.referenceId }, office));
  return (await Promise.all(answers)).map(({ beneficiaries }) => beneficiaries.edges.length);
}

/** As a phone does it: the same batch, until there is an answer. */
async function untilAnswered(deviceId: string, batch: SignedBatch): Promise<unknown> {
  for (let attempt = 1; attempt <= 200; attempt += 1) {
    const answer = await send(deviceId, batch).catch(() => null);
    if (answer?.data?.submitOfflineRegistrations) return answer.data;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The batch was never answered.');
}

test('a batch goes through the gateway as it was signed, and has one effect, sent twenty times at once', async () => {
  const { phone, deviceId } = await approvedDevice();
  const items = [newItem(1, { fullName: 'Núria “Nuri” €', address: '\u0065\u0301 / \\ "', birthDate: '1990-03-01' }), newItem(2, { fullName: 'أمينة' })];
  const { batch, hash } = signBatch(phone, deviceId, items, null);
  const answers = await Promise.all(Array.from({ length: 20 }, () => send(deviceId, batch)));
  expect(answers[0]?.data).toMatchObject({ submitOfflineRegistrations: { hash, nextSeq: 3, items: [{ outcome: 'ACCEPTED' }, { outcome: 'ACCEPTED' }] } });
  expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(1);
  expect(await timesRegistered(items)).toEqual([1, 1]);
});

test('core is killed again and again while a phone sends: nothing is lost, nothing doubled', async () => {
  const { phone, deviceId } = await approvedDevice();
  const items: OfflineItem[] = [];
  let previous: string | null = null;
  const batches: SignedBatch[] = [];
  for (let number = 0; number < 12; number += 1) {
    const own: OfflineItem[] = Array.from({ length: 10 }, (_, index) => newItem(items.length + index + 1));
    const signed: { batch: SignedBatch; hash: string } = signBatch(phone, deviceId, own, previous);
    items.push(...own);
    batches.push(signed.batch);
    previous = signed.hash;
  }
  const sending = (async () => {
    for (const batch of batches) await untilAnswered(deviceId, batch);
  })();
  for (let kill = 0; kill < 3; kill += 1) {
    await system().kill('core');
    await system().restart('core');
  }
  await sending;
  expect(await timesRegistered(items)).toEqual(items.map(() => 1));
  const [first] = batches;
  if (first) expect(await untilAnswered(deviceId, first)).toMatchObject({ submitOfflineRegistrations: { nextSeq: 11 } });
}, 120_000);

test('a device that is revoked counts no more at once', async () => {
  const { phone, deviceId } = await approvedDevice();
  await system().graphql(REVOKE, { id: deviceId, key: randomUUID() }, worker);
  const items = [newItem(1)];
  const { errors } = await send(deviceId, signBatch(phone, deviceId, items, null).batch);
  expect(errors[0]?.extensions?.code).toBe('FORBIDDEN');
  expect(await timesRegistered(items)).toEqual([0]);
});
