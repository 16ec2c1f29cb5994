import { graphql } from 'graphql';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import type { Subgraph } from '#kernel/graphql';
import { useTestDatabase } from '../../../tests/kit/database';
import { buildCoreSubgraph } from '../app';
import { createAttributes } from '../attributes';
import { createBeneficiaries } from '../beneficiaries';
import { createDatabase, transaction, type CoreDatabase } from '../database';
import { createTestProtectedData, createTestSlices } from '../testing/slices';
import { endOverdue, runMatching, type MatchingDeps } from '.';

const database = useTestDatabase('core');
let pool: Pool;
let prisma: CoreDatabase;
let subgraph: Subgraph;
let deps: MatchingDeps;
let registrar: ReturnType<typeof createBeneficiaries>['registrar'];
let ours: Principal;
let theirs: Principal;

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 8, name: 'test' });
  prisma = createDatabase(pool);
  const protectedData = createTestProtectedData();
  subgraph = await buildCoreSubgraph(createTestSlices(prisma, { protectedData }).all);
  registrar = createBeneficiaries({ database: prisma, protectedData, attributes: createAttributes({ database: prisma }) }).registrar;
  deps = { database: prisma, protectedData, chunk: 2 };
});
beforeEach(async () => {
  [ours, theirs] = [await officer(), await officer()];
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

async function officer(): Promise<Principal> {
  const organizationId = newId();
  await prisma.organization.create({ data: { id: organizationId, slug: organizationId, name: `Name of ${organizationId}` } });
  return { subject: newId(), organizationId, roles: [], permissions: ['beneficiary:read', 'beneficiary:deduplicate', 'personal-data:manage'], projectPermissions: {} };
}

interface Person {
  phone?: string;
  id?: string;
  account?: string;
  wallet?: string;
  consents?: boolean;
}

async function register({ organizationId }: Principal, ...people: Person[]): Promise<string[]> {
  const own = organizationId ?? '';
  const ids = await transaction(prisma, (tx) =>
    registrar.register(
      tx,
      { actorId: null, organizationId: own },
      people.map(({ phone, id, account, wallet = null }) => ({
        ...{ referenceId: newId(), gender: 'UNKNOWN' as never, birthDate: null, preferredLanguage: 'sw', areaCode: null, walletAddress: wallet },
        personal: { fullName: 'Zawadi Marked', phones: phone ? [phone] : [], email: null, address: null, governmentIds: id ? [{ kind: 'national-id', number: id }] : [], bankAccount: account ? { bank: 'Bank', number: account, holder: null } : null, attributes: {} },
      })),
      String,
    ),
  );
  const agreeing = ids.filter((_, index) => people[index]?.consents !== false);
  await prisma.consent.createMany({ data: agreeing.map((beneficiaryId) => ({ id: newId(), organizationId: own, beneficiaryId, purpose: 'SHARING' as const, method: 'SPOKEN' as const, language: 'sw', wording: 'v1', givenOn: new Date(), recordedById: 'x' })) });
  return ids;
}

async function ask<T>(principal: Principal, source: string, variables: Record<string, unknown> = {}): Promise<T> {
  const { data, errors } = await graphql({ schema: subgraph.schema, source, variableValues: { key: newId(), ...variables }, contextValue: { principal } });
  if (errors?.[0]) throw errors[0].originalError ?? errors[0];
  return JSON.parse(JSON.stringify(data)) as T;
}

interface Agreement {
  id: string;
  status: string;
  proposedByUs: boolean;
  partner: { slug: string; name: string };
  lastRun: { status: string; people: number; startedByUs: boolean } | null;
  matches: { edges: Array<{ node: { kinds: string[]; weak: boolean; person: { id: string } | null } }>; pageInfo: { endCursor: string | null; hasNextPage: boolean } };
}

const soon = (): string => new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
const KINDS = ['PHONE', 'GOVERNMENT_ID', 'BANK_ACCOUNT', 'WALLET'];

function propose(by: Principal, to: Principal, more: Record<string, unknown> = {}, key = newId()): Promise<string> {
  const input = { organization: to.organizationId, purpose: 'Nobody is to be paid twice', kinds: KINDS, endsOn: soon(), ...more };
  return ask<{ proposeMatching: { id: string } }>(by, 'mutation ($input: ProposeMatchingInput!, $key: String!) { proposeMatching(input: $input, idempotencyKey: $key) { id } }', { input, key }).then(({ proposeMatching }) => proposeMatching.id);
}
const step = (by: Principal, name: 'acceptMatching' | 'endMatching' | 'startMatching', id: string, key = newId()) => ask(by, `mutation ($id: ID!, $key: String!) { ${name}(id: $id, idempotencyKey: $key) { status } }`, { id, key });

async function agreed(more: Record<string, unknown> = {}): Promise<string> {
  const id = await propose(ours, theirs, more);
  await step(theirs, 'acceptMatching', id);
  return id;
}

async function seen(by: Principal, id: string, page: Record<string, unknown> = {}): Promise<Agreement | null> {
  const source = `query ($id: ID!, $first: Int, $after: String) { matchingAgreement(id: $id) { id status proposedByUs partner { slug name } lastRun { status people startedByUs }
    matches(first: $first, after: $after) { edges { node { kinds weak person { id } } } pageInfo { endCursor hasNextPage } } } }`;
  return (await ask<{ matchingAgreement: Agreement | null }>(by, source, { id, first: 50, ...page })).matchingAgreement;
}

const matches = async (by: Principal, id: string) => (await seen(by, id))?.matches.edges.map(({ node }) => [node.person?.id, node.kinds.join(), node.weak]);
const newestRun = (agreementId: string) => prisma.matchingRun.findFirstOrThrow({ where: { agreementId }, orderBy: { id: 'desc' } });
const tokens = () => prisma.$queryRawUnsafe<unknown[]>('SELECT * FROM matching_token');

async function compare(id: string, by = ours): Promise<void> {
  await pool.query(`UPDATE matching_run SET created_at = created_at - interval '2 days' WHERE agreement_id = $1`, [id]);
  await step(by, 'startMatching', id);
  await runMatching(deps, (await newestRun(id)).id);
}

describe('people of two organisations', () => {
  const WALLET = '0x52908400098527886E0F7030069857D2E4169EE7';

  it('who are known to both are told to each side as its own people, by what they are known, and nothing of the other side', async () => {
    const [amina = '', family = '', juma = ''] = await register(ours, { phone: '+254711000001', id: '123 45678' }, { phone: '+254711000002', account: 'KE-1' }, { wallet: WALLET }, { phone: '+254711000009' });
    const [a = '', f = '', j = ''] = await register(theirs, { phone: '+254799000001', id: '12345678' }, { phone: '+254711000002', account: 'KE 1' }, { wallet: WALLET }, { phone: '+254799000009' }, { phone: '+254711000002' });
    const id = await agreed();
    expect(await matches(ours, id)).toEqual([]);
    await compare(id);
    expect(await matches(ours, id)).toEqual([[amina, 'GOVERNMENT_ID', false], [family, 'BANK_ACCOUNT,PHONE', true], [juma, 'WALLET', false]]);
    expect((await matches(theirs, id))?.slice(0, 3)).toEqual([[a, 'GOVERNMENT_ID', false], [f, 'BANK_ACCOUNT,PHONE', true], [j, 'WALLET', false]]);
    expect(await seen(ours, id)).toMatchObject({ proposedByUs: true, partner: { slug: theirs.organizationId }, lastRun: { status: 'DONE', people: 4, startedByUs: true } });
    expect(await seen(theirs, id)).toMatchObject({ proposedByUs: false, lastRun: { people: 5, startedByUs: false } });
    expect(JSON.stringify(await seen(ours, id))).not.toMatch(new RegExp([a, f, j].join('|')));
    const { rows } = await pool.query(`SELECT payload FROM audit_entry WHERE organization_id = $1 AND action LIKE 'matching.%'`, [ours.organizationId]);
    expect(JSON.stringify(rows)).not.toMatch(/"people":5|Zawadi|2547/);
    expect(rows).toHaveLength(4);
  });

  it('are read page by page', async () => {
    const people = Array.from({ length: 5 }, (_, n) => ({ id: `P-${n}` }));
    const own = await register(ours, ...people);
    await register(theirs, ...people);
    const id = await agreed();
    await compare(id);
    const found: Array<string | undefined> = [];
    for (let after: string | null = null; ; ) {
      const page: Agreement['matches'] | undefined = (await seen(ours, id, { first: 2, after }))?.matches;
      found.push(...(page?.edges.map(({ node }) => node.person?.id) ?? []));
      if (!page?.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(found).toEqual([...own].sort());
  });

  it('are not compared without their consent, and no longer shown to either side once one of them takes it back', async () => {
    const [mine = ''] = await register(ours, { id: 'C-1' }, { id: 'C-2', consents: false });
    const [other = ''] = await register(theirs, { id: 'C-1' }, { id: 'C-2' });
    const id = await agreed();
    await compare(id);
    expect([await matches(ours, id), await matches(theirs, id)]).toEqual([[[mine, 'GOVERNMENT_ID', false]], [[other, 'GOVERNMENT_ID', false]]]);
    await prisma.consent.updateMany({ where: { beneficiaryId: other }, data: { endedAt: new Date(), end: 'WITHDRAWN', endedById: 'x' } });
    expect([await matches(ours, id), await matches(theirs, id)]).toEqual([[], []]);
  });

  it('are compared only by what was agreed on, and not by what a whole village shares', async () => {
    await register(ours, { phone: '+254711000001', id: 'K-1' }, ...Array.from({ length: 21 }, () => ({ account: 'VILLAGE' })));
    await register(theirs, { phone: '+254711000001', id: 'K-1' }, { account: 'VILLAGE' });
    const id = await agreed({ kinds: ['PHONE', 'BANK_ACCOUNT'] });
    await compare(id);
    expect((await matches(ours, id))?.map(([, kinds]) => kinds)).toEqual(['PHONE']);
  });

  it('are found the same after a run that was killed, by tokens that nobody can compare with those of another run; none is left', async () => {
    await register(ours, { id: 'D-1' }, { id: 'D-2' }, { id: 'D-3' });
    await register(theirs, { id: 'D-3' }, { id: 'D-1' });
    const id = await agreed();
    await step(ours, 'startMatching', id);
    const { id: runId } = await newestRun(id);
    const dying = { ...deps, database: new Proxy(prisma, { get: (target, name) => (name === '$transaction' ? () => Promise.reject(new Error('killed')) : (Reflect.get(target, name) as unknown)) }) };
    await expect(runMatching(dying, runId)).rejects.toThrow('killed');
    const first = JSON.stringify(await tokens());
    await expect(runMatching(dying, runId)).rejects.toThrow('killed');
    const all = (await prisma.$queryRawUnsafe<Array<{ token: string }>>(`SELECT encode(token, 'hex') AS token FROM matching_token`)).map(({ token }) => token);
    // Two sides with D-1 and D-3 in each attempt: within one they agree, between two they do not.
    expect([all.length, new Set(all).size]).toEqual([10, 6]);
    expect(first).not.toMatch(/D-1|Zawadi/);
    await Promise.all([runMatching(deps, runId), runMatching(deps, runId)]);
    expect([(await matches(ours, id))?.length, (await matches(theirs, id))?.length, (await tokens()).length]).toEqual([2, 2, 0]);
  });
});

describe('an agreement', () => {
  it('needs both sides: who proposed cannot agree for the other, and nothing is compared before', async () => {
    const id = await propose(ours, theirs);
    await expect(step(ours, 'acceptMatching', id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(step(theirs, 'startMatching', id)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    await step(theirs, 'acceptMatching', id);
    await expect(step(theirs, 'acceptMatching', id)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
  });

  it('is one between two, whoever proposes, also at the same moment; repeated by its key it is the same', async () => {
    const key = newId();
    const outcomes = await Promise.allSettled([propose(ours, theirs, {}, key), propose(theirs, ours), propose(ours, theirs, {}, key)]);
    expect(await prisma.matchingAgreement.count({ where: { OR: [{ proposerId: ours.organizationId ?? '' }, { accepterId: ours.organizationId ?? '' }] } })).toBe(1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'CONFLICT' });
  });

  it('is unknown to a third organisation, and changed by nobody who may not', async () => {
    const third = await officer();
    const id = await agreed();
    expect(await seen(third, id)).toBeNull();
    for (const name of ['acceptMatching', 'endMatching', 'startMatching'] as const) await expect(step(third, name, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(step({ ...ours, permissions: ['beneficiary:deduplicate'] }, 'endMatching', id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(step({ ...ours, permissions: ['personal-data:manage'] }, 'startMatching', id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(propose(ours, ours)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'input.organization' } });
    await expect(propose(ours, third, { endsOn: '2020-01-01' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'input.endsOn' } });
    await expect(propose(ours, third, { kinds: [] })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'input.kinds' } });
  });

  it('lets people be compared once a day, whoever asks', async () => {
    const id = await agreed();
    await compare(id);
    await expect(step(theirs, 'startMatching', id)).rejects.toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterSeconds: expect.any(Number) } });
  });

  it('counts the day between two organisations, not under one agreement; both see every comparison', async () => {
    const id = await agreed();
    await compare(id);
    await compare(id, theirs);
    const runs = await ask<{ matchingAgreement: { runs: { edges: Array<{ node: { startedByUs: boolean } }> } } }>(ours, 'query ($id: ID!) { matchingAgreement(id: $id) { runs(first: 5) { edges { node { startedByUs } } } } }', { id });
    expect(runs.matchingAgreement.runs.edges.map(({ node }) => node.startedByUs)).toEqual([false, true]);
    await step(ours, 'endMatching', id);
    const next = await propose(theirs, ours);
    await step(ours, 'acceptMatching', next);
    await expect(step(ours, 'startMatching', next)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('that ended leaves no tokens, also not those of an attempt that wrote on and was killed', async () => {
    await register(ours, { id: 'T-1' });
    const id = await agreed();
    await step(ours, 'startMatching', id);
    const run = await newestRun(id);
    await step(theirs, 'endMatching', id);
    const late = () => pool.query(`INSERT INTO matching_token (attempt_id, run_id, by_proposer, kind, token, beneficiary_id) VALUES ($1, $2, true, 'PHONE', 'x', $1)`, [newId(), run.id]);
    await late();
    await runMatching(deps, run.id);
    expect(await tokens()).toEqual([]);
    await late();
    await endOverdue(prisma);
    expect(await tokens()).toEqual([]);
  });

  it('that one side ends leaves nothing, also while people are being compared', async () => {
    await register(ours, { id: 'E-1' });
    await register(theirs, { id: 'E-1' });
    const id = await agreed();
    await compare(id);
    await pool.query(`UPDATE matching_run SET created_at = created_at - interval '2 days' WHERE agreement_id = $1`, [id]);
    await step(ours, 'startMatching', id);
    const run = await newestRun(id);
    await step(theirs, 'endMatching', id);
    await runMatching(deps, run.id);
    expect([await matches(ours, id), await prisma.$queryRawUnsafe('SELECT * FROM matching_pair WHERE agreement_id = $1::uuid', id), (await tokens()).length, (await newestRun(id)).status]).toEqual([[], [], 0, 'CANCELLED']);
    await expect(propose(theirs, ours)).resolves.toEqual(expect.any(String));
  });

  it('whose time is over shows nothing, and is ended by itself', async () => {
    await register(ours, { id: 'O-1' });
    await register(theirs, { id: 'O-1' });
    const id = await agreed();
    await compare(id);
    await prisma.matchingAgreement.update({ where: { id }, data: { endsOn: new Date(Date.now() - 2 * 86_400_000) } });
    expect(await matches(ours, id)).toEqual([]);
    await expect(step(ours, 'startMatching', id)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    await endOverdue(prisma);
    expect((await seen(ours, id))?.status).toBe('ENDED');
    expect(await prisma.$queryRawUnsafe('SELECT * FROM matching_pair WHERE agreement_id = $1::uuid', id)).toEqual([]);
  });
});
