import { newId } from '#kernel/db';
import { createVoucherProject, type VoucherProject } from './testing/voucher-project';
import type { Caller, VoucherService } from './voucher.service';
import type { RfvVoucher } from './voucher.type';

const DAY_MS = 24 * 3600 * 1000;
let project: VoucherProject;
let vouchers: VoucherService;

const caller = (idempotencyKey: string = newId()): Caller => ({ actorId: 'officer', idempotencyKey });
const issue = (beneficiaryId: string = newId()): Promise<RfvVoucher> => vouchers.issue({ beneficiaryId }, caller());
const redeem = (voucherId: string, vendorId: string = newId()): Promise<RfvVoucher> => vouchers.redeem({ voucherId, vendorId }, caller());
const cancel = (voucherId: string): Promise<RfvVoucher> => vouchers.cancel({ voucherId }, caller());

afterEach(() => project.close());

async function open(options: Parameters<typeof createVoucherProject>[0]): Promise<void> {
  project = await createVoucherProject(options);
  vouchers = project.service();
}

/** What the rows say, beside what the totals say. */
async function books(): Promise<Record<string, number>> {
  const { rows } = await project.pool.query<Record<string, number>>(`
    SELECT t.issued_count AS "issuedCount", t.issued_minor::int AS issued, t.redeemed_minor::int AS redeemed,
           count(v.id) FILTER (WHERE v.status <> 'CANCELLED')::int AS "liveRows",
           coalesce(sum(v.amount_minor) FILTER (WHERE v.status <> 'CANCELLED'), 0)::int AS "liveSum",
           coalesce(sum(v.amount_minor) FILTER (WHERE v.status = 'REDEEMED'), 0)::int AS "redeemedSum",
           (SELECT count(*)::int FROM outbox_event) AS events, (SELECT count(*)::int FROM audit_entry) AS audit
    FROM voucher_totals t LEFT JOIN voucher v ON true GROUP BY t.id`);
  return rows[0] ?? {};
}

const codesOf = (outcomes: ReadonlyArray<PromiseSettledResult<unknown>>): unknown[] =>
  outcomes.map((outcome) => (outcome.status === 'fulfilled' ? 'done' : outcome.reason.code)).sort();

const times = (count: number, outcome: string): string[] => Array.from({ length: count }, () => outcome);

describe('issuing', () => {
  it('gives a voucher the worth and the validity of the settings', async () => {
    await open({ budgetMinor: 1000n, settings: { voucherValueMinor: 250, validDays: 7 } });
    const voucher = await issue();
    expect(voucher).toMatchObject({ amountMinor: 250n, currency: 'NPR', status: 'ISSUED', vendorId: null, redeemedAt: null });
    expect(voucher.validUntil.getTime() - voucher.issuedAt.getTime()).toBe(7 * DAY_MS);
  });

  it('lets exactly those in that fit, of fifty at once against the last of the budget', async () => {
    await open({ budgetMinor: 350n });
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => issue()));
    expect(codesOf(outcomes)).toEqual([...times(47, 'BUDGET_EXCEEDED'), ...times(3, 'done')]);
    expect(await books()).toEqual({ issuedCount: 3, issued: 300, redeemed: 0, liveRows: 3, liveSum: 300, redeemedSum: 0, events: 3, audit: 3 });
  });

  it('gives one person no more than the settings allow, not even at once', async () => {
    await open({ budgetMinor: 10_000n, settings: { maxVouchersPerBeneficiary: 2 } });
    const person = newId();
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => issue(person)));
    expect(codesOf(outcomes)).toEqual([...times(6, 'CONFLICT'), ...times(2, 'done')]);
    expect(await books()).toMatchObject({ issued: 200, liveSum: 200 });
  });

  it('goes by the budget that core told last', async () => {
    await open({ budgetMinor: 100n });
    await issue();
    await expect(issue()).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
    await project.learn({ budgetMinor: '200' });
    await issue();
    await project.learn({ budgetMinor: '50' });
    await expect(issue()).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
  });

  it('names an input that is no id', async () => {
    await open({ budgetMinor: 100n });
    await expect(async () => issue('me')).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'input.beneficiaryId' } });
  });
});

describe('an approval limit', () => {
  it('bounds what one voucher may be worth, before anything is written', async () => {
    await open({ budgetMinor: 1000n, settings: { voucherValueMinor: 250 } });
    await expect(vouchers.issue({ beneficiaryId: newId() }, { ...caller(), approvalLimitMinor: 249n })).rejects.toMatchObject({ code: 'FORBIDDEN', details: { approvalLimitMinor: '249' } });
    expect(await books()).toMatchObject({ issued: 0, events: 0, audit: 0 });
    await vouchers.issue({ beneficiaryId: newId() }, { ...caller(), approvalLimitMinor: 250n });
    expect(await books()).toMatchObject({ issued: 250 });
  });
});

