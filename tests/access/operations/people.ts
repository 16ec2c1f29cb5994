import { newId } from '#kernel/db';
import { EVERYWHERE, told, type Operation } from './operation';

function onPerson(status: 'ACTIVE' | 'SUSPENDED', more: Record<string, unknown> = {}): Operation {
  return { borders: EVERYWHERE, target: async ({ rows, place }) => ({ variables: { id: (await rows.person(place, { status })).id, ...more } }) };
}

function onVendor(status: 'PENDING' | 'APPROVED'): Operation {
  return { borders: EVERYWHERE, target: async ({ rows, place }) => ({ variables: { id: (await rows.vendor(place, { status })).id } }) };
}

/** Root fields about people and vendors, and who of them takes part in projects. */
export const people: Readonly<Record<string, Operation>> = {
  beneficiary: onPerson('ACTIVE'),
  beneficiaries: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => {
      const { id, referenceId } = await rows.person(place);
      return { variables: { filter: { referenceId } }, shows: id };
    },
  },
  beneficiaryEvents: {
    borders: EVERYWHERE,
    target: async (around) => {
      const { id } = await around.rows.person(around.place);
      return { variables: { beneficiaryId: id }, event: told('beneficiary.updated', around, 'Beneficiary', id) };
    },
  },
  registerBeneficiary: { borders: ['area'], target: async ({ place }) => ({ variables: { input: { referenceId: newId(), fullName: 'New', areaCode: place.area } } }) },
  registerBeneficiaries: { borders: ['area'], target: async ({ place }) => ({ variables: { inputs: [{ referenceId: newId(), fullName: 'New', areaCode: place.area }] } }) },
  updateBeneficiary: onPerson('ACTIVE', { input: { fullName: 'Changed' } }),
  suspendBeneficiary: onPerson('ACTIVE', { reason: 'why' }),
  eraseBeneficiary: { borders: EVERYWHERE, target: async ({ rows, place }) => ({ variables: { id: (await rows.person(place, { leaving: true })).id, reason: 'their wish' } }) },
  activateBeneficiary: onPerson('SUSPENDED'),
  verifyBeneficiary: onPerson('ACTIVE', { input: { method: 'DOCUMENT' } }),
  vendor: onVendor('APPROVED'),
  vendors: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => {
      const { id, name } = await rows.vendor(place);
      return { variables: { filter: { search: name } }, shows: id };
    },
  },
  vendorEvents: {
    borders: EVERYWHERE,
    target: async (around) => {
      const { id } = await around.rows.vendor(around.place);
      return { variables: { vendorId: id }, event: told('vendor.approved', around, 'Vendor', id) };
    },
  },
  registerVendor: { borders: ['area'], target: async ({ place }) => ({ variables: { input: { name: newId(), areaCode: place.area } } }) },
  approveVendor: onVendor('PENDING'),

  enrollBeneficiaries: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => ({ variables: { projectId: place.projectId, beneficiaryIds: [(await rows.person(place, { enrolled: false })).id] } }),
  },
  changeEnrollmentStatus: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => ({ variables: { id: (await rows.person(place)).enrollmentId, status: 'VALIDATED', reason: 'why' } }),
  },
  changeEnrollmentTerms: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => ({ variables: { projectId: place.projectId, beneficiaryIds: [(await rows.person(place)).id], terms: { maxPayments: 6 }, reason: 'why' } }),
  },
  assignVendors: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => ({ variables: { projectId: place.projectId, vendorIds: [(await rows.vendor(place, { assigned: false })).id] } }),
  },
  changeProjectVendorStatus: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => ({ variables: { projectId: place.projectId, vendorId: (await rows.vendor(place)).id, status: 'VERIFIED' } }),
  },
  enrollmentEvents: {
    borders: EVERYWHERE,
    target: async (around) => {
      const { enrollmentId } = await around.rows.person(around.place);
      return { variables: { projectId: around.place.projectId }, event: told('enrollment.created', around, 'Enrollment', enrollmentId) };
    },
  },
};
