import { ArgsType, Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { PageArgs } from '#kernel/graphql';
import { RfvVoucherStatus } from './voucher.type';

@ArgsType()
export class RfvVouchersArgs extends PageArgs {
  @Field(() => ID, { description: 'The project to ask.' })
  projectId: string;

  @Field(() => RfvVoucherStatus, { nullable: true, description: 'Only vouchers that stand like this now.' })
  status?: RfvVoucherStatus;

  @Field(() => ID, { nullable: true, description: 'Only vouchers of this person.' })
  beneficiaryId?: string;
}

@InputType({ description: 'A voucher to issue. Its amount and its validity follow from the settings of the project.' })
export class RfvIssueVoucherInput {
  @Field(() => ID, { description: 'The id of the person who is to have it.' })
  beneficiaryId: string;
}

@InputType({ description: 'A voucher that a vendor takes.' })
export class RfvRedeemVoucherInput {
  @Field(() => ID, { description: 'The id of the voucher.' })
  voucherId: string;

  @Field(() => ID, { description: 'The id of the vendor who takes it.' })
  vendorId: string;
}

@InputType({ description: 'A voucher to take back before it is redeemed.' })
export class RfvCancelVoucherInput {
  @Field(() => ID, { description: 'The id of the voucher.' })
  voucherId: string;
}

const id = z.uuid('must be a UUID');

/** What an input must be beyond its GraphQL type. */
export const issueRules = z.object({ beneficiaryId: id });
export const redeemRules = z.object({ voucherId: id, vendorId: id });
export const cancelRules = z.object({ voucherId: id });
