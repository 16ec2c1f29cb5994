import DataLoader from 'dataloader';
import { allow } from 'graphql-shield';
import { authenticated, batchById, perRequest, requires, requiresSomewhere } from '#kernel/graphql';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { ProtectedData } from '../protected-data';
import type { Slice } from '../slice';
import { OnboardingResolver } from './onboarding.resolver';
import { Onboarding } from './onboarding.service';
import { openContacts } from './vendor.contacts';
import { toVendor, toVendorStep } from './vendor.mapper';
import { VendorRepository } from './vendor.repository';
import { VendorResolver, type VendorLoaders } from './vendor.resolver';
import { VendorService } from './vendor.service';
import { VendorStanding, type VendorDocuments } from './vendor.standing';
import type { Vendor, VendorStep } from './vendor.type';

export type { Onboarding } from './onboarding.service';
export { sealPlainContacts } from './seal-plain';
export { vendorEvents } from './vendor.events';
export type { VendorDocuments } from './vendor.standing';
export { Vendor } from './vendor.type';

export interface VendorsSlice extends Slice {
  /** Vendors that the caller may see or acts for, batched for each request. */
  byId: (context: CoreContext) => DataLoader<string, Vendor | null>;
  /** What the organisation asks before it approves. */
  onboarding: Onboarding;
}

/** Shops and agents. */
export function createVendors(deps: { database: CoreDatabase; protectedData: ProtectedData; documents: VendorDocuments }): VendorsSlice {
  const repository = new VendorRepository(deps.database);
  const onboarding = new Onboarding(deps.database);
  const service = new VendorService(deps.database, repository, deps.protectedData);
  const standing = new VendorStanding(deps.database, repository, onboarding, deps.documents);
  const loaders = createLoaders(repository, deps.protectedData);
  return {
    resolvers: new Map<NewableFunction, object>([
      [VendorResolver, new VendorResolver(service, standing, loaders)],
      [OnboardingResolver, new OnboardingResolver(onboarding)],
    ]),
    references: { Vendor: ({ id }: { id: string }, context) => loaders.byId(context).load(id) },
    rules,
    byId: loaders.byId,
    onboarding,
  };
}

function createLoaders(repository: VendorRepository, protectedData: ProtectedData): VendorLoaders {
  const byId = perRequest(({ principal }: CoreContext) => batchById(async (ids) => (await repository.findVisible(principal, ids)).map(toVendor), (vendor) => vendor.id));
  const contacts = perRequest(({ principal, client }: CoreContext) =>
    batchById(
      async (ids) => {
        const rows = await repository.findPii(principal, ids, client?.purpose ?? null);
        const opened = await openContacts(protectedData, rows);
        return opened.map((one, index) => ({ ...one, vendorId: rows[index]?.vendorId ?? '' }));
      },
      ({ vendorId }) => vendorId,
    ),
  );
  const steps = perRequest(
    (_context: CoreContext) =>
      new DataLoader<string, VendorStep[]>(async (ids) => {
        const byVendor = new Map<string, VendorStep[]>(ids.map((id) => [id, []]));
        for (const row of await repository.steps(ids)) byVendor.get(row.vendorId)?.push(toVendorStep(row));
        return ids.map((id) => byVendor.get(id) ?? []);
      }),
  );
  return { byId, contacts, steps };
}

const write = requiresSomewhere('vendor:write');

const rules = {
  Query: {
    vendor: authenticated, // who acts for a vendor sees it without a permission; the repository narrows
    vendors: requiresSomewhere('vendor:read'),
    myVendors: authenticated,
    onboardingPolicy: authenticated,
  },
  Mutation: {
    registerVendor: write,
    updateVendor: write,
    approveVendor: write,
    suspendVendor: write,
    offboardVendor: write,
    updateOnboardingPolicy: requires('organization:update'),
  },
  Vendor: allow,
  VendorStep: allow,
  PayoutAccount: allow,
  GeoPoint: allow,
  OnboardingPolicy: allow,
  VendorConnection: allow,
  VendorEdge: allow,
};
