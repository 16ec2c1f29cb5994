import { graphql } from 'graphql';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import type { Subgraph } from '#kernel/graphql';
import { useTestDatabase } from '../../../tests/kit/database';
import { buildCoreSubgraph, type createSlices } from '../app';
import { createAttributes } from '../attributes';
import { createBeneficiaries } from '../beneficiaries';
import { createDatabase, transaction, type CoreDatabase } from '../database';
import { readTable } from '../imports/reading';
import { createTestProtectedData, createTestSlices } from '../testing/slices';
import { ExportRepository, giveUp, runExport, type ExportDeps } from '.';
import { workbook } from './writers';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let subgraph: Subgraph;
let slices: ReturnType<typeof createSlices>;
let deps: ExportDeps;
let organizationId: string;
let officer: Principal;
let rights: Principal | null;
let people: ReturnType<typeof createBeneficiaries>;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 8, name: 'test' });
  prisma = createDatabase(pool);
  const protectedData = createTestProtectedData();
  slices = createTestSlices(prisma, { protectedData });
  subgraph = await buildCoreSubgraph(slices.all);
  people = createBeneficiaries({ database: prisma, protectedData, attributes: createAttributes({ database: prisma }) });
  deps = { database: prisma, repository: new ExportRepository(prisma), beneficiaries: people, consents: slices.consents, attributes: createAttributes({ database: prisma }), documents: slices.documents, principalOf: async () => rights, page: 3 };
});
beforeEach(async () => {
  organizationId = (await prisma.organization.create({ data: { id: newId(), slug: newId(), name: 'Ours' } })).id;
  const subject = newId();
  await prisma.user.create({ data: { id: subject, organizationId, displayName: 'Officer', email: `${subject}@ours.example`, passwordHash: 'x' } });
  officer = { subject, organizationId, roles: [], permissions: ['beneficiary:read', 'beneficiary:read-pii', 'beneficiary:write', 'beneficiary:export', 'document:read', 'audit:read'], projectPermissions: {} };
  rights = officer;
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

function register(count: number, more: { fullName?: string; areaCode?: string } = {}): Promise<string[]> {
  const personal = { fullName: 'Amina Otieno', phones: ['+254711000001'], email: null, address: null, governmentIds: [{ kind: 'national-id', number: '00123' }], bankAccount: null, attributes: {}, ...(more.fullName ? { fullName: more.fullName } : {}) };
  const one = () => ({ referenceId: newId(), gender: 'FEMALE' as never, birthDate: '1990-03-01', preferredLanguage: 'sw', areaCode: more.areaCode ?? 'ke.kisumu', walletAddress: null, personal });
  return transaction(prisma, (tx) => people.registrar.register(tx, { actorId: null, organizationId }, Array.from({ length: count }, one), String));
}

interface Shown {
  id: string;
  status: string;
  rows: number | null;
  withheld: number | null;
  failure: string | null;
  document: { id: string; sensitivity: string; retainUntil: string | null } | null;
}

async function ask<T>(source: string, variables: Record<string, unknown>, principal = officer): Promise<T> {
  const { data, errors } = await graphql({ schema: subgraph.schema, source, variableValues: { key: newId(), ...variables }, contextValue: { principal } });
  if (errors?.[0]) throw errors[0].originalError ?? errors[0];
  return JSON.parse(JSON.stringify(data)) as T;
}

async function start(input: Record<string, unknown> = {}, principal = officer): Promise<string> {
  const all = { format: 'CSV', purpose: 'INTERNAL', ...input };
  return (await ask<{ exportBeneficiaries: { id: string } }>('mutation ($input: ExportBeneficiariesInput!, $key: String!) { exportBeneficiaries(input: $input, idempotencyKey: $key) { id } }', { input: all }, principal)).exportBeneficiaries.id;
}

const shown = async (id: string): Promise<Shown> => (await ask<{ export: Shown }>('query ($id: ID!) { export(id: $id) { id status rows withheld failure document { id sensitivity retainUntil } } }', { id })).export;

async function contentOf({ document }: Shown): Promise<Buffer> {
  const stored = await slices.documents.read(organizationId, document?.id ?? '');
  const pieces: Uint8Array[] = [];
  for await (const piece of stored?.content ?? []) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function made(input: Record<string, unknown> = {}, principal = officer): Promise<{ shown: Shown; content: Buffer }> {
  rights = principal;
  const id = await start(input, principal);
  await runExport(deps, id);
  const result = await shown(id);
  return { shown: result, content: await contentOf(result) };
}

/** What our own reader of tables finds in a file. */
async function table(content: Buffer): Promise<Array<Record<string, string>>> {
  const rows: string[][] = [];
  for await (const { cells } of readTable((async function* () {
    yield content;
  })())) rows.push(cells);
  const [headers = [], ...below] = rows;
  return below.map((cells) => Object.fromEntries(headers.map((header, index) => [header, cells[index] ?? ''])));
}

describe('an export', () => {
  it.each(['CSV', 'XLSX', 'JSON'])('as %s holds everybody who fits, marked with who made it, and can be read again without losing a digit', async (format) => {
    const ids = await register(8);
    await register(2, { areaCode: 'ug.gulu' });
    const { shown: result, content } = await made({ format, personal: true, filter: { areaCode: 'ke' } });
    expect(result).toMatchObject({ status: 'READY', rows: 8, withheld: 0, document: { sensitivity: 'PERSONAL', retainUntil: expect.any(String) } });
    const rows = await table(content);
    const references = await prisma.beneficiary.findMany({ where: { id: { in: ids } }, select: { referenceId: true } });
    expect(rows.map(({ referenceId }) => referenceId).sort()).toEqual(references.map(({ referenceId }) => referenceId).sort());
    expect(rows[0]).toMatchObject({ fullName: 'Amina Otieno', phone: '+254711000001', governmentIds: 'national-id: 00123', birthDate: '1990-03-01', exportedBy: officer.subject, exportId: result.id });
  });

  it('has no personal data where it was not asked for, nor where the caller may not read it', async () => {
    await register(3);
    const { content, shown: open } = await made();
    expect([content.toString().includes('Amina'), open.document?.sensitivity]).toEqual([false, 'PERSONAL']);
    const local: Principal = { ...officer, permissions: officer.permissions.filter((one) => one !== 'beneficiary:read-pii'), areaPermissions: [{ projectId: null, area: 'ke.kisumu', permissions: ['beneficiary:read-pii'] }] };
    await register(1, { areaCode: 'ke.kisumu2' });
    const rows = await table((await made({ personal: true }, local)).content);
    expect(rows.map(({ areaCode, fullName }) => [areaCode, fullName])).toEqual([...Array.from({ length: 3 }, () => ['ke.kisumu', 'Amina Otieno']), ['ke.kisumu2', '']]);
    await expect(start({ personal: true }, { ...officer, permissions: ['beneficiary:read', 'beneficiary:export'] })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('reaches only whom its maker may export, and nobody once they may no longer', async () => {
    await register(2);
    await register(2, { areaCode: 'ke.kisumu2' });
    const local: Principal = { ...officer, permissions: ['beneficiary:read', 'document:read'], areaPermissions: [{ projectId: null, area: 'ke.kisumu', permissions: ['beneficiary:export'] }] };
    expect((await table((await made({}, local)).content)).map(({ areaCode }) => areaCode)).toEqual(['ke.kisumu', 'ke.kisumu']);
    const id = await start();
    rights = { ...officer, permissions: [] };
    await runExport(deps, id);
    expect(await shown(id)).toMatchObject({ status: 'FAILED', failure: 'FORBIDDEN', document: null });
  });

  it('for others leaves out people who have not agreed to sharing, and says how many', async () => {
    const [ada = ''] = await register(1, { fullName: 'Ada Agrees' });
    await register(4, { fullName: 'Nobody Asked' });
    await ask('mutation ($ids: [ID!]!, $key: String!) { recordConsents(beneficiaryIds: $ids, input: { purpose: SHARING, method: WRITTEN, language: "sw", wording: "n-1" }, idempotencyKey: $key) { id } }', { ids: [ada] });
    const { shown: result, content } = await made({ personal: true, purpose: 'SHARING' });
    expect(result).toMatchObject({ rows: 1, withheld: 4 });
    expect((await table(content)).map(({ fullName }) => fullName)).toEqual(['Ada Agrees']);
    expect((await made({ purpose: 'SHARING' })).shown).toMatchObject({ rows: 1, withheld: 4 });
  });

  it('has the columns that are asked for, attributes among them, personal ones only on request', async () => {
    const define = (key: string, isPersonal: boolean) => ask('mutation ($input: DefineAttributeInput!, $key: String!) { defineAttribute(input: $input, idempotencyKey: $key) { id } }', { input: { key, type: 'TEXT', label: [{ language: 'en', text: key }], isPersonal } }, { ...officer, permissions: [...officer.permissions, 'attribute:write'] });
    await define('village', false);
    await define('diagnosis', true);
    const [id = ''] = await register(1);
    await ask('mutation ($id: ID!, $input: UpdateBeneficiaryInput!, $key: String!) { updateBeneficiary(id: $id, input: $input, idempotencyKey: $key) { id } }', { id, input: { attributes: { village: 'Ahero', diagnosis: 'flu' } } });
    expect(Object.keys((await table((await made()).content))[0] ?? {})).toEqual(expect.arrayContaining(['referenceId', 'attributes.village', 'exportId']));
    const [row] = await table((await made({ personal: true, columns: ['attributes.diagnosis', 'fullName', 'attributes.village'] })).content);
    expect(Object.entries(row ?? {}).slice(0, 3)).toEqual([['attributes.diagnosis', 'flu'], ['fullName', 'Amina Otieno'], ['attributes.village', 'Ahero']]);
    expect(Object.keys(row ?? {})).toHaveLength(6);
    await expect(start({ columns: ['referenceId', 'shoeSize'] })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'input.columns.1' } });
    await expect(start({ columns: ['attributes.diagnosis'] })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining('personal: true') });
  });

  it('stops in the middle when who asked may export nobody any more, and leaves no file', async () => {
    await register(7);
    const id = await start();
    let asked = 0;
    await runExport({ ...deps, principalOf: async () => ((asked += 1) < 3 ? officer : { ...officer, permissions: [] }) }, id);
    expect([asked, await shown(id)]).toMatchObject([3, { status: 'FAILED', failure: 'FORBIDDEN', document: null }]);
    expect(await prisma.document.count({ where: { organizationId, status: { not: 'DELETED' } } })).toBe(0);
  });

  it('is given up where it cannot be made, and can be asked for anew', async () => {
    const id = await start();
    await giveUp(deps, id);
    expect(await shown(id)).toMatchObject({ status: 'FAILED', failure: 'GIVEN_UP' });
    await runExport(deps, id);
    expect((await shown(id)).status).toBe('FAILED');
    expect((await made()).shown.status).toBe('READY');
  });

  it('goes on in a further sheet where one is full', async () => {
    const rows = (async function* () {
      for (let n = 0; n < 7; n += 1) yield [`R-${n}`];
    })();
    const pieces: Uint8Array[] = [];
    for await (const piece of workbook(4)({ headers: ['referenceId'], rows })) pieces.push(piece);
    const content = Buffer.concat(pieces);
    const sheets = await Promise.all(['People', 'People 2', 'People 3'].map(async (sheet) => {
      const found: string[] = [];
      for await (const { cells } of readTable((async function* () {
        yield content;
      })(), null, { sheet })) found.push(cells[0] ?? '');
      return found;
    }));
    expect(sheets).toEqual([['referenceId', 'R-0', 'R-1', 'R-2'], ['referenceId', 'R-3', 'R-4', 'R-5'], ['referenceId', 'R-6']]);
  });

  it('runs nothing when a spreadsheet opens it', async () => {
    await register(1, { fullName: "=cmd|' /C calc'!A0" });
    const csv = (await made({ personal: true })).content.toString();
    expect(csv).toContain(`"'=cmd|' /C calc'!A0"`);
    const [row] = await table((await made({ personal: true, format: 'XLSX' })).content);
    expect(row?.fullName).toBe("=cmd|' /C calc'!A0"); // a text cell is no formula
  });

  it('is made once, however often its job runs, and each reading of personal data is recorded with the export as its purpose', async () => {
    const ids = await register(7);
    const id = await start({ personal: true });
    await Promise.all([runExport(deps, id), runExport(deps, id)]);
    await runExport(deps, id);
    expect(await shown(id)).toMatchObject({ status: 'READY', rows: 7 });
    const { rows } = await pool.query(`SELECT payload FROM audit_entry WHERE action = 'beneficiary.personal-data-read' AND organization_id = $1`, [organizationId]);
    expect(new Set(rows.flatMap(({ payload }) => payload.beneficiaryIds as string[]))).toEqual(new Set(ids));
    expect(new Set(rows.map(({ payload }) => payload.purpose as string))).toEqual(new Set([`export ${id}`]));
    expect(await prisma.document.count({ where: { organizationId, kind: 'export', status: { not: 'DELETED' } } })).toBe(1);
    const ready = await pool.query(`SELECT count(*)::int AS told FROM audit_entry WHERE action = 'export.ready' AND entity_id = $1`, [id]);
    expect(ready.rows[0].told).toBe(1);
  });

  it('is downloaded by who asked for it, also where they see people of one area only, and by nobody else', async () => {
    await register(1);
    const local: Principal = { ...officer, permissions: [], areaPermissions: [{ projectId: null, area: 'ke.kisumu', permissions: ['beneficiary:read', 'beneficiary:export'] }] };
    rights = local;
    const id = await start({}, local);
    await runExport(deps, id);
    const urlFor = async (principal: Principal) => (await ask<{ export: { downloadUrl: string | null } | null }>('query ($id: ID!) { export(id: $id) { downloadUrl } }', { id }, principal)).export?.downloadUrl;
    expect(await urlFor(local)).toMatch(/\/files\/.+ticket=/);
    expect(await urlFor({ ...officer, subject: newId() })).toBeNull();
    expect(await urlFor({ ...local, subject: newId() })).toBeUndefined();
  });

  it.each(['CSV', 'XLSX', 'JSON'])('as %s that cannot be read to its end is no file, and is tried again', async (format) => {
    await register(3);
    const id = await start({ format });
    const broken: ExportDeps = { ...deps, beneficiaries: { ...people, access: Object.assign(Object.create(Object.getPrototypeOf(people.access) as object) as typeof people.access, people.access, { find: () => Promise.reject(new Error('the database is gone')) }) } };
    await expect(runExport(broken, id)).rejects.toThrow('the database is gone');
    expect(await shown(id)).toMatchObject({ status: 'RUNNING', document: null });
    await runExport(deps, id);
    expect(await shown(id)).toMatchObject({ status: 'READY', rows: 3 });
  });

  it('remembers no name that was searched for, and is asked for by people only', async () => {
    await expect(start({ filter: { search: 'Amina' } })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining('search') });
    await expect(start({}, { ...officer, subject: 'api-key:1' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('holds one page of people at a time, however many there are', async () => {
    await register(400);
    let most = 0;
    const { selection } = people;
    const counted: ExportDeps = { ...deps, page: 50, beneficiaries: { ...people, selection: Object.assign(Object.create(Object.getPrototypeOf(selection) as object) as typeof selection, selection, { page: async (...args: Parameters<typeof selection.page>) => {
      const page = await selection.page(...args);
      most = Math.max(most, page.length);
      return page;
    } }) } };
    const id = await start({ format: 'XLSX', personal: true });
    await runExport(counted, id);
    expect([await shown(id), most]).toMatchObject([{ rows: 400 }, 50]);
  });
});
