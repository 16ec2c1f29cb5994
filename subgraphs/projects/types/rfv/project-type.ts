import { defineProjectType, Enrollment, Project, ProjectVendor, stubReferences, type ProjectDeps, type ProjectParts, type ProjectType } from '../../runtime';
import { createDatabase } from './database';
import { name, version } from './image.json';
import { rfvRules } from './rules';
import { rfvSettingsSchema } from './settings';
import { createSummaryLoaders } from './summary.loaders';
import { SummaryRepository } from './summary.repository';
import { EnrollmentSummaryResolver, ProjectSummaryResolver, VendorSummaryResolver } from './summary.resolver';
import { VoucherRepository } from './voucher.repository';
import { createVoucherReference } from './voucher.reference';
import { VoucherResolver } from './voucher.resolver';
import { VoucherService } from './voucher.service';

/** Referral and free vouchers: each worth one fixed amount, issued to a person and redeemed once at a vendor. */
export function rfvType(migrationsDirectory: string): ProjectType {
  return defineProjectType({ name, version, title: 'Referral and free vouchers', settingsSchema: rfvSettingsSchema, migrationsDirectory, build });
}

function build(deps: ProjectDeps): ProjectParts {
  const database = createDatabase(deps.pool);
  const repository = new VoucherRepository(database);
  const vouchers = new VoucherService(repository, deps.projectId);
  const loaders = createSummaryLoaders(new SummaryRepository(database));
  return {
    resolvers: new Map<NewableFunction, object>([
      [VoucherResolver, new VoucherResolver(vouchers)],
      [ProjectSummaryResolver, new ProjectSummaryResolver(vouchers)],
      [EnrollmentSummaryResolver, new EnrollmentSummaryResolver(loaders)],
      [VendorSummaryResolver, new VendorSummaryResolver(loaders)],
    ]),
    references: { ...stubReferences, RfvVoucher: createVoucherReference(repository, deps.projectId) },
    rules: rfvRules,
    orphanedTypes: [Project, Enrollment, ProjectVendor],
  };
}
