import type DataLoader from 'dataloader';
import { batchById, perRequest } from '#kernel/graphql';
import type { ProjectContext } from '../../runtime';
import type { BeneficiaryVouchers, SummaryRepository, VendorRedemptions } from './summary.repository';

/** Loaders of one request: two hundred people of a list are one query. */
export interface SummaryLoaders {
  beneficiaries(context: ProjectContext): DataLoader<string, BeneficiaryVouchers | null>;
  vendors(context: ProjectContext): DataLoader<string, VendorRedemptions | null>;
}

export function createSummaryLoaders(repository: SummaryRepository): SummaryLoaders {
  return {
    beneficiaries: perRequest(() => batchById((ids) => repository.ofBeneficiaries(ids), (row) => row.beneficiaryId)),
    vendors: perRequest(() => batchById((ids) => repository.ofVendors(ids), (row) => row.vendorId)),
  };
}
