import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPool, newId, type Pool } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { createDatabase, transaction, type CoreDatabase } from '../database';
import { createKeyfileProvider, createProtectedData, normalise, type ProtectedData } from '../protected-data';
import { writePersonalData } from './personal-data';
import { reindex } from './reindex';

const database = useTestDatabase('core');
const folder = mkdtempSync(join(tmpdir(), 'rahat-reindex-'));
let pool: Pool;
let prisma: CoreDatabase;
let organizationId: string;

beforeAll(() => {
  pool = createPool(database().serviceUrl, { max: 5, name: 'test' });
  prisma = createDatabase(pool);
});
beforeEach(async () => {
  await pool.query('DELETE FROM beneficiary_pii');
  organizationId = (await prisma.organization.create({ data: { id: newId(), slug: newId(), name: 'Ours' } })).id;
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

let files = 0;
const write = (text: string): string => {
  const file = join(folder, String((files += 1)));
  writeFileSync(file, text, { mode: 0o600 });
  return file;
};
const secret = (): string => randomBytes(32).toString('base64url');
const keys = createKeyfileProvider(write(`1 ${secret()}`));
const [first, second] = [secret(), secret()];
const before = createProtectedData(keys, write(first));
const after = createProtectedData(keys, write(`1 ${first}\n2 ${second}\n`));

const phoneOf = (n: number): string => `+2547${String(n).padStart(8, '0')}`;
const walletOf = (id: string): string => `0x${id.replaceAll('-', '')}00000000`;

async function people(count: number, by: ProtectedData): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId());
  await prisma.beneficiary.createMany({ data: ids.map((id) => ({ id, organizationId, referenceId: id, walletAddress: walletOf(id) })) });
  const written = ids.map((id, n) => ({ owner: { id, organizationId, walletAddress: walletOf(id) }, personal: { fullName: `Name ${n}`, phones: [phoneOf(n)], email: null, address: null, governmentIds: [], bankAccount: null, attributes: {} } }));
  await transaction(prisma, (tx) => writePersonalData(tx, by, written));
  return ids;
}

async function found(by: ProtectedData, phone: string): Promise<string[]> {
  const rows = await prisma.beneficiaryIdentifier.findMany({ where: { organizationId, kind: 'PHONE', blindIndex: new Uint8Array(by.blindIndex(organizationId, 'PHONE', normalise.PHONE(phone))) } });
  return rows.map(({ beneficiaryId }) => beneficiaryId);
}

const indexes = () => prisma.beneficiaryIdentifier.count({ where: { organizationId } });

test('everybody is found by the new key, and by nothing of the old one, wherever it was interrupted', async () => {
  const ids = await people(2500, before);
  const count = await indexes();
  let chunks = 0;
  const dying = { ...after, open: (async (records: Parameters<typeof after.open>[0]) => ((chunks += 1) === 2 ? Promise.reject(new Error('killed')) : after.open(records))) as typeof after.open };
  await expect(reindex(prisma, dying)).rejects.toThrow('killed');
  expect(await prisma.beneficiaryPii.count({ where: { indexVersion: 1 } })).toBe(1500);
  const done = await Promise.all([reindex(prisma, after), reindex(prisma, after)]);
  expect(done[0] + done[1]).toBe(1500);
  expect(await indexes()).toBe(count);
  for (const n of [0, 1234, 2499]) {
    expect(await found(after, phoneOf(n))).toEqual([ids[n]]);
    expect(await found(before, phoneOf(n))).toEqual([]);
  }
  expect(await reindex(prisma, after)).toBe(0);
});

test('who was merged stays unfound, and who is written meanwhile is found by the new key at once', async () => {
  const [merged = ''] = await people(1, before);
  await prisma.beneficiary.update({ where: { id: merged }, data: { status: 'MERGED' } });
  await prisma.beneficiaryIdentifier.deleteMany({ where: { beneficiaryId: merged } });
  const [fresh] = await people(1, after);
  expect(await reindex(prisma, after)).toBe(1);
  expect(await found(after, phoneOf(0))).toEqual([fresh]);
});

test('a fingerprint stays what it was: requests are known again, and the chains of devices go on', () => {
  expect(after.fingerprint(organizationId, { a: 1 })).toBe(before.fingerprint(organizationId, { a: 1 }));
  expect(after.blindIndex(organizationId, 'PHONE', '1')).not.toEqual(before.blindIndex(organizationId, 'PHONE', '1'));
  expect([before.indexVersion, after.indexVersion]).toEqual([1, 2]);
});

test.each([
  ['a short key', 'short'],
  ['a short second key', `1 ${first}\n2 short`],
  ['a version twice', `1 ${first}\n1 ${second}`],
  ['only what came later', `2 ${second}`],
])('a file with %s is refused without telling what is in it', (_what, text) => {
  const refused = (): unknown => createProtectedData(keys, write(text));
  expect(refused).toThrow(/32 random characters|stands there twice|version 1/);
  expect(refused).not.toThrow(second);
});
