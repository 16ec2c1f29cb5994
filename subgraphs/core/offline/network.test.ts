import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { useTestDatabase } from '../../../tests/kit/database';
import { createFieldOffice, references, sign, type FieldOffice } from '../testing/field-office';
import type { OfflineItem, SignedBatch } from './signed-batch';
import { newItem } from './testing';

const database = useTestDatabase('core');
let office: FieldOffice;
beforeAll(async () => {
  office = await createFieldOffice(database().serviceUrl);
});
afterAll(() => office.close());

test('whatever a bad network loses, doubles and turns around: every registration arrives once, and every receipt is the same', async () => {
  const delivery = fc.record({ batch: fc.nat(3), answerLost: fc.boolean(), copies: fc.integer({ min: 1, max: 3 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 4, maxLength: 4 }), fc.array(delivery, { maxLength: 12 }), async (sizes, deliveries) => {
      const from = await office.worker();
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
        const { answer, code } = await office.send(from, batch);
        if (answer) receipts.set(index, (receipts.get(index) ?? new Set()).add(JSON.stringify(answer)));
        else expect(code).toBe('SEQUENCE_GAP');
        return Boolean(answer);
      };
      for (const { batch, copies } of deliveries) await Promise.all(Array.from({ length: copies }, () => deliver(batch)));
      // In the end the phone sends what was not answered, in order: the worst case is that no answer ever arrived.
      for (const index of batches.keys()) expect(await deliver(index)).toBe(true);
      expect(await office.registered(items)).toEqual(references(items));
      expect([...receipts.values()].map((answers) => answers.size)).toEqual(batches.map(() => 1));
      expect(await office.prisma.offlineItem.count({ where: { deviceId: from.deviceId } })).toBe(items.length);
      expect(await office.prisma.device.findUnique({ where: { id: from.deviceId } })).toMatchObject({ lastSeq: items.length, forkedAt: null });
    }),
    { numRuns: Number(process.env.PROPERTY_ROUNDS ?? 25) },
  );
}, 600_000);

test('phones that send the same client ids and references in opposite orders at the same time do not block each other', async () => {
  const items = Array.from({ length: 12 }, (_, index) => newItem(index + 1));
  const turned = [...items].reverse().map((item, index) => ({ ...item, seq: index + 1 }));
  const workers = await Promise.all(Array.from({ length: 6 }, () => office.worker()));
  const answers = await Promise.all(workers.map((from, index) => office.send(from, sign(from, index % 2 === 0 ? items : turned).batch)));
  expect(answers.map(({ answer, code }) => code ?? answer.items.filter(({ outcome }) => outcome === 'ACCEPTED').length)).toEqual(workers.map(() => 12));
  expect(await office.registered(items)).toEqual(references(items));
});

test('two phones that send one client id at the same time register one person', async () => {
  const workers = await Promise.all(Array.from({ length: 5 }, () => office.worker()));
  const clientId = randomUUID();
  const item = { ...newItem(1), clientId };
  const answers = await Promise.all(workers.map((from) => office.send(from, sign(from, [item]).batch)));
  expect(new Set(answers.map(({ answer }) => answer?.items[0]?.beneficiaryId)).size).toBe(1);
  expect(await office.registered([item])).toEqual(references([item]));
});
