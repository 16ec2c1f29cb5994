import { join } from 'node:path';
import { graphql, type GraphQLSchema } from 'graphql';
import { newId } from '#kernel/db';
import { createLogger } from '#kernel/telemetry';
import { buildTypeSchema } from '../../runtime';
import { principalWith } from '../../testing/service-process';
import { rfvType } from './project-type';
import { createVoucherProject, type VoucherProject } from './testing/voucher-project';

const MANY = 200;
let project: VoucherProject;
let schema: GraphQLSchema;

beforeAll(async () => {
  project = await createVoucherProject({ budgetMinor: 1_000_000n });
  const parts = rfvType(join(__dirname, 'migrations')).build({ projectId: project.facts.id, pool: project.pool, logger: createLogger({ name: 'test', level: 'silent' }) });
  schema = (await buildTypeSchema(parts, project.facts.id)).schema;
});
afterAll(() => project.close());

const by = () => ({ actorId: 'officer', idempotencyKey: newId() });
const issueTo = (beneficiaryId: string) => project.service().issue({ beneficiaryId }, by());

/** What one `_entities` fetch answers, and how many queries it took. */
async function entities(representations: object[], selection: string) {
  const queries = jest.spyOn(project.pool, 'query');
  queries.mockClear();
  const answer = await graphql({
    schema,
    source: `query ($r: [_Any!]!) { _entities(representations: $r) { ${selection} } }`,
    variableValues: { r: representations },
    contextValue: { principal: principalWith(['entitlement:read']) },
  });
  const count = queries.mock.calls.length;
  queries.mockRestore();
  expect(answer.errors).toBeUndefined();
  return { count, found: JSON.parse(JSON.stringify(answer.data?._entities)) as Array<Record<string, never> | null> };
}

const projectId = () => project.facts.id;
const people = Array.from({ length: MANY }, () => newId());

it('finds two hundred vouchers in one query, in the order asked, null where there is none', async () => {
  const vouchers = await Promise.all(people.slice(0, MANY - 1).map(issueTo));
  const asked = [newId(), ...vouchers.map((voucher) => voucher.id).reverse()];
  const { count, found } = await entities(asked.map((id) => ({ __typename: 'RfvVoucher', projectId: projectId(), id })), '... on RfvVoucher { id amountMinor }');
  expect(count).toBe(1);
  expect(found).toEqual([null, ...asked.slice(1).map((id) => ({ id, amountMinor: '100' }))]);
});

it('sums up two hundred people in one query', async () => {
  await issueTo(people[0] ?? '');
  const asked = people.map((beneficiaryId) => ({ __typename: 'Enrollment', projectId: projectId(), beneficiaryId }));
  const { count, found } = await entities(asked, '... on Enrollment { rfv { issuedMinor vouchers { beneficiaryId status } } }');
  expect(count).toBe(1);
  expect(found[0]).toEqual({ rfv: { issuedMinor: '200', vouchers: [1, 2].map(() => ({ beneficiaryId: people[0], status: 'ISSUED' })) } });
  expect(found[MANY - 1]).toEqual({ rfv: { issuedMinor: '0', vouchers: [] } });
});

it('shows the newest twenty vouchers of a person, and counts all of them but the cancelled', async () => {
  const person = newId();
  for (let n = 0; n < 22; n++) await issueTo(person);
  const last = await issueTo(person);
  await project.service().cancel({ voucherId: last.id }, by());
  const { found } = await entities([{ __typename: 'Enrollment', projectId: projectId(), beneficiaryId: person }], '... on Enrollment { rfv { issuedMinor vouchers { id status } } }');
  const { rfv } = found[0] as unknown as { rfv: { issuedMinor: string; vouchers: Array<{ id: string; status: string }> } };
  expect(rfv.issuedMinor).toBe('2200');
  expect(rfv.vouchers).toHaveLength(20);
  expect(rfv.vouchers.map((voucher) => voucher.id)).toContain(last.id);
});

it('sums up two hundred vendors in one query', async () => {
  const vendors = Array.from({ length: MANY }, () => newId());
  const { id } = await issueTo(newId());
  await project.service().redeem({ voucherId: id, vendorId: vendors[7] ?? '' }, by());
  const asked = vendors.map((vendorId) => ({ __typename: 'ProjectVendor', projectId: projectId(), vendorId }));
  const { count, found } = await entities(asked, '... on ProjectVendor { rfv { redeemedVouchers redeemedMinor } }');
  expect(count).toBe(1);
  expect(found[7]).toEqual({ rfv: { redeemedVouchers: 1, redeemedMinor: '100' } });
  expect(found[8]).toEqual({ rfv: { redeemedVouchers: 0, redeemedMinor: '0' } });
});

it('does not stumble over ids that are none', async () => {
  const { found } = await entities([{ __typename: 'RfvVoucher', projectId: projectId(), id: `' OR 1=1` }, { __typename: 'Enrollment', projectId: projectId(), beneficiaryId: 'x' }], '__typename ... on Enrollment { rfv { issuedMinor } }');
  expect(found).toEqual([null, { __typename: 'Enrollment', rfv: { issuedMinor: '0' } }]);
});
