import type { VendorRow } from './vendor.repository';
import { Vendor, type VendorStatus } from './vendor.type';

export function toVendor(row: VendorRow): Vendor {
  return Object.assign(new Vendor(), { ...row, status: row.status as VendorStatus });
}
