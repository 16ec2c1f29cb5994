import { batchById, perRequest, type EntityReference } from '#kernel/graphql';
import type { ProjectContext } from '../../runtime';
import type { VoucherRepository } from './voucher.repository';
import { snapshotOf, toVoucher } from './voucher.snapshot';

/** Finds vouchers by key: those of one request in one query. */
export function createVoucherReference(repository: VoucherRepository, projectId: string): EntityReference<ProjectContext> {
  const loader = perRequest((_context: ProjectContext) => batchById((ids) => repository.findMany(ids), (row) => row.id));
  return async ({ id }: { id: string }, context) => {
    const row = await loader(context).load(id);
    return row && toVoucher(snapshotOf(row, new Date()), projectId);
  };
}
