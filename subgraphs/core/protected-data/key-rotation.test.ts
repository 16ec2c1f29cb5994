import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPool, newId, type Pool } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { writePersonalData } from '../beneficiaries/personal-data';
import { createDatabase, transaction, type CoreDatabase } from '../database';
import { createKeyfileProvider, createProtectedData, rotateKeys, sealedTables, waitingForRotation, type ProtectedData, type Sealed } from '.';

const database = useTestDatabase('core');
const folder = mkdtempSync(join(tmpdir(), 'rahat-rotation-'));
const key = (version: number): string => `${version} ${randomBytes(32).toString('base64url')}\n`;
const [first, second] = [key(1), key(2)];
let pool: Pool;
let prisma: CoreDatabase;
let organizationId: string;
let files = 0;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 5, name: 'test' });
  prisma = createDatabase(pool);
  organizationId = (await prisma.organization.create({ data: { id: newId(), slug: 'ours', name: 'Ours' } })).id;
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

function write(text: string): string {
  const file = join(folder, String((files += 1)));
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

const indexKey = write(randomBytes(32).toString('base64url'));
const under = (keys: string): ProtectedData => createProtectedData(createKeyfileProvider(write(keys)), indexKey);

async function people(count: number, by: ProtectedData): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId());
  await prisma.beneficiary.createMany({ data: ids.map((id) => ({ id, organizationId, referenceId: id })) });
  const personal = (id: string) => ({ fullName: `Name ${id}`, phones: [], email: null, address: null, governmentIds: [], bankAccount: null, attributes: {} });
  await transaction(prisma, (tx) => writePersonalData(tx, by, ids.map((id) => ({ owner: { id, organizationId, walletAddress: null }, personal: personal(id) }))));
  return ids;
}

async function read(by: ProtectedData): Promise<Array<{ fullName: string }>> {
  const rows = await prisma.beneficiaryPii.findMany();
  return by.open(rows.map((row) => ({ ...(row as unknown as Sealed), ciphertext: Buffer.from(row.ciphertext ?? ''), wrappedKey: Buffer.from(row.wrappedKey ?? ''), about: `beneficiary_pii:${row.beneficiaryId}` })));
}

test('rotation goes on where it was interrupted, misses nobody, and leaves every record readable with the newest key alone', async () => {
  const ids = await people(2500, under(first));
  const both = under(first + second);
  let chunks = 0;
  const dying = { ...both, rewrap: (keys: Parameters<typeof both.rewrap>[0]) => ((chunks += 1) === 2 ? Promise.reject(new Error('killed')) : both.rewrap(keys)) };
  await expect(rotateKeys(prisma, dying, sealedTables)).rejects.toThrow('killed');
  expect(await waitingForRotation(prisma, both, sealedTables)).toEqual({ current: 2, waiting: 1500 });
  expect(await read(both)).toHaveLength(2500);
  const rotated = await Promise.all([rotateKeys(prisma, both, sealedTables), rotateKeys(prisma, both, sealedTables)]);
  expect(rotated.reduce((sum, count) => sum + count, 0)).toBe(1500);
  expect(await waitingForRotation(prisma, both, sealedTables)).toEqual({ current: 2, waiting: 0 });
  expect((await read(under(second))).map(({ fullName }) => fullName).sort()).toEqual(ids.map((id) => `Name ${id}`).sort());
  const { rows } = await pool.query(`SELECT sum((payload->>'records')::int)::int AS told FROM audit_entry WHERE action = 'personal-data.keys-rotated'`);
  expect(rows[0].told).toBe(1500);
});

test('every table that holds sealed records is rotated', async () => {
  const { rows } = await pool.query<{ name: string }>(`SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'wrapped_key' ORDER BY 1`);
  expect(sealedTables.map(({ name }) => name).sort()).toEqual(rows.map(({ name }) => name));
});
