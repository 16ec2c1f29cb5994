import type { ProtectedData, Sealed } from '../protected-data';
import type { VendorPiiRow } from './vendor.repository';
import type { VendorChange } from './vendor.inputs';
import type { PayoutAccount } from './vendor.type';

/** What is sealed of a vendor: who is spoken to, and where their money goes. */
export interface VendorContacts {
  contactName: string | null;
  contactPhone: string | null;
  contactEmail: string | null;
  payoutAccount: PayoutAccount | null;
}

export const NO_CONTACTS: VendorContacts = { contactName: null, contactPhone: null, contactEmail: null, payoutAccount: null };

/** Opens the contacts of vendors, in the order of the rows. */
export function openContacts(protectedData: Pick<ProtectedData, 'open'>, rows: readonly VendorPiiRow[]): Promise<VendorContacts[]> {
  const sealed = rows.map(({ vendorId, ciphertext, wrappedKey, keyVersion }) => ({ about: about(vendorId), ciphertext: Buffer.from(ciphertext), wrappedKey: Buffer.from(wrappedKey), keyVersion }));
  return sealed.length === 0 ? Promise.resolve([]) : protectedData.open<VendorContacts>(sealed);
}

export async function sealContacts(protectedData: Pick<ProtectedData, 'seal'>, vendorId: string, contacts: VendorContacts): Promise<Sealed> {
  const [sealed] = await protectedData.seal([{ about: about(vendorId), content: contacts }]);
  if (!sealed) throw new Error('One record seals to one.');
  return sealed;
}

/** The contacts after a change, or null when the change is about other things. */
export function changedContacts(before: VendorContacts | null, change: VendorChange): VendorContacts | null {
  const { contactName, contactPhone, contactEmail, payoutAccount } = change;
  const said = Object.entries({ contactName, contactPhone, contactEmail, payoutAccount }).filter(([, value]) => value !== undefined);
  return said.length === 0 ? null : { ...NO_CONTACTS, ...before, ...(Object.fromEntries(said) as Partial<VendorContacts>) };
}

function about(vendorId: string): string {
  return `vendor_pii:${vendorId}`;
}
