import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Enrollment, Project, ProjectVendor, type ProjectContext } from '../../runtime';
import { rfvSettings } from './settings';
import type { SummaryLoaders } from './summary.loaders';
import { RfvEnrollment, RfvKind, RfvProject, RfvVendor } from './summary.type';
import type { VoucherService } from './voucher.service';
import { snapshotOf, toVoucher } from './voucher.snapshot';

@Resolver(() => Project)
export class ProjectSummaryResolver {
  constructor(private readonly vouchers: VoucherService) {}

  @FieldResolver(() => RfvProject, { nullable: true, description: 'Its vouchers; null for a project of another type.' })
  async rfv(): Promise<RfvProject> {
    const { project, totals } = await this.vouchers.summary();
    const settings = rfvSettings.parse(project.settings);
    const left = BigInt(project.budgetMinor) - totals.issuedMinor;
    return {
      projectId: project.id,
      kind: RfvKind[settings.kind],
      voucherValueMinor: BigInt(settings.voucherValueMinor),
      vouchersIssued: totals.issuedCount,
      issuedMinor: totals.issuedMinor,
      redeemedMinor: totals.redeemedMinor,
      // A budget may be lowered below what was issued; nothing is left then.
      remainingBudgetMinor: left > 0n ? left : 0n,
      currency: project.currency,
    };
  }
}

@Resolver(() => Enrollment)
export class EnrollmentSummaryResolver {
  constructor(private readonly loaders: SummaryLoaders) {}

  @FieldResolver(() => RfvEnrollment, { nullable: true, description: 'The vouchers of this person; null for a project of another type.' })
  async rfv(@Root() enrollment: Enrollment, @Ctx() context: ProjectContext): Promise<RfvEnrollment> {
    const found = await this.loaders.beneficiaries(context).load(enrollment.beneficiaryId);
    const now = new Date();
    return {
      vouchers: (found?.newest ?? []).map((row) => toVoucher(snapshotOf(row, now), enrollment.projectId)),
      issuedMinor: found?.issuedMinor ?? 0n,
    };
  }
}

@Resolver(() => ProjectVendor)
export class VendorSummaryResolver {
  constructor(private readonly loaders: SummaryLoaders) {}

  @FieldResolver(() => RfvVendor, { nullable: true, description: 'What this vendor took; null for a project of another type.' })
  async rfv(@Root() vendor: ProjectVendor, @Ctx() context: ProjectContext): Promise<RfvVendor> {
    const found = await this.loaders.vendors(context).load(vendor.vendorId);
    return { redeemedVouchers: found?.redeemedVouchers ?? 0, redeemedMinor: found?.redeemedMinor ?? 0n };
  }
}