describe('redeeming', () => {
  it('happens once, of twenty vendors at once', async () => {
    await open({ budgetMinor: 1000n });
    const { id } = await issue();
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => redeem(id)));
    expect(codesOf(outcomes)).toEqual([...times(19, 'INVALID_TRANSITION'), 'done']);
    expect(await books()).toMatchObject({ redeemed: 100, redeemedSum: 100, events: 2, audit: 2 });
  });

  it('is not possible after the voucher has expired, and cancelling returns the amount then', async () => {
    await open({ budgetMinor: 100n, settings: { validDays: 1 } });
    const { id } = await issue();
    vouchers = project.service(() => new Date(Date.now() + DAY_MS + 1000));
    expect(await vouchers.get(id)).toMatchObject({ status: 'EXPIRED' });
    await expect(redeem(id)).rejects.toMatchObject({ code: 'INVALID_TRANSITION', details: { status: 'EXPIRED' } });
    await expect(issue()).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
    expect(await cancel(id)).toMatchObject({ status: 'CANCELLED' });
    await issue();
  });

  it('of what was cancelled, or never was, is refused', async () => {
    await open({ budgetMinor: 1000n });
    const { id } = await issue();
    await cancel(id);
    await expect(redeem(id)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    await expect(redeem(newId())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('and cancelling at once leaves one of the two', async () => {
    await open({ budgetMinor: 10_000n });
    const issued = await Promise.all(Array.from({ length: 10 }, () => issue()));
    const outcomes = await Promise.allSettled(issued.flatMap(({ id }) => [redeem(id), cancel(id)]));
    expect(codesOf(outcomes)).toEqual([...times(10, 'INVALID_TRANSITION'), ...times(10, 'done')]);
    const { issued: left, redeemed, liveSum, redeemedSum } = await books();
    expect([left, redeemed]).toEqual([liveSum, redeemedSum]);
  });
});

describe('the database', () => {
  it('holds against code that forgets a rule', async () => {
    await open({ budgetMinor: 1000n });
    const { id } = await issue();
    await redeem(id);
    const forbidden = [
      `UPDATE voucher SET status = 'ISSUED', redeemed_at = NULL, vendor_id = NULL WHERE id = '${id}'`,
      `DELETE FROM voucher WHERE id = '${id}'`,
      `UPDATE voucher_totals SET redeemed_minor = issued_minor + 1`,
      `INSERT INTO voucher_totals VALUES (2, 0, 0, 0)`,
      `INSERT INTO voucher (id, beneficiary_id, amount_minor, currency, issued_at, valid_until) VALUES ('${newId()}', '${newId()}', 0, 'NPR', now(), now() + interval '1 day')`,
    ];
    for (const sql of forbidden) await expect(project.pool.query(sql)).rejects.toMatchObject({ code: '23514' });
  });
});

describe('an idempotency key', () => {
  it('makes one voucher of ten requests at once, and answers all of them the same', async () => {
    await open({ budgetMinor: 1000n });
    const beneficiaryId = newId();
    const answers = await Promise.all(Array.from({ length: 10 }, () => vouchers.issue({ beneficiaryId }, caller('once'))));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await books()).toMatchObject({ liveRows: 1, events: 1, audit: 1 });
  });

  it('answers as it did then, though the voucher was redeemed since', async () => {
    await open({ budgetMinor: 1000n });
    const beneficiaryId = newId();
    const first = await vouchers.issue({ beneficiaryId }, caller('again'));
    await redeem(first.id);
    expect(await vouchers.issue({ beneficiaryId }, caller('again'))).toEqual(first);
  });

  it('with another request is a conflict', async () => {
    await open({ budgetMinor: 1000n });
    await vouchers.issue({ beneficiaryId: newId() }, caller('taken'));
    await expect(vouchers.issue({ beneficiaryId: newId() }, caller('taken'))).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });

  it('of a request that failed is free again', async () => {
    await open({ budgetMinor: 0n });
    const beneficiaryId = newId();
    await expect(vouchers.issue({ beneficiaryId }, caller('later'))).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
    await project.learn({ budgetMinor: '100' });
    expect(await vouchers.issue({ beneficiaryId }, caller('later'))).toMatchObject({ status: 'ISSUED' });
  });
});

describe('the list', () => {
  it('is paged newest first, each voucher once', async () => {
    await open({ budgetMinor: 10_000n });
    const ids: string[] = [];
    for (let n = 0; n < 7; n++) ids.unshift((await issue()).id);
    const seen: string[] = [];
    let after: string | undefined;
    for (;;) {
      const page = await vouchers.list({ projectId: project.facts.id, first: 3, ...(after ? { after } : {}) });
      seen.push(...page.edges.map((edge) => edge.node.id));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor ?? '';
    }
    expect([...seen].sort()).toEqual([...ids].sort());
  });

  it('shows who stands how: each voucher under one status', async () => {
    await open({ budgetMinor: 10_000n, settings: { validDays: 1 } });
    const person = newId();
    const [kept, redeemed, cancelled] = [await issue(person), await issue(), await issue()];
    await redeem(redeemed.id);
    await cancel(cancelled.id);
    const list = async (filter: object) => (await vouchers.list({ projectId: project.facts.id, ...filter })).edges.map((edge) => edge.node.id);
    expect(await list({ status: 'ISSUED' })).toEqual([kept.id]);
    expect(await list({ status: 'EXPIRED' })).toEqual([]);
    expect(await list({ beneficiaryId: person })).toEqual([kept.id]);
    vouchers = project.service(() => new Date(Date.now() + 2 * DAY_MS));
    expect(await list({ status: 'ISSUED' })).toEqual([]);
    expect(await list({ status: 'EXPIRED' })).toEqual([kept.id]);
    expect(await list({ status: 'REDEEMED' })).toEqual([redeemed.id]);
    expect(await list({ status: 'CANCELLED' })).toEqual([cancelled.id]);
  });
});
