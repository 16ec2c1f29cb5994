import { z } from 'zod';

/**
 * The e-mail address of an account as people type it: trimmed, lower case. Not checked for its form, which would tell nothing about
 * whether there is such an account; but PostgreSQL stores no NUL.
 */
export const emailAddress = z
  .string()
  .max(320, 'must be at most 320 characters')
  .refine((text) => !text.includes('\0'), 'must be an e-mail address')
  .transform((text) => text.trim().toLowerCase());
