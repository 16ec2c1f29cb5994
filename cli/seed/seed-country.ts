import {
  ApproveDemoVendorDocument,
  AssignDemoVendorsDocument,
  DemoProjectIsFilledDocument,
  EnrolDemoBeneficiariesDocument,
  RegisterDemoBeneficiariesDocument,
  RegisterDemoVendorDocument,
  type RegisterDemoVendorMutation,
} from '../../generated/graphql/documents';
import type { Ask } from '../start/graphql-client';
import { demoBeneficiaries, demoVendors } from './country';

type DemoVendor = RegisterDemoVendorMutation['registerVendor'];

/**
 * Fills the demo organisation with people and shops and lets them take part in the demo projects, by the same calls that a
 * person would make. Its idempotency keys are fixed: a second start changes nothing, and undoes nothing that someone did since.
 */
export async function seedCountry(ask: Ask, projectIds: readonly string[]): Promise<void> {
  const { registerBeneficiaries: people } = await ask(RegisterDemoBeneficiariesDocument, { inputs: demoBeneficiaries(), key: 'demo-people' });
  const vendors = await Promise.all(demoVendors().map((vendor, index) => registerVendor(ask, vendor, index)));
  // Whom someone set aside since the first start would be refused, and with them the whole start.
  const beneficiaryIds = people.filter(({ status }) => status === 'ACTIVE').map(({ id }) => id);
  const vendorIds = vendors.filter(({ status }) => status === 'APPROVED').map(({ id }) => id);
  for (const projectId of projectIds) await fillProject(ask, projectId, { beneficiaryIds, vendorIds });
}

// A project that has people or vendors keeps the ones it has: asked anew for others, the same key would be a conflict.
async function fillProject(ask: Ask, projectId: string, who: { beneficiaryIds: string[]; vendorIds: string[] }): Promise<void> {
  const { project } = await ask(DemoProjectIsFilledDocument, { projectId });
  const { beneficiaryIds, vendorIds } = who;
  if (project?.enrollments.edges.length === 0 && beneficiaryIds.length > 0) {
    await ask(EnrolDemoBeneficiariesDocument, { projectId, beneficiaryIds, key: 'demo-people' });
  }
  if (project?.vendors.edges.length === 0 && vendorIds.length > 0) {
    await ask(AssignDemoVendorsDocument, { projectId, vendorIds, key: 'demo-vendors' });
  }
}

async function registerVendor(ask: Ask, input: ReturnType<typeof demoVendors>[number], index: number): Promise<DemoVendor> {
  const { registerVendor: vendor } = await ask(RegisterDemoVendorDocument, { input, key: `demo-vendor-${index}` });
  if (vendor.status !== 'PENDING') return vendor;
  return (await ask(ApproveDemoVendorDocument, { id: vendor.id, key: `demo-vendor-${index}` })).approveVendor;
}
