import fc from 'fast-check';
import { graphql } from 'graphql';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import type { Subgraph } from '#kernel/graphql';
import { useTestDatabase } from '../../../tests/kit/database';
import { buildCoreSubgraph, type createSlices } from '../app';
import { createAttributes } from '../attributes';
import { createDatabase, type CoreDatabase } from '../database';
import { enrolPeople } from '../enrollments';
import type { ProtectedData } from '../protected-data';
import { createTestProtectedData, createTestSlices } from '../testing/slices';
import { ImportRepository, forgetOldImports, phaseDeps, runPhases, type PhaseDeps } from '.';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let subgraph: Subgraph;
let slices: ReturnType<typeof createSlices>;
let protectedData: ProtectedData;
let organizationId: string;
let registrar: Principal;
let deps: PhaseDeps;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 8, name: 'test' });
  prisma = createDatabase(pool);
  protectedData = createTestProtectedData();
  slices = createTestSlices(prisma, { protectedData });
  subgraph = await buildCoreSubgraph(slices.all);
  deps = phaseDeps({ database: prisma, documents: slices.documents, protectedData, attributes: createAttributes({ database: prisma }), enrol: enrolPeople, principalOf: async (userId) => (userId === registrar.subject ? registrar : null), chunk: 3 });
});
beforeEach(async () => {
  organizationId = (await prisma.organization.create({ data: { id: newId(), slug: newId(), name: 'Ours' } })).id;
  registrar = principal();
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

const ALL = ['beneficiary:read', 'beneficiary:read-pii', 'beneficiary:write', 'beneficiary:import', 'document:read', 'document:write', 'project:read', 'enrollment:write'];

function principal(more: Partial<Principal> = {}): Principal {
  return { subject: newId(), organizationId, roles: [], permissions: ALL, projectPermissions: {}, ...more };
}

interface Batch {
  id: string;
  status: string;
  dateOrder: string | null;
  failure: { code: string; message: string } | null;
  counts: Record<'total' | 'valid' | 'invalid' | 'duplicate' | 'skipped' | 'committed' | 'toUpdate' | 'updated', number>;
  progress: { done: number; total: number | null };
  mapping: Array<{ header: string; field: string | null }>;
  rows: { edges: Array<{ node: { row: number; status: string; problems: Array<{ column: string; code: string; advice: string }>; doubles: { by: string; row: number | null; beneficiaryId: string | null } | null; person: { id: string; referenceId: string; fullName: string; phones: string[]; birthDate: string | null; gender: string } | null } }> };
}

const FIELDS = `id status dateOrder failure { code message } counts { total valid invalid duplicate skipped committed toUpdate updated } progress { done total } mapping { header field }
  rows(first: 100) { edges { node { row status problems { column code advice } doubles { by row beneficiaryId } person { id referenceId fullName phones birthDate gender } } } }`;

async function ask<T>(source: string, variables: Record<string, unknown>, by: Principal): Promise<T> {
  const { data, errors } = await graphql({ schema: subgraph.schema, source, variableValues: { key: newId(), ...variables }, contextValue: { principal: by } });
  if (errors?.[0]) throw errors[0].originalError ?? errors[0];
  return JSON.parse(JSON.stringify(data)) as T;
}

function upload(content: string | Buffer, filename = 'people.csv'): Promise<string> {
  const made = { organizationId, projectId: null, createdById: registrar.subject, filename, kind: 'import', sensitivity: 'PERSONAL' as const, retainUntil: null };
  return slices.documents.intake.keep(made, (async function* () {
    yield Buffer.from(content as string);
  })());
}

async function start(content: string | Buffer, input: Record<string, unknown> = {}, by = registrar): Promise<string> {
  const documentId = await upload(content);
  const { startImport } = await ask<{ startImport: { id: string } }>('mutation ($input: StartImportInput!, $key: String!) { startImport(input: $input, idempotencyKey: $key) { id } }', { input: { documentId, country: 'KE', ...input } }, by);
  return startImport.id;
}

async function batch(id: string, by = registrar): Promise<Batch> {
  return (await ask<{ importBatch: Batch }>(`query ($id: ID!) { importBatch(id: $id) { ${FIELDS} } }`, { id }, by)).importBatch;
}

async function reviewed(content: string | Buffer, input: Record<string, unknown> = {}, by = registrar): Promise<Batch> {
  const id = await start(content, input, by);
  await runPhases(deps, id);
  return batch(id, by);
}

async function commit(id: string, by = registrar): Promise<Batch> {
  await ask('mutation ($id: ID!, $key: String!) { commitImport(id: $id, idempotencyKey: $key) { status } }', { id }, by);
  await runPhases(deps, id);
  return batch(id, by);
}

const rowsOf = ({ rows }: Batch) => rows.edges.map(({ node }) => node);
const people = (): Promise<number> => prisma.beneficiary.count({ where: { organizationId } });

const FILE = `Reference,Full name,Phone Number,Gender*,Birth date,ID number,Village
A-1,Amina  Otieno ,0712 345 678,Féminin,25-03-1990,12345678,Ahero
A-2,José Ñáñez,+254712345678,masculin ,14/07/1985,23456789,Kano
A-3,Wanjiru,2.54708E+11,f,01-02-1991,34567890,Ahero
A-4,Otieno,0722000004,femme?,31-02-1990,45678901,Ahero
A-5,,0722000005,F,03-04-1992,56789012,Ahero
A-6,Atieno Achieng,0722000006,mwanamke,05-06-1993,12345678,Ahero
A-1,Somebody Else,0722000007,M,07-08-1994,67890123,Ahero
`;

describe('an import', () => {
  it('reads, checks, compares, and registers what is right, once, leaving the rest to be corrected', async () => {
    const review = await reviewed(FILE);
    expect(review).toMatchObject({ status: 'IN_REVIEW', dateOrder: 'DMY', counts: { total: 7, valid: 2, invalid: 3, duplicate: 2, committed: 0 }, progress: { done: 7, total: 7 } });
    expect(review.mapping.map(({ field }) => field)).toEqual(['referenceId', 'fullName', 'phone', 'gender', 'birthDate', 'governmentIds.national-id', 'attributes.village']);
    expect(rowsOf(review).map(({ row, status, problems, doubles }) => [row, status, ...problems.map(({ column, code }) => `${column} ${code}`), ...(doubles ? [`${doubles.by} ${doubles.row}`] : [])])).toEqual([
      [2, 'VALID'],
      [3, 'VALID'],
      [4, 'INVALID', 'Phone Number MANGLED_NUMBER'],
      [5, 'INVALID', 'Gender* GENDER_UNKNOWN_WORD', 'Birth date DATE_INVALID'],
      [6, 'INVALID', 'Full name MISSING'],
      [7, 'DUPLICATE', 'GOVERNMENT_ID 2'],
      [8, 'DUPLICATE', 'REFERENCE 2'],
    ]);
    expect(await people()).toBe(0);
    const done = await commit(review.id);
    expect(done).toMatchObject({ status: 'PARTIALLY_COMMITTED', counts: { committed: 2, invalid: 3, duplicate: 2 } });
    expect(rowsOf(done).slice(0, 2).map(({ person }) => person)).toMatchObject([
      { referenceId: 'A-1', fullName: 'Amina  Otieno', phones: ['+254712345678'], birthDate: '1990-03-25', gender: 'FEMALE' },
      { referenceId: 'A-2', fullName: 'José Ñáñez', phones: ['+254712345678'], birthDate: '1985-07-14', gender: 'MALE' },
    ].map((person) => ({ ...person, fullName: person.fullName.replace(/\s+/g, ' ') })));
    const { rows } = await pool.query(`SELECT count(*)::int AS told FROM audit_entry WHERE organization_id = $1 AND action = 'beneficiary.registered'`, [organizationId]);
    expect([await people(), rows[0].told]).toEqual([2, 2]);
  });

  it('of the same file with the same settings is the same import, under any key, also when it is started many times at once; committed again it registers nobody', async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, () => start(FILE)));
    expect(new Set(ids).size).toBe(1);
    const [id = ''] = ids;
    await runPhases(deps, id);
    await commit(id);
    expect(await start(FILE)).toBe(id);
    await commit(id);
    expect(await people()).toBe(2);
    expect(await start(FILE, { country: 'UG' })).not.toBe(id);
  });

  it('shows nothing of the file in events, audit entries, keys, jobs and rows', async () => {
    await commit((await reviewed(FILE)).id);
    for (const table of ['import_batch', 'import_row', 'import_identifier', 'audit_entry', 'outbox_event', 'idempotency_key']) {
      const { rows } = await pool.query(`SELECT t::text AS text FROM ${table} t`);
      const text = rows.map((row) => row.text as string).join();
      expect({ table, shows: ['Amina', 'Otieno', 'Wanjiru', '712345678', '12345678', 'Ahero'].filter((mark) => text.includes(mark) || text.includes(Buffer.from(mark).toString('hex'))) }).toEqual({ table, shows: [] });
    }
  });

  it('lets somebody decide on rows: who only shares a document is registered after all, who shares a reference never', async () => {
    const { id } = await reviewed(FILE);
    const decide = (rows: number[], decision: string) => ask(`mutation ($id: ID!, $rows: [Int!], $decision: ImportDecision!, $key: String!) { decideImportRows(id: $id, rows: $rows, decision: $decision, idempotencyKey: $key) { status } }`, { id, rows, decision }, registrar);
    await expect(decide([8], 'CREATE')).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining('row 8') });
    await expect(decide([4], 'CREATE')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await decide([7], 'CREATE');
    await decide([3], 'SKIP');
    expect(await commit(id)).toMatchObject({ counts: { committed: 2, skipped: 1, duplicate: 1 } });
    expect((await prisma.beneficiary.findMany({ where: { organizationId }, orderBy: { referenceId: 'asc' } })).map(({ referenceId }) => referenceId)).toEqual(['A-1', 'A-6']);
  });

  it('finds who is registered already, by reference or by document, and lets families share a phone', async () => {
    await commit((await reviewed(FILE)).id);
    const again = await reviewed('Reference,Name,Phone,National ID\nB-1,Amina O.,0712345678,1234 5678\nA-2,Jose,0712345678,\nB-3,A daughter,0712345678,\n');
    expect(rowsOf(again).map(({ status, doubles }) => [status, doubles?.by])).toEqual([['DUPLICATE', 'GOVERNMENT_ID'], ['DUPLICATE', 'REFERENCE'], ['VALID', undefined]]);
    expect(rowsOf(again)[0]?.doubles?.beneficiaryId).toEqual(expect.any(String));
  });

  it('leaves out who was registered by somebody else between review and commit', async () => {
    const { id } = await reviewed(FILE);
    await commit((await reviewed('Reference,Name\nA-2,Another One\n')).id);
    expect(await commit(id)).toMatchObject({ status: 'PARTIALLY_COMMITTED', counts: { committed: 1, duplicate: 3 } });
    expect(await people()).toBe(2);
  });

  it('asks in which order dates stand when the file does not tell, and reads it anew with the answer', async () => {
    const file = 'Reference,Name,Birth date\nD-1,One,03-04-1990\nD-2,Two,05-06-1991\n';
    const review = await reviewed(file);
    expect(review).toMatchObject({ dateOrder: 'AMBIGUOUS', counts: { invalid: 2 } });
    expect(rowsOf(review)[0]?.problems[0]).toMatchObject({ code: 'DATE_AMBIGUOUS', advice: expect.stringContaining('day or month') });
    await ask('mutation ($id: ID!, $key: String!) { remapImport(id: $id, input: { dateOrder: MDY }, idempotencyKey: $key) { status } }', { id: review.id }, registrar);
    await runPhases(deps, review.id);
    const done = await commit(review.id);
    expect(rowsOf(done).map(({ person }) => person?.birthDate)).toEqual(['1990-03-04', '1991-05-06']);
  });

  it('cannot be turned into another import of the same file that reads it in this way', async () => {
    const dates = 'Reference,Name,Birth date\nD-1,Amina Otieno,03-04-1990\n';
    const asMonthFirst = await reviewed(dates, { dateOrder: 'MDY' });
    const columns = asMonthFirst.mapping.map(({ field }, column) => ({ column, field }));
    const remap = (id: string) => ask('mutation ($id: ID!, $input: RemapImportInput!, $key: String!) { remapImport(id: $id, input: $input, idempotencyKey: $key) { status } }', { id, input: { dateOrder: 'MDY', mapping: columns } }, registrar);
    await remap(asMonthFirst.id);
    await runPhases(deps, asMonthFirst.id);
    const other = await reviewed(dates);
    await expect(remap(other.id)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await batch(other.id)).status).toBe('IN_REVIEW');
  });

  it('takes another mapping, remembers it for files with the same headers, and refuses one that the file does not have', async () => {
    const headers = 'c1,c2\n';
    const review = await reviewed(`${headers}M-1,First Name\n`);
    expect(review.counts).toMatchObject({ valid: 0, invalid: 1 });
    const remap = (mapping: object[]) => ask('mutation ($id: ID!, $mapping: [ImportColumnInput!]!, $key: String!) { remapImport(id: $id, input: { mapping: $mapping }, idempotencyKey: $key) { status } }', { id: review.id, mapping }, registrar);
    await expect(remap([{ column: 0, field: 'fullName' }, { column: 1, field: 'fullName' }])).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining('is column 0 already') });
    await expect(remap([{ column: 0, field: 'password' }])).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining('is no field') });
    await remap([{ column: 0, field: 'referenceId' }, { column: 1, field: 'fullName' }]);
    await runPhases(deps, review.id);
    await commit(review.id);
    expect((await reviewed(`${headers}M-2,Second Name\n`)).counts).toMatchObject({ valid: 1 });
    expect(await reviewed(`${headers}M-3,Third\n`, { mapping: [{ column: 7, field: 'fullName' }] })).toMatchObject({ status: 'FAILED', failure: { code: 'BAD_USER_INPUT', message: expect.stringContaining('column 7') } });
  });

  it('registers nobody outside the areas of who imports, and shows such a caller their own imports only', async () => {
    const areaPermissions = [{ projectId: null, area: 'ke.kisumu', permissions: ['beneficiary:import', 'beneficiary:read'] }];
    const local = principal({ permissions: ['document:read', 'beneficiary:read-pii'], areaPermissions });
    const file = 'Reference,Name,Area\nR-1,Inside,ke.kisumu.east\nR-2,Neighbour,ke.kisumu2\nR-3,Nowhere,\n';
    const review = await reviewed(file, {}, local);
    expect(rowsOf(review).map(({ status, problems }) => [status, problems[0]?.code])).toEqual([['VALID', undefined], ['INVALID', 'AREA_FORBIDDEN'], ['INVALID', 'AREA_FORBIDDEN']]);
    await commit(review.id, local);
    expect(await people()).toBe(1);
    await expect(batch(review.id, principal({ permissions: ['beneficiary:read'], areaPermissions }))).resolves.toBeNull();
    await expect(start(file, {}, principal({ permissions: ['document:read', 'beneficiary:read-pii', 'beneficiary:import'], organizationId: newId() }))).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('registers one of those who have a wallet in common, also when their chunks are written side by side and wait for each other', async () => {
    const wallet = '0x52908400098527886E0F7030069857D2E4169EE7';
    const review = await reviewed(`Reference,Name,Wallet address\n${Array.from({ length: 6 }, (_, n) => `W-${n},Person ${n},${n % 2 ? '' : wallet}\n`).join('')}`);
    expect(review.counts).toMatchObject({ valid: 4, duplicate: 2 });
    await prisma.importRow.updateMany({ where: { batchId: review.id }, data: { status: 'VALID' } });
    deps = { ...deps, chunk: 1 };
    const done = await commit(review.id);
    deps = { ...deps, chunk: 3 };
    expect(done).toMatchObject({ status: 'PARTIALLY_COMMITTED', counts: { committed: 4, duplicate: 2 } });
    expect(await people()).toBe(4);
  });

  it('enrols the people in the project that it names, in the same step', async () => {
    const project = await prisma.project.create({
      data: { id: newId(), organizationId, slug: newId(), name: 'P', typeCode: 't', status: 'ACTIVE', currency: 'KES', budgetMinor: 0n, startsOn: new Date(), endsOn: new Date(), settings: {}, createdById: 'x' },
    });
    await commit((await reviewed(FILE, { projectId: project.id })).id);
    expect(await prisma.enrollment.count({ where: { projectId: project.id } })).toBe(2);
    await commit((await reviewed('Reference,Name,paymentAmountMultiplier,maxPayments\nE-1,One,"1,5",3\nE-2,Two,,\nE-3,Three,many,\n', { projectId: project.id })).id);
    await commit((await reviewed('Reference,paymentAmountMultiplier\nE-2,2\n', { projectId: project.id, mode: 'UPDATE' })).id);
    const terms = await prisma.enrollment.findMany({ where: { projectId: project.id, beneficiary: { referenceId: { startsWith: 'E-' } } }, orderBy: { beneficiary: { referenceId: 'asc' } } });
    expect(terms.map(({ multiplierHundredths, maxPayments }) => [multiplierHundredths, maxPayments])).toEqual([[150, 3], [200, null]]);
    await expect(start('Reference,Name\nE-9,One\n', { projectId: project.id }, principal({ permissions: ALL.filter((one) => one !== 'enrollment:write') }))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('that is only tried cannot be committed, and one that is refused leaves no rows', async () => {
    const tried = await reviewed(FILE, { dryRun: true });
    await expect(commit(tried.id)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    await ask('mutation ($id: ID!, $key: String!) { refuseImport(id: $id, idempotencyKey: $key) { status } }', { id: tried.id }, registrar);
    expect(await batch(tried.id)).toMatchObject({ status: 'REFUSED', rows: { edges: [] } });
    expect(await start(FILE, { dryRun: true })).not.toBe(tried.id);
  });

  it('gives back the bad rows, as they stand in the file, with what to do; formulas are made text', async () => {
    const { id } = await reviewed(`${FILE}A-9,=cmd|' /C calc'!A0,12,F,01-01-1990,,"a ""quoted"", village"\n`);
    const { reportImportErrors } = await ask<{ reportImportErrors: { id: string; encrypted: boolean } }>('mutation ($id: ID!) { reportImportErrors(id: $id) { id encrypted } }', { id }, registrar);
    const stored = await slices.documents.read(organizationId, reportImportErrors.id);
    const pieces: Uint8Array[] = [];
    for await (const piece of stored?.content ?? []) pieces.push(piece);
    const lines = Buffer.concat(pieces).toString().split('\r\n');
    expect(reportImportErrors.encrypted).toBe(true);
    expect(lines).toHaveLength(8);
    expect(lines[1]).toBe(
      '"A-3","Wanjiru","2.54708E+11","f","01-02-1991","34567890","Ahero","4","INVALID","Phone Number","MANGLED_NUMBER","A spreadsheet has turned this number into a rounded one (as in 2.54708E+11); its digits are lost.","Take the original file, format the column as text before opening or typing, and export again."',
    );
    expect(lines.at(-2)).toMatch(/^"A-9","'=cmd\|' \/C calc'!A0","12",.*"a ""quoted"", village","9","INVALID","Phone Number","PHONE_INVALID"/);
  });
});

test('an import keeps attributes that are defined, in their types, personal ones sealed, and leaves out what nobody has defined', async () => {
  const define = (input: object) => ask('mutation ($input: DefineAttributeInput!, $key: String!) { defineAttribute(input: $input, idempotencyKey: $key) { id } }', { input }, principal({ permissions: [...ALL, 'attribute:write'] }));
  const label = [{ language: 'en', text: 'Household size' }];
  await define({ key: 'household_members', type: 'NUMBER', label, isPersonal: false });
  await define({ key: 'disability', type: 'BOOLEAN', label: [{ language: 'en', text: 'Lives with a disability' }], isPersonal: true });
  const review = await reviewed('Reference,Name,Household size,disability,Shoe size\nT-1,One,7,Oui,44\nT-2,Two,many,no,\n', { mapping: [{ column: 0, field: 'referenceId' }, { column: 1, field: 'fullName' }, { column: 2, field: 'attributes.householdSize' }, { column: 3, field: 'attributes.disability' }, { column: 4, field: 'attributes.shoeSize' }] });
  expect(rowsOf(review).map(({ status, problems }) => [status, problems[0]?.code, problems[0]?.column])).toEqual([['VALID', undefined, undefined], ['INVALID', 'ATTRIBUTE_INVALID', 'householdSize']]);
  await commit(review.id);
  const [person] = await prisma.beneficiary.findMany({ where: { organizationId } });
  expect(person?.attributes).toEqual({ household_members: 7 });
});

describe('an import that changes people', () => {
  const decideAll = (id: string, decision: string) => ask('mutation ($id: ID!, $decision: ImportDecision!, $key: String!) { decideImportRows(id: $id, decision: $decision, idempotencyKey: $key) { status } }', { id, decision }, registrar);
  const find = async (referenceId: string) => {
    const { id } = await prisma.beneficiary.findFirstOrThrow({ where: { organizationId, referenceId } });
    const { beneficiary } = await ask<{ beneficiary: Record<string, unknown> }>('query ($id: ID!) { beneficiary(id: $id) { fullName phones gender birthDate governmentIds { kind number } bankAccount { number } verification { method } } }', { id }, registrar);
    return beneficiary;
  };
  const told = async () => (await pool.query<{ payload: { fields: string[] } }>(`SELECT payload FROM audit_entry WHERE organization_id = $1 AND action = 'beneficiary.updated' ORDER BY seq`, [organizationId])).rows.map(({ payload }) => payload.fields);

  beforeEach(async () => {
    await commit((await reviewed('Reference,Name,Phone,Gender,National ID,Passport\nU-1,Amina Otieno,0712345678,F,12345678,AB1\nU-2,Juma,0712345679,M,23456789,\n')).id);
  });

  it('gives them what rows say, leaves what rows leave empty, and keeps documents of other kinds', async () => {
    const review = await reviewed('Reference,Phone,Name,National ID\nU-1,0799000001,,12345679\nU-2,0712345679,Juma,\nU-9,0799000003,,\n,0799000004,,23456789\n,0799000005,,\n', { mode: 'UPDATE' });
    expect(review.counts).toMatchObject({ toUpdate: 3, invalid: 2, valid: 0, duplicate: 0 });
    expect(rowsOf(review).map(({ status, problems }) => [status, problems[0]?.code])).toEqual([['TO_UPDATE', undefined], ['TO_UPDATE', undefined], ['INVALID', 'NOT_REGISTERED'], ['TO_UPDATE', undefined], ['INVALID', 'UNIDENTIFIED']]);
    const done = await commit(review.id);
    expect(done).toMatchObject({ status: 'PARTIALLY_COMMITTED', counts: { updated: 3, invalid: 2 } });
    expect(await people()).toBe(2);
    expect(await find('U-1')).toMatchObject({ fullName: 'Amina Otieno', phones: ['+254799000001'], gender: 'FEMALE', governmentIds: [{ kind: 'national-id', number: '12345679' }, { kind: 'passport', number: 'AB1' }] });
    // The second row said nothing new, the fourth a new number: the same person, row after row.
    expect(await find('U-2')).toMatchObject({ phones: ['+254799000004'] });
    expect(await told()).toEqual([['phones', 'governmentIds'], ['phones']]);
  });

  it('does so for people whom a file that registers brings again, once somebody has decided', async () => {
    const review = await reviewed('Reference,Name,Phone\nU-1,Amina O.,0799000001\nU-3,New,0799000009\nU-3,Twice,0799000009\n');
    expect(review.counts).toMatchObject({ valid: 1, duplicate: 2 });
    await decideAll(review.id, 'UPDATE');
    const done = await commit(review.id);
    expect(done.counts).toMatchObject({ committed: 1, updated: 1, duplicate: 1 });
    expect(await find('U-1')).toMatchObject({ fullName: 'Amina O.', phones: ['+254799000001'] });
    await decideAll(review.id, 'SKIP');
    expect((await batch(review.id)).counts).toMatchObject({ skipped: 1, duplicate: 0 });
  });

  it('waits for a decision where the reference says one person and the document another, and registers nobody', async () => {
    const review = await reviewed('Reference,Phone,National ID\nU-7,0799000001,12345678\n', { mode: 'UPDATE' });
    expect(review.counts).toMatchObject({ duplicate: 1, toUpdate: 0 });
    await expect(decideAll(review.id, 'CREATE')).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining('registers nobody') });
  });

  it('lets a verification lapse only where what was verified became different', async () => {
    await prisma.beneficiary.updateMany({ where: { organizationId }, data: { verifiedAt: new Date(), verifiedOn: new Date(), verificationMethod: 'DOCUMENT', verifiedById: 'somebody' } });
    await commit((await reviewed('Reference,Name,Phone\nU-1,Amina Otieno,0799000001\nU-2,Juma Ali,\n', { mode: 'UPDATE' })).id);
    expect([(await find('U-1')).verification, (await find('U-2')).verification]).toEqual([{ method: 'DOCUMENT' }, null]);
  });

  it('changes nobody whom the committer may not change, who is erased, or for a wallet of somebody else, and says so by row', async () => {
    const wallet = '0x52908400098527886E0F7030069857D2E4169EE7';
    await commit((await reviewed(`Reference,Name,Wallet address\nU-3,Erased,\nU-4,Owner,${wallet}\n`)).id);
    const review = await reviewed(`Reference,Phone,Wallet address\nU-1,0799000001,${wallet}\nU-3,0799000002,\nU-4,0799000003,\n`, { mode: 'UPDATE' });
    await prisma.beneficiary.updateMany({ where: { organizationId, referenceId: 'U-3' }, data: { status: 'ERASED' } });
    const done = await commit(review.id);
    expect(rowsOf(done).map(({ status, problems }) => [status, problems[0]?.code])).toEqual([['DUPLICATE', 'WALLET_TAKEN'], ['DUPLICATE', 'UPDATE_IMPOSSIBLE'], ['UPDATED', undefined]]);
    const again = await reviewed('Reference,Phone\nU-1,0799000004\n', { mode: 'UPDATE' });
    registrar = { ...registrar, permissions: ALL.filter((one) => one !== 'beneficiary:write') };
    expect(rowsOf(await commit(again.id)).map(({ status, problems }) => [status, problems[0]?.code])).toEqual([['DUPLICATE', 'UPDATE_FORBIDDEN']]);
  });
});

describe('an import with households', () => {
  const households = async () =>
    (await prisma.household.findMany({ where: { organizationId }, orderBy: { referenceId: 'asc' }, include: { members: { where: { until: null }, include: { beneficiary: true } } } })).map(({ referenceId, size, members }) => [
      referenceId,
      size,
      ...members.map(({ role, beneficiary }) => `${beneficiary.referenceId} ${role}`).sort(),
    ]);

  it('makes them, puts people into them across chunks and files, and says where it could not', async () => {
    const file = 'Reference,Name,Household ID,Head of household,Household size\n';
    const review = await reviewed(`${file}H-1,Head,7,yes,5\nH-2,Child,7,no,5\nH-3,Alone,,,1\nH-4,Other,8,,\nH-5,Second head,7,yes,5\nH-6,Nowhere,,,\n`);
    expect(review.mapping.map(({ field }) => field)).toEqual(['referenceId', 'fullName', 'household.reference', 'household.head', 'household.size']);
    const done = await commit(review.id);
    expect(done.status).toBe('COMMITTED');
    expect(rowsOf(done).flatMap(({ row, problems }) => problems.map(({ code }) => [row, code]))).toEqual([[6, 'HOUSEHOLD_HEAD_TAKEN']]);
    expect(await households()).toEqual([['7', 5, 'H-1 HEAD', 'H-2 MEMBER', 'H-5 MEMBER'], ['8', null, 'H-4 MEMBER'], ['H-3', 1, 'H-3 HEAD']]);
    const moved = await commit((await reviewed(`${file}H-4,Other,8,yes,2\nH-2,Child,8,no,\nH-6,Nowhere,8,,\n`, { mode: 'UPDATE' })).id);
    expect(rowsOf(moved).flatMap(({ row, problems }) => problems.map(({ code }) => [row, code]))).toEqual([[3, 'HOUSEHOLD_ELSEWHERE']]);
    expect(await households()).toEqual([['7', 5, 'H-1 HEAD', 'H-2 MEMBER', 'H-5 MEMBER'], ['8', 2, 'H-4 HEAD', 'H-6 MEMBER'], ['H-3', 1, 'H-3 HEAD']]);
    const { rows } = await pool.query(`SELECT action, count(*)::int AS n FROM audit_entry WHERE organization_id = $1 AND entity_type = 'Household' GROUP BY 1 ORDER BY 1`, [organizationId]);
    // Chunks of three rows: the household 7 grew in the second one.
    expect(rows).toEqual([{ action: 'household.created', n: 3 }, { action: 'household.members-changed', n: 2 }]);
  });

  it('puts nobody into a household that is dissolved or full', async () => {
    await commit((await reviewed(`Reference,Name,Household ID\n${Array.from({ length: 101 }, (_, n) => `F-${n},Person ${n},full\n`).join('')}G-1,Gone,gone\n`)).id);
    expect((await households()).map(([reference, , ...members]) => [reference, members.length])).toEqual([['full', 100], ['gone', 1]]);
    await prisma.household.updateMany({ where: { organizationId, referenceId: 'gone' }, data: { dissolvedAt: new Date() } });
    const done = await commit((await reviewed('Reference,Name,Household ID\nG-2,Late,gone\n')).id);
    expect(rowsOf(done).map(({ status, problems }) => [status, problems[0]?.code])).toEqual([['COMMITTED', 'HOUSEHOLD_CLOSED']]);
  });
});

test('columns that are not kept are named, and a file without names of columns is refused before anything of it is kept', async () => {
  const { importBatch } = await ask<{ importBatch: { notices: Array<{ code: string; message: string }> } }>('query ($id: ID!) { importBatch(id: $id) { notices { code message } } }', { id: (await reviewed('Reference,Name,Shoe size\nN-1,One,44\n')).id }, registrar);
  expect(importBatch.notices).toEqual([{ code: 'COLUMNS_LEFT_OUT', message: 'These columns are not kept: "Shoe size". Say what they are, or define attributes of these names.' }]);
  const headless = await reviewed('Amina Otieno,+254 712 345 678,1990-03-25\nJuma,+254 712 345 679,1990-03-26\n');
  expect(headless).toMatchObject({ status: 'FAILED', failure: { code: 'FILE_UNREADABLE', message: expect.stringContaining('names of columns') }, mapping: [] });
});

test('an import that nobody reviews is refused after a month, and its rows are forgotten', async () => {
  const { id } = await reviewed(FILE);
  const later = new Date(Date.now() + 60_000);
  await forgetOldImports(prisma, new ImportRepository(prisma), new Date(Date.now() - 60_000));
  expect((await batch(id)).status).toBe('IN_REVIEW');
  await forgetOldImports(prisma, new ImportRepository(prisma), later);
  expect(await batch(id)).toMatchObject({ status: 'REFUSED', rows: { edges: [] } });
});

describe('a file that is none', () => {
  it.each([
    ['binary', Buffer.from([0x50, 0x4b, 3, 4, ...Buffer.from('xl/ [Content_Types].xml'), 0, 1, 2, 3]), /damaged|neither/],
    ['a header alone', 'Reference,Name\n', /no rows/],
    ['two columns of one name', 'Name,Name\na,b\n', /same name/],
    ['a thousand columns', `${Array.from({ length: 1000 }, (_, n) => `c${n}`).join()}\n1\n`, /too many columns/i],
    ['a quotation mark that is not closed', `Reference,Name\n${'X-1,Good\n'.repeat(20)}X-2,"never closed\n`, /quotation mark/],
  ])('%s: says why, and nothing of it stays', async (_what, content, message) => {
    const failed = await reviewed(content as string);
    expect(failed).toMatchObject({ status: 'FAILED', failure: { code: 'FILE_UNREADABLE', message: expect.stringMatching(message) } });
    expect([await prisma.importRow.count({ where: { batchId: failed.id } }), await prisma.importIdentifier.count({ where: { batchId: failed.id } }), await people()]).toEqual([0, 0, 0]);
  });
});

describe('an import that is killed', () => {
  /** A database that dies at the n-th statement of the phases: what was committed before stays, what was not is gone. */
  function dying(after: number): CoreDatabase {
    let left = after;
    return new Proxy(prisma, {
      get: (target, name) => {
        const found = Reflect.get(target, name) as unknown;
        if (name !== '$transaction') return found;
        return (work: (tx: object) => Promise<unknown>, options: object) =>
          target.$transaction(async (tx) => {
            const counted = new Proxy(tx, {
              get: (models, model) => {
                left -= 1;
                if (left < 0) throw new Error('killed');
                return Reflect.get(models, model) as unknown;
              },
            });
            const result = await work(counted);
            if ((left -= 1) < 0) throw new Error('killed');
            return result;
          }, options);
      },
    });
  }

  it('at any moment, with chunks of any size, ends as one that was not', async () => {
    const lines = Array.from({ length: 23 }, (_, n) => (n % 7 === 3 ? `K-${n},,0722${n},` : n % 5 === 4 ? `K-${n - 1},Twice ${n},0722000${String(n).padStart(3, '0')},` : `K-${n},Person ${n},0722000${String(n).padStart(3, '0')},H-${n % 4}`));
    const file = `Reference,Name,Phone,Household ID\n${lines.join('\n')}\n`;
    const changes = `Reference,Phone\n${Array.from({ length: 23 }, (_, n) => `K-${n},0733000${String(n).padStart(3, '0')}`).join('\n')}\n`;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 4 }), async (chunk, deaths) => {
        organizationId = (await prisma.organization.create({ data: { id: newId(), slug: newId(), name: 'Ours' } })).id;
        registrar = principal();
        const id = await start(file);
        const runs = async (id: string): Promise<void> => {
          for (const after of deaths) await runPhases({ ...deps, database: dying(after), chunk }, id).catch(() => undefined);
          await Promise.all([runPhases({ ...deps, chunk }, id), runPhases({ ...deps, chunk }, id)].map((run) => run.catch(() => undefined)));
          await runPhases({ ...deps, chunk }, id);
        };
        await runs(id);
        expect((await batch(id)).counts).toEqual({ total: 23, valid: 17, invalid: 3, duplicate: 3, skipped: 0, committed: 0, toUpdate: 0, updated: 0 });
        await ask('mutation ($id: ID!, $key: String!) { commitImport(id: $id, idempotencyKey: $key) { status } }', { id }, registrar);
        await runs(id);
        expect((await batch(id)).counts).toEqual({ total: 23, valid: 0, invalid: 3, duplicate: 3, skipped: 0, committed: 17, toUpdate: 0, updated: 0 });
        const update = await start(changes, { mode: 'UPDATE' });
        await runs(update);
        await ask('mutation ($id: ID!, $key: String!) { commitImport(id: $id, idempotencyKey: $key) { status } }', { id: update }, registrar);
        await runs(update);
        expect((await batch(update)).counts).toMatchObject({ updated: 17, invalid: 6 });
        const { rows } = await pool.query(
          `SELECT (SELECT count(*) FROM beneficiary WHERE organization_id = $1)::int AS people, (SELECT count(*) FROM audit_entry WHERE organization_id = $1 AND action = 'beneficiary.registered')::int AS audit,
            (SELECT count(*) FROM beneficiary_pii p JOIN beneficiary b ON b.id = p.beneficiary_id WHERE b.organization_id = $1)::int AS pii, (SELECT count(*) FROM audit_entry WHERE organization_id = $1 AND action = 'import.committed')::int AS ends,
            (SELECT count(*) FROM audit_entry WHERE organization_id = $1 AND action = 'beneficiary.updated')::int AS updates, (SELECT count(*) FROM household_member WHERE organization_id = $1)::int AS members`,
          [organizationId],
        );
        expect(rows[0]).toEqual({ people: 17, audit: 17, pii: 17, ends: 2, updates: 17, members: 16 }); // the row of K-3 names no household
      }),
      { numRuns: Number(process.env.PROPERTY_ROUNDS ?? 15) },
    );
  }, 120_000);
});
