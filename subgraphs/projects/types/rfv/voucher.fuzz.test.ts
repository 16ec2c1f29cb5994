import fc from 'fast-check';
import { newId } from '#kernel/db';
import { createVoucherProject, type VoucherProject } from './testing/voucher-project';
import type { RfvVoucher } from './voucher.type';

const ROUNDS = Number(process.env.PROPERTY_ROUNDS ?? 15);
const EXPECTED = new Set(['BUDGET_EXCEEDED', 'INVALID_TRANSITION', 'CONFLICT', 'IDEMPOTENCY_CONFLICT']);

let project: VoucherProject;
beforeAll(async () => {
  project = await createVoucherProject({ budgetMinor: 0n, settings: { maxVouchersPerBeneficiary: 3 } });
});
afterAll(() => project.close());

/** One thing that someone tries; `which` picks a voucher among those that there are. */
const step = fc.record({
  what: fc.constantFrom('issue', 'issue', 'redeem', 'cancel', 'repeat'),
  which: fc.nat(20),
  person: fc.nat(3),
});
/** Each inner list is tried at the same moment. */
const rounds = fc.array(fc.array(step, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 });

const vendor = newId();

/** What one run knows: people of its own, and the vouchers that it saw issued. */
interface Run {
  people: readonly string[];
  known: RfvVoucher[];
}

async function attempt({ people, known }: Run, { what, which, person }: { what: string; which: number; person: number }): Promise<void> {
  const vouchers = project.service();
  const by = { actorId: 'fuzz', idempotencyKey: what === 'repeat' ? `repeated-${people[0]}-${which % 3}` : newId() };
  const voucherId = known[which % Math.max(1, known.length)]?.id ?? newId();
  if (what === 'redeem') await vouchers.redeem({ voucherId, vendorId: vendor }, by);
  else if (what === 'cancel') await vouchers.cancel({ voucherId }, by);
  else known.push(await vouchers.issue({ beneficiaryId: people[person] ?? '' }, by));
}

test('whatever happens at once: issued stays within the budget, and totals, rows, events and audit entries agree', async () => {
  const property = fc.asyncProperty(rounds, fc.integer({ min: 0, max: 8 }), async (script, room) => {
    await settleBooks(room);
    const run: Run = { people: Array.from({ length: 4 }, () => newId()), known: [] };
    for (const together of script) {
      const outcomes = await Promise.allSettled(together.map((one) => attempt(run, one)));
      const unexpected = outcomes.filter((outcome) => outcome.status === 'rejected' && !EXPECTED.has(outcome.reason.code) && outcome.reason.code !== 'NOT_FOUND');
      expect(unexpected).toEqual([]);
      await checkBooks();
    }
  });
  await fc.assert(property, { numRuns: ROUNDS });
}, 120_000 + ROUNDS * 2000);

let budget = 0n;

/** Leaves room in the budget for so many more vouchers. */
async function settleBooks(room: number): Promise<void> {
  const { issuedMinor } = await project.repository.totals();
  budget = issuedMinor + BigInt(room) * 100n;
  await project.learn({ budgetMinor: budget.toString() });
}

async function checkBooks(): Promise<void> {
  const { rows } = await project.pool.query<Record<string, string>>(`
    SELECT (SELECT issued_minor FROM voucher_totals) AS issued, (SELECT redeemed_minor FROM voucher_totals) AS redeemed,
           (SELECT issued_count FROM voucher_totals) AS count,
           (SELECT coalesce(sum(amount_minor), 0) FROM voucher WHERE status <> 'CANCELLED') AS "issuedRows",
           (SELECT coalesce(sum(amount_minor), 0) FROM voucher WHERE status = 'REDEEMED') AS "redeemedRows",
           (SELECT count(*) FROM voucher WHERE status <> 'CANCELLED') AS "countRows",
           (SELECT count(*) + count(*) FILTER (WHERE status <> 'ISSUED') FROM voucher) AS changes,
           (SELECT count(*) FROM outbox_event) AS events, (SELECT count(*) FROM audit_entry) AS audit,
           (SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM voucher WHERE status <> 'CANCELLED' GROUP BY beneficiary_id) AS held) AS most`);
  const found = Object.fromEntries(Object.entries(rows[0] ?? {}).map(([name, value]) => [name, Number(value)]));
  expect(found).toMatchObject({ issued: found.issuedRows, redeemed: found.redeemedRows, count: found.countRows, events: found.changes, audit: found.changes });
  expect(found.issued).toBeLessThanOrEqual(Number(budget));
  expect(found.most).toBeLessThanOrEqual(3);
}
