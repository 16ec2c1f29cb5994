import { z } from 'zod';
import { newPassword } from '../auth';
import { grantSchema, type Grant } from '../roles';
import { email, personName } from './user.inputs';

const roles = z.array(grantSchema).max(20, 'must be at most 20').nullish().transform((list) => list ?? []);

export const inviteSchema = z.object({ email, displayName: personName, roles });
export const approveSchema = z.object({ roles });
export const acceptSchema = z.object({ token: z.string().regex(/^[\w-]{43}$/, 'is no invitation token'), password: newPassword, displayName: personName.nullish() });
export const requestSchema = z.object({
  organization: z.string().max(100),
  email,
  displayName: personName,
  message: z.string().max(1000, 'must be at most 1,000 characters').refine((text) => !text.includes('\0'), 'must not contain control characters').nullish().transform((text) => text?.trim() ?? ''),
});

/** How the roles of an invitation are stored. */
const storedGrants = z.array(
  z.object({
    role: z.string(),
    projectId: z.string().nullable(),
    areaPath: z.string(),
    approvalLimitMinor: z.string().nullable().transform((digits) => (digits === null ? null : BigInt(digits))),
    expiresAt: z.string().nullable().transform((time) => (time === null ? null : new Date(time))),
  }),
);

export function storeGrants(grants: readonly Grant[]): z.input<typeof storedGrants> {
  return grants.map((grant) => ({ ...grant, approvalLimitMinor: grant.approvalLimitMinor?.toString() ?? null, expiresAt: grant.expiresAt?.toISOString() ?? null }));
}

export function readGrants(stored: unknown): Grant[] {
  return storedGrants.parse(stored);
}
