import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { createAttributes } from '../attributes';
import { createDatabase, transaction, type CoreDatabase } from '../database';
import type { ProtectedData } from '../protected-data';
import { createTestProtectedData } from '../testing/slices';
import { BeneficiaryRepository } from './beneficiary.repository';
import { BeneficiaryService } from './beneficiary.service';
import { Registrar } from './registrar';
import { sealPlain } from './seal-plain';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let protectedData: ProtectedData;
let repository: BeneficiaryRepository;
let service: BeneficiaryService;
let worker: Principal;
let counter = 0;
const key = (): string => `key-${(counter += 1)}`;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 5, name: 'test' });
  prisma = createDatabase(pool);
  protectedData = createTestProtectedData();
  repository = new BeneficiaryRepository(prisma, protectedData);
  service = new BeneficiaryService(prisma, repository, protectedData, createAttributes({ database: prisma }));
  const organization = await prisma.organization.create({ data: { id: newId(), slug: 'ours', name: 'Ours' } });
  worker = { subject: 'worker', organizationId: organization.id, roles: [], permissions: ['beneficiary:read', 'beneficiary:read-pii', 'beneficiary:write'], projectPermissions: {} };
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

function register(change: Record<string, unknown>): Promise<string> {
  counter += 1;
  return service.register(worker, { referenceId: `REF-${counter}`, fullName: 'Somebody Else', areaCode: 'ke.kisumu', ...change }, key());
}

async function found(search: string, by = worker): Promise<string[]> {
  return (await service.list(by, { search }, { first: 100, after: null })).map(({ id }) => id);
}

const amina = {
  fullName: 'Amina wa Otieno',
  phones: ['+254711000001', '+254711000002'],
  email: 'Amina@example.org',
  address: 'Plot 7, Nyando',
  governmentIds: [{ kind: 'national-id', number: 'A-123/456' }],
  bankAccount: { bank: 'KCB', number: '01-234 567', holder: 'Otieno' },
  walletAddress: '0x71C7656EC7ab88b098defB751B7401B5f6d8976F',
};

