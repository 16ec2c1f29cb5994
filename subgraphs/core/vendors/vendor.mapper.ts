import { pointOf } from './location';
import type { VendorRow, VendorStepRow } from './vendor.repository';
import { Vendor, VendorStep, type VendorStatus } from './vendor.type';

export function toVendor(row: VendorRow): Vendor {
  const { id, name, areaCode, walletAddress, ownerUserId, createdAt } = row;
  return Object.assign(new Vendor(), { id, name, areaCode, walletAddress, ownerUserId, createdAt, location: pointOf(row), status: row.status as VendorStatus });
}

export function toVendorStep(row: VendorStepRow): VendorStep {
  return Object.assign(new VendorStep(), { ...row, status: row.status as VendorStatus });
}
