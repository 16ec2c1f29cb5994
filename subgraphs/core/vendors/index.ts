import type DataLoader from 'dataloader';
import { allow } from 'graphql-shield';
import { batchById, perRequest, requiresSomewhere } from '#kernel/graphql';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { Slice } from '../slice';
import { toVendor } from './vendor.mapper';
import { VendorRepository } from './vendor.repository';
import { VendorResolver } from './vendor.resolver';
import { VendorService } from './vendor.service';
import type { Vendor } from './vendor.type';

export { vendorEvents } from './vendor.events';
export { Vendor } from './vendor.type';

export interface VendorsSlice extends Slice {
  /** Vendors that the caller may see, batched for each request. */
  byId: (context: CoreContext) => DataLoader<string, Vendor | null>;
}

/** Shops and agents. */
export function createVendors(deps: { database: CoreDatabase }): VendorsSlice {
  const repository = new VendorRepository(deps.database);
  const byId = perRequest(({ principal }: CoreContext) =>
    batchById(async (ids) => (await repository.findVisible(principal, ids)).map(toVendor), (vendor) => vendor.id),
  );
  return {
    resolvers: new Map([[VendorResolver, new VendorResolver(new VendorService(deps.database, repository), byId)]]),
    references: { Vendor: ({ id }: { id: string }, context) => byId(context).load(id) },
    rules: {
      Query: { vendor: requiresSomewhere('vendor:read'), vendors: requiresSomewhere('vendor:read') },
      Mutation: { registerVendor: write, approveVendor: write, suspendVendor: write },
      Vendor: allow,
      VendorConnection: allow,
      VendorEdge: allow,
    },
    byId,
  };
}

const write = requiresSomewhere('vendor:write');
