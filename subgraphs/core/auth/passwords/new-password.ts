import { z } from 'zod';
import { BadInputError } from '#kernel/errors';
import { normalized } from './password-hash';

const DIFFERENT = 5;
/** A shorter local part is in too many words to mean anything. */
const TELLING = 3;

/**
 * A password as NIST SP 800-63B, 5.1.1.2 wants it: long, of any characters, without rules of composition. Normalised first; a character is
 * a code point. Of weak ones those are refused that a few characters make up.
 */
export const newPassword = z
  .string()
  .max(1000, 'must be at most 200 characters')
  .transform(normalized)
  .pipe(
    z
      .string()
      .refine((text) => [...text].length >= 12, { error: 'must be at least 12 characters', abort: true })
      .refine((text) => [...text].length <= 200, { error: 'must be at most 200 characters', abort: true })
      .refine((text) => !/\p{Cs}/u.test(text), { error: 'must not contain halves of characters', abort: true })
      .refine((text) => new Set(text).size >= DIFFERENT, `must have at least ${DIFFERENT} different characters`),
  );

/** Refuses what is first tried on this account. @throws BadInputError naming `field`. */
export function assertNotAbout(email: string, password: string, field = 'newPassword'): void {
  const text = password.toLowerCase();
  const address = normalized(email).toLowerCase();
  const name = address.slice(0, address.lastIndexOf('@'));
  if (text === address || (name.length >= TELLING && text.includes(name))) throw new BadInputError(field, 'must not contain the name in the e-mail address of the account');
}

/** @throws BadInputError naming `newPassword`. */
export function assertAnother(same: boolean): void {
  if (same) throw new BadInputError('newPassword', 'must not be the present one');
}