describe('personal data', () => {
  it('comes back as it was given, and lies in no table in a readable form', async () => {
    const id = await register(amina);
    const { walletAddress: _open, ...personal } = amina;
    expect((await repository.findPii(worker, [id]))[0]).toEqual({ beneficiaryId: id, ...personal, attributes: {} });
    const { rows: tables } = await pool.query<{ name: string }>(`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`);
    expect(tables.length).toBeGreaterThan(30);
    for (const { name } of tables) {
      for (const mark of ['Amina', 'amina', '711000001', '711000002', 'Nyando', 'A-123', 'A123456', '234567', 'Otieno']) {
        const hex = Buffer.from(mark).toString('hex');
        const { rows } = await pool.query(`SELECT 1 FROM "${name}" t WHERE strpos(t::text, $1) > 0 OR strpos(t::text, $2) > 0 LIMIT 1`, [mark, hex]);
        expect({ table: name, mark, found: rows.length }).toEqual({ table: name, mark, found: 0 });
      }
    }
  });

  it('is found by words of the name in any order, and by whole numbers however they are written', async () => {
    const id = await register({ ...amina, fullName: 'Zawadi Núñez', phones: ['+254722000001'], governmentIds: [{ kind: 'passport', number: 'ZX 99 1' }], bankAccount: { bank: 'KCB', number: '77 88 99' }, email: 'z@example.org', walletAddress: null });
    for (const text of ['zawadi', 'NUNEZ Zawadi', '+254 722 000-001', '254722000001', 'zx991', '778899', 'Z@EXAMPLE.ORG']) expect({ text, found: await found(text) }).toEqual({ text, found: [id] });
    for (const text of ['zawa', '722000001', 'zawadi otieno', '***', 'zx99']) expect({ text, found: await found(text) }).toEqual({ text, found: [] });
  });

  it('that was exchanged is found by the new values only', async () => {
    const id = await register({ fullName: 'Halima Abdi', phone: '+254733000001' });
    await service.update(worker, id, { fullName: 'Halima Yusuf', phones: ['+254733000002', '+254733000003'], email: 'halima@example.org' }, key());
    expect([await found('abdi'), await found('+254733000001')]).toEqual([[], []]);
    expect([await found('halima yusuf'), await found('+254733000003'), await found('halima@example.org')]).toEqual([[id], [id], [id]]);
    await service.update(worker, id, { phone: null, email: null }, key());
    expect((await repository.findPii(worker, [id]))[0]).toMatchObject({ fullName: 'Halima Yusuf', phones: [], email: null });
  });

  it('finds nobody for a caller who may not read it', async () => {
    await register({ fullName: 'Wanjiru Kamau' });
    expect(await found('wanjiru', { ...worker, permissions: ['beneficiary:read'] })).toEqual([]);
    const elsewhere = { ...worker, permissions: ['beneficiary:read'], areaPermissions: [{ projectId: null, area: 'ke.kisumu2', permissions: ['beneficiary:read', 'beneficiary:read-pii'] }] };
    expect(await found('wanjiru', elsewhere)).toEqual([]);
    expect(await found('wanjiru')).toHaveLength(1);
  });

  it('may share phones and accounts, but a wallet has one owner', async () => {
    const shared = { phones: ['+254744000001'], bankAccount: { bank: 'KCB', number: '5566' } };
    const ids = [await register({ ...shared, fullName: 'Mother Shared' }), await register({ ...shared, fullName: 'Son Shared' })];
    expect(await found('+254744000001')).toEqual(ids);
    const wallet = { walletAddress: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed' };
    await register(wallet);
    await expect(register(wallet)).rejects.toMatchObject({ code: 'CONFLICT', details: { field: 'input.walletAddress' } });
    await expect(service.update(worker, ids[0] ?? '', wallet, key())).rejects.toMatchObject({ code: 'CONFLICT', details: { field: 'input.walletAddress' } });
    const rivals = await Promise.allSettled(Array.from({ length: 5 }, () => register({ walletAddress: '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359' })));
    expect(rivals.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const rival of rivals) if (rival.status === 'rejected') expect(rival.reason).toMatchObject({ code: 'CONFLICT' });
  });

  it('of two thousand people is written in as many statements as that of one', async () => {
    const people = (count: number) => Array.from({ length: count }, (_, n) => ({
      referenceId: `bulk-${count}-${n}`, gender: 'FEMALE' as never, birthDate: null, preferredLanguage: 'sw', areaCode: null, walletAddress: null,
      personal: { ...amina, fullName: `Bulk ${n}`, walletAddress: undefined, attributes: {} },
    }));
    const cost = async (count: number): Promise<number> => {
      let statements = 0;
      await transaction(prisma, async (tx) => {
        const counted = { ...tx, sql: { execute: (...args: Parameters<typeof tx.sql.execute>) => ((statements += 1), tx.sql.execute(...args)), query: ((...args: Parameters<typeof tx.sql.query>) => ((statements += 1), tx.sql.query(...args))) as typeof tx.sql.query } };
        await new Registrar(protectedData, createAttributes({ database: prisma })).register(counted, { actorId: null, organizationId: worker.organizationId ?? '' }, people(count), String);
      });
      return statements;
    };
    expect(await cost(2000)).toBe(await cost(1));
  });
});

test('what an older version stored in the open is sealed, by several that start at once, and found from then on', async () => {
  const ids = Array.from({ length: 1500 }, () => newId());
  await prisma.beneficiary.createMany({ data: ids.map((id) => ({ id, organizationId: worker.organizationId ?? '', referenceId: id })) });
  await pool.query(`INSERT INTO beneficiary_pii (beneficiary_id, full_name, phone) SELECT id, 'Older ' || id, CASE WHEN id = ANY($2) THEN '+254755000001' END FROM unnest($1::uuid[]) AS p(id)`, [ids, ids.slice(0, 2)]);
  const sealed = await Promise.all([sealPlain(prisma, protectedData), sealPlain(prisma, protectedData)]);
  expect(sealed.reduce((sum, count) => sum + count, 0)).toBe(1500);
  expect((await pool.query('SELECT 1 FROM beneficiary_pii WHERE full_name IS NOT NULL OR phone IS NOT NULL')).rows).toHaveLength(0);
  expect((await found('+254755000001')).sort()).toEqual(ids.slice(0, 2).sort());
  expect((await repository.findPii(worker, ids.slice(0, 1)))[0]).toMatchObject({ fullName: `Older ${ids[0]}`, phones: ['+254755000001'] });
});
