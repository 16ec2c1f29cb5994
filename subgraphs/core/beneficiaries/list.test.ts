import fc from 'fast-check';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import { encodeCursor, decodeCursor } from '#kernel/graphql';
import { useTestDatabase } from '../../../tests/kit/database';
import { createAttributes } from '../attributes';
import { createDatabase, type CoreDatabase } from '../database';
import { createTestProtectedData } from '../testing/slices';
import { keyIn } from './beneficiary.list';
import { BeneficiaryRepository, visibleTo, type BeneficiaryRow } from './beneficiary.repository';
import { BeneficiaryService } from './beneficiary.service';
import { BeneficiaryOrder } from './filter.inputs';

const database = useTestDatabase('core');
const ROUNDS = Number(process.env.PROPERTY_ROUNDS ?? 60);
let pool: Pool;
let prisma: CoreDatabase;
let service: BeneficiaryService;
let caller: Principal;
let projectId: string;
let all: BeneficiaryRow[];

const areas = [null, 'ke', 'ke.kisumu', 'ke.kisumu.east', 'ke.kisumu2', 'ug'];
const pick = <T>(values: readonly T[], index: number): T => values[index % values.length] as T;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 5, name: 'test' });
  prisma = createDatabase(pool);
  const protectedData = createTestProtectedData();
  service = new BeneficiaryService(prisma, new BeneficiaryRepository(prisma, protectedData), protectedData, createAttributes({ database: prisma }));
  const { id: organizationId } = await prisma.organization.create({ data: { id: newId(), slug: 'ours', name: 'Ours' } });
  caller = { subject: 'caller', organizationId, roles: [], permissions: ['beneficiary:read', 'enrollment:read'], projectPermissions: {} };
  projectId = newId();
  const day = new Date('2026-01-01');
  await prisma.project.create({ data: { id: projectId, organizationId, slug: 'p', name: 'P', typeCode: 't', status: 'ACTIVE', currency: 'KES', budgetMinor: 0n, startsOn: day, endsOn: day, settings: {}, createdById: 'x' } });
  await prisma.attribute.createMany({ data: [{ organizationId, key: 'income', type: 'NUMBER', isPersonal: false }, { organizationId, key: 'illness', type: 'TEXT', isPersonal: true }] });
  await prisma.attributeDefinition.createMany({ data: ['income', 'illness'].map((key) => ({ id: newId(), organizationId, key, version: 1, label: { en: key }, required: false, options: [], active: true, createdById: 'x' })) });
  const verified = { verifiedAt: day, verifiedOn: day, verificationMethod: 'DOCUMENT', verifiedById: 'v' } as const;
  const household = await prisma.household.create({ data: { id: newId(), organizationId, referenceId: 'h' } });
  for (let index = 0; index < 40; index += 1) {
    const id = newId();
    const birthDate = index % 5 === 0 ? null : new Date(Date.UTC(1950 + index * 2, index % 12, 1 + (index % 28)));
    await prisma.beneficiary.create({
      data: {
        id, organizationId, referenceId: `R${(index * 7) % 40}`, areaCode: pick(areas, index), gender: pick(['FEMALE', 'MALE', 'OTHER'] as const, index), status: pick(['ACTIVE', 'ACTIVE', 'DRAFT', 'SUSPENDED'] as const, index),
        birthDate, attributes: { income: index % 3 }, ...(index % 4 === 0 ? verified : {}),
      },
    });
    if (index % 3 === 0) await prisma.enrollment.create({ data: { id: newId(), projectId, beneficiaryId: id } });
    if (index < 3) await prisma.householdMember.create({ data: { id: newId(), organizationId, householdId: household.id, beneficiaryId: id, role: pick(['HEAD', 'COLLECTOR', 'MEMBER'] as const, index) } });
  }
  all = await prisma.beneficiary.findMany({ orderBy: { id: 'asc' } });
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

/** Reads a list to its end, as a client does: page by page, by cursors. */
async function pages(filter: Record<string, unknown>, order: BeneficiaryOrder, first: number, principal = caller): Promise<BeneficiaryRow[]> {
  const found: BeneficiaryRow[] = [];
  for (let after: string | null = null; ; ) {
    const rows = await service.list(principal, filter, { first, after }, order);
    found.push(...rows.slice(0, first));
    const last = rows[first - 1];
    if (rows.length <= first || !last) return found;
    after = decodeCursor(encodeCursor(keyIn(order)(last)));
  }
}

function ageOf({ birthDate }: BeneficiaryRow): number | null {
  if (!birthDate) return null;
  const today = new Date();
  const before = today.getUTCMonth() < birthDate.getUTCMonth() || (today.getUTCMonth() === birthDate.getUTCMonth() && today.getUTCDate() < birthDate.getUTCDate());
  return today.getUTCFullYear() - birthDate.getUTCFullYear() - (before ? 1 : 0);
}

const within = (row: BeneficiaryRow, area: string): boolean => row.areaCode === area || (row.areaCode ?? '').startsWith(`${area}.`);
const conditions: Record<string, { values: fc.Arbitrary<unknown>; holds: (row: BeneficiaryRow, value: never) => boolean }> = {
  status: { values: fc.constantFrom('ACTIVE', 'DRAFT', 'SUSPENDED'), holds: (row, value) => row.status === value },
  gender: { values: fc.constantFrom('FEMALE', 'MALE'), holds: (row, value) => row.gender === value },
  areaCode: { values: fc.constantFrom('ke', 'ke.kisumu', 'ug'), holds: within },
  verified: { values: fc.boolean(), holds: (row, value) => (row.verifiedAt !== null) === value },
  ageAtLeast: { values: fc.integer({ min: 0, max: 80 }), holds: (row, value) => (ageOf(row) ?? -1) >= value },
  ageAtMost: { values: fc.integer({ min: 0, max: 80 }), holds: (row, value) => (ageOf(row) ?? 999) <= value },
  attributes: { values: fc.record({ income: fc.integer({ min: 0, max: 3 }) }), holds: (row, value: { income: number }) => (row.attributes as { income: number }).income === value.income },
};

