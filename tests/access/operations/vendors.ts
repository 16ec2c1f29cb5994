import { EVERYWHERE, type Operation } from './operation';

function onVendor(more: Record<string, unknown>): Operation {
  return { borders: EVERYWHERE, target: async ({ rows, place }) => ({ variables: { id: (await rows.vendor(place)).id, ...more } }) };
}

/** Root fields about the life of vendors, and what they may take in projects. */
export const vendors: Readonly<Record<string, Operation>> = {
  myVendors: { borders: [], target: async () => ({ variables: {} }) },
  updateVendor: onVendor({ input: { contactName: 'Somebody Else' } }),
  suspendVendor: onVendor({ reason: 'why' }),
  offboardVendor: onVendor({ reason: 'why' }),
  changeProjectVendorLimits: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => ({ variables: { projectId: place.projectId, vendorId: (await rows.vendor(place)).id, dailyLimitMinor: '100' } }),
  },
  onboardingPolicy: { borders: [], target: async () => ({ variables: {} }) },
  updateOnboardingPolicy: { borders: [], target: async () => ({ variables: { input: { selfApproval: false } } }) },
};
