import { z } from 'zod';

/** Settings of a project of this type, chosen when the project is created. */
export const rfvSettings = z.strictObject({
  kind: z.enum(['FREE', 'REFERRAL']).describe('FREE: given to whoever needs it. REFERRAL: given to people who were referred to a service.'),
  voucherValueMinor: z.number().int().min(1).describe('What one voucher is worth, in the minor unit of the currency of the project.'),
  validDays: z.number().int().min(1).max(365).describe('For how many days a voucher can be redeemed after it was issued.'),
  maxVouchersPerBeneficiary: z.number().int().min(1).optional().describe('How many vouchers one person may have, cancelled ones aside; any number when left out.'),
});

export type RfvSettings = z.infer<typeof rfvSettings>;

/** The same for core, which checks a project against it before there is a service to ask. */
export const rfvSettingsSchema = z.toJSONSchema(rfvSettings, { target: 'draft-7' }) as Record<string, unknown>;