describe('a list of people', () => {
  it('has everybody who fits, once and in order, whatever is asked for and however large its pages are', async () => {
    const filters = fc.record(Object.fromEntries(Object.entries(conditions).map(([name, { values }]) => [name, values])), { requiredKeys: [] });
    await fc.assert(
      fc.asyncProperty(filters, fc.constantFrom(...Object.values(BeneficiaryOrder)), fc.integer({ min: 1, max: 12 }), async (filter, order, first) => {
        const fits = all.filter((row) => Object.entries(filter).every(([name, value]) => conditions[name]?.holds(row, value as never)));
        const found = await pages(filter, order, first);
        expect(found.map(({ id }) => id).sort()).toEqual(fits.map(({ id }) => id));
        const valueOf = ({ referenceId, areaCode }: BeneficiaryRow): string => (order.startsWith('REFERENCE') ? referenceId : order.startsWith('AREA') ? (areaCode ?? '') : '');
        const ascending = order.endsWith('_DESC') ? [...found].reverse() : found;
        const sorted = await pool.query('SELECT id FROM unnest($1::uuid[], $2::text[]) AS r(id, value) ORDER BY value, id', [ascending.map(({ id }) => id), ascending.map(valueOf)]);
        expect(ascending.map(({ id }) => id)).toEqual(sorted.rows.map(({ id }) => id));
      }),
      { numRuns: ROUNDS },
    );
  });

  it('shows each caller whom the scope of the rest shows them', async () => {
    const place = fc.record({ projectId: fc.constantFrom(null, 'there'), area: fc.constantFrom('ke', 'ke.kisumu', 'ug') });
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(place, { maxLength: 3 }), async (inProject, places) => {
        const areaPermissions = places.map(({ projectId: of, area }) => ({ projectId: of === null ? null : projectId, area, permissions: ['beneficiary:read'] }));
        const principal: Principal = { ...caller, permissions: [], projectPermissions: inProject ? { [projectId]: ['beneficiary:read'] } : {}, areaPermissions };
        const seen = await prisma.beneficiary.findMany({ where: visibleTo(principal), orderBy: { id: 'asc' } });
        expect((await pages({}, BeneficiaryOrder.REGISTERED, 9, principal)).map(({ id }) => id)).toEqual(seen.map(({ id }) => id));
      }),
      { numRuns: ROUNDS },
    );
  });

  it('is narrowed to a project, by who may see who is enrolled there', async () => {
    const enrolled = await prisma.enrollment.findMany({ where: { projectId }, orderBy: { beneficiaryId: 'asc' } });
    expect((await pages({ projectId }, BeneficiaryOrder.REGISTERED, 5)).map(({ id }) => id)).toEqual(enrolled.map(({ beneficiaryId }) => beneficiaryId));
    expect(await pages({ projectId }, BeneficiaryOrder.REGISTERED, 5, { ...caller, permissions: ['beneficiary:read'] })).toEqual([]);
  });

  it('is narrowed to a role in a household, and to when people were registered', async () => {
    expect((await pages({ householdRole: 'COLLECTOR' }, BeneficiaryOrder.REGISTERED, 5)).map(({ id }) => id)).toEqual([all[1]?.id]);
    const border = all[20]?.createdAt ?? new Date();
    const [before, from] = [await pages({ registeredBefore: border }, BeneficiaryOrder.REGISTERED, 50), await pages({ registeredFrom: border }, BeneficiaryOrder.REGISTERED, 50)];
    expect([...before, ...from].map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    expect(from.every(({ createdAt }) => createdAt >= border)).toBe(true);
  });

  it('finds nobody by what is sealed or not defined, and refuses cursors of another order', async () => {
    const page = { first: 5, after: null };
    await expect(service.list(caller, { attributes: { illness: 'x' } }, page)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'filter.attributes.illness' } });
    await expect(service.list(caller, { attributes: { nothing: 'x' } }, page)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'filter.attributes.nothing' } });
    const [row] = all;
    if (!row) throw new Error('There are people.');
    for (const [made, used] of [['REGISTERED', 'AREA'], ['AREA', 'REGISTERED'], ['AREA', 'AREA_DESC'], ['REFERENCE', 'AREA']] as const) {
      await expect(service.list(caller, {}, { first: 5, after: keyIn(BeneficiaryOrder[made])(row) }, BeneficiaryOrder[used])).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'after' } });
    }
  });

  it('goes on where it stopped although the last of a page has moved meanwhile', async () => {
    const order = BeneficiaryOrder.AREA;
    const first = await service.list(caller, {}, { first: 9, after: null }, order);
    const last = first[8];
    if (!last) throw new Error('There are ten.');
    const rest = await service.list(caller, {}, { first: 100, after: keyIn(order)(last) }, order);
    await prisma.beneficiary.update({ where: { id: last.id }, data: { areaCode: 'zz' } });
    const after = await service.list(caller, {}, { first: 100, after: keyIn(order)(last) }, order);
    await prisma.beneficiary.update({ where: { id: last.id }, data: { areaCode: last.areaCode } });
    expect(after.map(({ id }) => id)).toEqual([...rest.map(({ id }) => id), last.id]);
  });
});
