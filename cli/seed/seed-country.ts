import {
  ApproveDemoVendorDocument,
  AssignDemoVendorsDocument,
  EnrolDemoBeneficiariesDocument,
  RegisterDemoBeneficiariesDocument,
  RegisterDemoVendorDocument,
} from '../../generated/graphql/documents';
import type { Ask } from '../start/graphql-client';
import { demoBeneficiaries, demoVendors } from './country';

/**
 * Fills the demo organisation with people and shops and lets them take part in the demo projects, by the same calls that a
 * person would make. Its idempotency keys are fixed: a second start changes nothing.
 */
export async function seedCountry(ask: Ask, projectIds: readonly string[]): Promise<void> {
  const { registerBeneficiaries: people } = await ask(RegisterDemoBeneficiariesDocument, { inputs: demoBeneficiaries(), key: 'demo-people' });
  const vendorIds = await Promise.all(demoVendors().map((vendor, index) => registerVendor(ask, vendor, index)));
  const beneficiaryIds = people.map(({ id }) => id);
  for (const projectId of projectIds) {
    await ask(EnrolDemoBeneficiariesDocument, { projectId, beneficiaryIds, key: 'demo-people' });
    await ask(AssignDemoVendorsDocument, { projectId, vendorIds, key: 'demo-vendors' });
  }
}

async function registerVendor(ask: Ask, input: ReturnType<typeof demoVendors>[number], index: number): Promise<string> {
  const { registerVendor: vendor } = await ask(RegisterDemoVendorDocument, { input, key: `demo-vendor-${index}` });
  if (vendor.status === 'PENDING') await ask(ApproveDemoVendorDocument, { id: vendor.id, key: `demo-vendor-${index}` });
  return vendor.id;
}
