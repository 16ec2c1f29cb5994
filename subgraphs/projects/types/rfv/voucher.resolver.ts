import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { approvalLimit } from '#kernel/auth';
import type { ProjectContext } from '../../runtime';
import { RfvCancelVoucherInput, RfvIssueVoucherInput, RfvRedeemVoucherInput, RfvVouchersArgs } from './voucher.inputs';
import type { Caller, VoucherService } from './voucher.service';
import { RfvVoucher, RfvVoucherConnection } from './voucher.type';

const PROJECT = { description: 'The project to ask.' };
const KEY = { description: 'Any text of up to 200 characters that is new for each change: a repeat with the same text changes nothing and is answered the same.' };

@Resolver()
export class VoucherResolver {
  constructor(private readonly vouchers: VoucherService) {}

  @Query(() => RfvVoucherConnection, { nullable: true, description: 'The vouchers of a project, newest first.' })
  rfvVouchers(@Args(() => RfvVouchersArgs) args: RfvVouchersArgs): Promise<RfvVoucherConnection> {
    return this.vouchers.list(args);
  }

  @Query(() => RfvVoucher, { nullable: true, description: 'One voucher of a project.' })
  rfvVoucher(@Arg('projectId', () => ID, PROJECT) _projectId: string, @Arg('id', () => ID, { description: 'The id of the voucher.' }) id: string): Promise<RfvVoucher> {
    return this.vouchers.get(id);
  }

  @Mutation(() => RfvVoucher, { nullable: true, description: 'Issues a voucher to a person, if the budget of the project allows it.' })
  rfvIssueVoucher(
    @Arg('projectId', () => ID, PROJECT) _projectId: string,
    @Arg('input', () => RfvIssueVoucherInput, { description: 'Whom to give it to.' }) input: RfvIssueVoucherInput,
    @Arg('idempotencyKey', () => String, KEY) idempotencyKey: string,
    @Ctx() context: ProjectContext,
  ): Promise<RfvVoucher> {
    return this.vouchers.issue(input, callerOf(context, idempotencyKey));
  }

  @Mutation(() => RfvVoucher, { nullable: true, description: 'Redeems a voucher at a vendor. A voucher is redeemed once at most.' })
  rfvRedeemVoucher(
    @Arg('projectId', () => ID, PROJECT) _projectId: string,
    @Arg('input', () => RfvRedeemVoucherInput, { description: 'Which voucher, and who takes it.' }) input: RfvRedeemVoucherInput,
    @Arg('idempotencyKey', () => String, KEY) idempotencyKey: string,
    @Ctx() context: ProjectContext,
  ): Promise<RfvVoucher> {
    return this.vouchers.redeem(input, callerOf(context, idempotencyKey));
  }

  @Mutation(() => RfvVoucher, { nullable: true, description: 'Takes back a voucher that was not redeemed, expired or not; its amount returns to the budget.' })
  rfvCancelVoucher(
    @Arg('projectId', () => ID, PROJECT) _projectId: string,
    @Arg('input', () => RfvCancelVoucherInput, { description: 'Which voucher.' }) input: RfvCancelVoucherInput,
    @Arg('idempotencyKey', () => String, KEY) idempotencyKey: string,
    @Ctx() context: ProjectContext,
  ): Promise<RfvVoucher> {
    return this.vouchers.cancel(input, callerOf(context, idempotencyKey));
  }
}

function callerOf(context: ProjectContext, idempotencyKey: string): Caller {
  return { actorId: context.principal.subject, idempotencyKey, approvalLimitMinor: approvalLimit(context.principal) };
}
