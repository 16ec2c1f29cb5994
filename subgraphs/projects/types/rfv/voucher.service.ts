import { isId, newId } from '#kernel/db';
import { AppError, BadInputError, ConflictError, NotFoundError, parseInput } from '#kernel/errors';
import { pageRequest, toConnection, type Connection } from '#kernel/graphql';
import { changeProject, readProject, type ProjectFacts } from '../../runtime';
import type { Voucher, VoucherTotals } from '../../../../generated/prisma/rfv/client';
import type { RfvTransaction } from './database';
import { rfvSettings } from './settings';
import { cancelRules, issueRules, redeemRules, type RfvCancelVoucherInput, type RfvIssueVoucherInput, type RfvRedeemVoucherInput, type RfvVouchersArgs } from './voucher.inputs';
import { tell, type VoucherNews } from './voucher.news';
import type { VoucherRepository } from './voucher.repository';
import { snapshotOf, statusOf, toVoucher, type VoucherSnapshot } from './voucher.snapshot';
import type { RfvVoucher } from './voucher.type';

const DAY_MS = 24 * 3600 * 1000;

/** Who changes something, and the key that makes a repeat harmless. */
export interface Caller {
  actorId: string;
  idempotencyKey: string;
  /** The most that they may commit in one step, in minor units; null or absent for no limit. */
  approvalLimitMinor?: bigint | null;
}

type Effect = (tx: RfvTransaction, project: ProjectFacts) => Promise<Voucher>;

/** What can be done with vouchers. */
export class VoucherService {
  constructor(
    private readonly repository: VoucherRepository,
    private readonly projectId: string,
    private readonly now: () => Date = () => new Date(),
  ) {}

  async list(args: RfvVouchersArgs): Promise<Connection<RfvVoucher>> {
    const page = pageRequest(args);
    if (page.after !== null && !isId(page.after)) throw new BadInputError('after', 'is not a cursor of this list');
    if (args.beneficiaryId && !isId(args.beneficiaryId)) throw new BadInputError('beneficiaryId', 'must be a UUID');
    const filter = { status: args.status ?? undefined, beneficiaryId: args.beneficiaryId ?? undefined };
    const rows = await this.repository.page(filter, page, this.now());
    return toConnection(rows.map((row) => this.present(row)), page, (voucher) => voucher.id);
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<RfvVoucher> {
    const [row] = await this.repository.findMany([id]);
    if (!row) throw new NotFoundError('The voucher');
    return this.present(row);
  }

  /** The project with its totals. */
  async summary(): Promise<{ project: ProjectFacts; totals: VoucherTotals }> {
    const [project, totals] = await Promise.all([readProject(this.repository.sql), this.repository.totals()]);
    return { project, totals };
  }

  /** @throws AppError FORBIDDEN (a voucher is worth more than the caller may commit), BUDGET_EXCEEDED, CONFLICT (the person has as many as allowed), PROJECT_PAUSED, IDEMPOTENCY_CONFLICT */
  issue(input: RfvIssueVoucherInput, caller: Caller): Promise<RfvVoucher> {
    const { beneficiaryId } = parseInput(issueRules, input);
    return this.change('issued', caller, input, async (tx, project) => {
      const settings = rfvSettings.parse(project.settings);
      const amountMinor = BigInt(settings.voucherValueMinor);
      assertWithinLimit(amountMinor, caller);
      const fits = await this.repository.reserve(tx, amountMinor, BigInt(project.budgetMinor));
      if (!fits) throw new AppError('BUDGET_EXCEEDED', `The budget does not allow another voucher of ${amountMinor} ${project.currency} (minor units).`);
      await this.assertAllowance(tx, beneficiaryId, settings.maxVouchersPerBeneficiary);
      const issuedAt = this.now();
      const validUntil = new Date(issuedAt.getTime() + settings.validDays * DAY_MS);
      return this.repository.insert(tx, { id: newId(), beneficiaryId, amountMinor, currency: project.currency, issuedAt, validUntil });
    });
  }

  /** @throws AppError NOT_FOUND, INVALID_TRANSITION (redeemed, cancelled or expired), PROJECT_PAUSED, IDEMPOTENCY_CONFLICT */
  redeem(input: RfvRedeemVoucherInput, caller: Caller): Promise<RfvVoucher> {
    const { voucherId, vendorId } = parseInput(redeemRules, input);
    return this.change('redeemed', caller, input, async (tx) => {
      const redeemed = await this.repository.redeem(tx, voucherId, { vendorId, now: this.now() });
      return redeemed ?? this.refuse(tx, voucherId, 'redeemed');
    });
  }

  /** @throws AppError NOT_FOUND, INVALID_TRANSITION (redeemed or cancelled), PROJECT_PAUSED, IDEMPOTENCY_CONFLICT */
  cancel(input: RfvCancelVoucherInput, caller: Caller): Promise<RfvVoucher> {
    const { voucherId } = parseInput(cancelRules, input);
    return this.change('cancelled', caller, input, async (tx) => {
      const cancelled = await this.repository.cancel(tx, voucherId, this.now());
      return cancelled ?? this.refuse(tx, voucherId, 'cancelled');
    });
  }

  /** The change, its audit entry and its event: one transaction, once for each idempotency key. */
  private async change(what: VoucherNews['what'], { actorId, idempotencyKey }: Caller, input: object, effect: Effect): Promise<RfvVoucher> {
    const request = { actorId, idempotencyKey, operation: `rfv voucher ${what}`, input };
    const snapshot = await this.repository.transaction((tx) =>
      changeProject(tx.sql, request, async (project): Promise<VoucherSnapshot> => {
        const voucher = snapshotOf(await effect(tx, project), this.now());
        await tell(tx.sql, { what, actorId, project, voucher });
        return voucher;
      }),
    );
    return toVoucher(snapshot, this.projectId);
  }

  private async assertAllowance(tx: RfvTransaction, beneficiaryId: string, most: number | undefined): Promise<void> {
    if (most === undefined || (await this.repository.countOf(tx, beneficiaryId)) < most) return;
    throw new ConflictError('input.beneficiaryId', `has the ${most} vouchers that this project allows one person`);
  }

  private async refuse(tx: RfvTransaction, id: string, wanted: string): Promise<never> {
    const voucher = await this.repository.find(tx, id);
    if (!voucher) throw new NotFoundError('The voucher');
    const status = statusOf(voucher, this.now());
    throw new AppError('INVALID_TRANSITION', `A voucher that is ${status} cannot be ${wanted}.`, { field: 'input.voucherId', status });
  }

  private present(row: Voucher): RfvVoucher {
    return toVoucher(snapshotOf(row, this.now()), this.projectId);
  }
}

function assertWithinLimit(amountMinor: bigint, { approvalLimitMinor }: Caller): void {
  if (approvalLimitMinor == null || amountMinor <= approvalLimitMinor) return;
  throw new AppError('FORBIDDEN', `A voucher is worth ${amountMinor}, your approval limit is ${approvalLimitMinor} (minor units).`, { approvalLimitMinor: approvalLimitMinor.toString() });
}
