import { newId } from '#kernel/db';
import { createStage, projectFacts, type Stage } from '../../testing/stage';
import { migrateStage, startService, type RunningService } from '../../testing/service-process';

const IMAGE = 'rfv:1.0.0';
let stage: Stage;
let service: RunningService;

beforeAll(async () => {
  stage = await createStage(projectFacts({ type: 'rfv', budgetMinor: '1000', settings: { kind: 'REFERRAL', voucherValueMinor: 100, validDays: 30 } }));
  await migrateStage(stage, IMAGE);
  service = await startService(stage, IMAGE);
  await service.post('/internal/activate', { generation: 1 });
});
afterAll(async () => {
  await service.stop();
  await stage.close();
});

const ISSUE = `mutation ($p: ID!, $b: ID!, $k: String!) { rfvIssueVoucher(projectId: $p, input: { beneficiaryId: $b }, idempotencyKey: $k) { id status amountMinor currency } }`;
const REDEEM = `mutation ($p: ID!, $v: ID!, $w: ID!, $k: String!) { rfvRedeemVoucher(projectId: $p, input: { voucherId: $v, vendorId: $w }, idempotencyKey: $k) { status vendorId redeemedAt } }`;
const CANCEL = `mutation ($p: ID!, $v: ID!, $k: String!) { rfvCancelVoucher(projectId: $p, input: { voucherId: $v }, idempotencyKey: $k) { status } }`;

const issue = (permissions?: string[]) => service.ask(ISSUE, { variables: { p: stage.facts.id, b: newId(), k: newId() }, ...(permissions ? { permissions } : {}) });

test('a voucher goes from issue to redemption, and core hears of both', async () => {
  const issued = await issue();
  expect(issued.data?.rfvIssueVoucher).toMatchObject({ status: 'ISSUED', amountMinor: '100', currency: 'NPR' });
  const { id } = issued.data?.rfvIssueVoucher as { id: string };
  const vendor = newId();
  const redeemed = await service.ask(REDEEM, { variables: { p: stage.facts.id, v: id, w: vendor, k: newId() } });
  expect(redeemed.data).toMatchObject({ rfvRedeemVoucher: { status: 'REDEEMED', vendorId: vendor, redeemedAt: expect.stringMatching(/Z$/) } });
  while (stage.core.events().length < 2) await new Promise((wake) => setTimeout(wake, 10));
  expect(stage.core.events().map((event) => [event.name, event.payload.voucherId])).toEqual([
    ['project.rfv.voucher-issued', id],
    ['project.rfv.voucher-redeemed', id],
  ]);
  expect(stage.core.audit().map((entry) => [entry.action, entry.entityId])).toEqual([
    ['project.rfv.voucher-issued', id],
    ['project.rfv.voucher-redeemed', id],
  ]);
});

test('the summary of the project adds up', async () => {
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Project { rfv { projectId kind voucherValueMinor vouchersIssued issuedMinor redeemedMinor remainingBudgetMinor currency } } } }`;
  const { data } = await service.ask(query, { variables: { r: [{ __typename: 'Project', id: stage.facts.id }] } });
  expect(data).toEqual({
    _entities: [
      { rfv: { projectId: stage.facts.id, kind: 'REFERRAL', voucherValueMinor: '100', vouchersIssued: 1, issuedMinor: '100', redeemedMinor: '100', remainingBudgetMinor: '900', currency: 'NPR' } },
    ],
  });
});

test('of fifty requests at once, exactly those get a voucher for whom the budget suffices', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => issue()));
  const codes = answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'done');
  expect(codes.filter((code) => code === 'done')).toHaveLength(9);
  expect(codes.filter((code) => code === 'BUDGET_EXCEEDED')).toHaveLength(41);
});

test('each step needs its permission; whoever may take a step sees its outcome', async () => {
  const page = await service.ask(`query ($p: ID!) { rfvVouchers(projectId: $p, status: ISSUED, first: 1) { edges { node { id } } pageInfo { hasNextPage } } }`, { variables: { p: stage.facts.id } });
  const { edges } = page.data?.rfvVouchers as { edges: Array<{ node: { id: string } }> };
  const variables = { p: stage.facts.id, v: edges[0]?.node.id, w: newId(), k: newId() };
  const code = async (permissions: string[], query: string) => (await service.ask(query, { variables, permissions })).errors?.[0]?.extensions.code;
  expect(await code(['entitlement:read', 'entitlement:issue'], REDEEM)).toBe('FORBIDDEN');
  expect(await code(['entitlement:read', 'entitlement:redeem'], CANCEL)).toBe('FORBIDDEN');
  expect(await code(['entitlement:issue', 'entitlement:redeem'], `query ($p: ID!, $v: ID!) { rfvVoucher(projectId: $p, id: $v) { id } }`)).toBe('FORBIDDEN');
  expect(await code([], ISSUE.replace('$b: ID!', '$v: ID!').replace('$b', '$v'))).toBe('FORBIDDEN');
  expect(await code(['entitlement:redeem'], REDEEM)).toBeUndefined();
});

test('a bad input is named, and what does not exist is not found', async () => {
  const bad = await service.ask(ISSUE, { variables: { p: stage.facts.id, b: 'me', k: newId() } });
  expect(bad.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.beneficiaryId' });
  const missing = await service.ask(`query ($p: ID!) { rfvVoucher(projectId: $p, id: "${newId()}") { id } }`, { variables: { p: stage.facts.id } });
  expect(missing).toEqual({ data: { rfvVoucher: null }, errors: [expect.objectContaining({ extensions: { code: 'NOT_FOUND' } })] });
});
