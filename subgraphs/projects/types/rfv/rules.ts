import { allow, or } from 'graphql-shield';
import { requires } from '#kernel/graphql';

const read = requires('entitlement:read');
const issue = requires('entitlement:issue');
const redeem = requires('entitlement:redeem');

/** Who may do what. Connections and summaries are reached through guarded fields only; a voucher also by reference. */
export const rfvRules = {
  Query: { rfvVoucher: read, rfvVouchers: read },
  Mutation: { rfvIssueVoucher: issue, rfvCancelVoucher: issue, rfvRedeemVoucher: redeem },
  Project: { id: allow, rfv: read },
  Enrollment: { projectId: allow, beneficiaryId: allow, rfv: read },
  ProjectVendor: { projectId: allow, vendorId: allow, rfv: read },
  // Whoever issues or redeems a voucher sees that one as the answer.
  RfvVoucher: { '*': or(read, issue, redeem) },
  RfvVoucherConnection: { '*': allow },
  RfvVoucherEdge: { '*': allow },
  RfvProject: { '*': allow },
  RfvEnrollment: { '*': allow },
  RfvVendor: { '*': allow },
};
