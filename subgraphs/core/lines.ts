import { getAddress } from 'ethers';
import { z } from 'zod';
import { areaPath } from './area-path';

// Control characters and halves of a surrogate pair are no text: PostgreSQL stores neither NUL nor broken Unicode.
const NO_TEXT = /[\p{Cc}\p{Cs}]/u;

/**
 * One line of text for people, 1 to `max` characters long. Unicode NFC: the same name typed on two keyboards is the same name.
 * Blanks at the ends come from spreadsheets.
 */
export function line(max: number) {
  const kept = z.string().min(1, 'must not be empty').max(max, `must be at most ${max} characters`);
  return z
    .string()
    .transform((text) => text.normalize('NFC').trim())
    .pipe(kept.refine((text) => !NO_TEXT.test(text), 'must not contain control characters'));
}

/** What a list is searched by, written as {@link line} writes what is stored; an empty text does not narrow. */
export const searchText = z
  .string()
  .max(200, 'must be at most 200 characters')
  .refine((text) => !NO_TEXT.test(text), 'must not contain control characters')
  .transform((text) => text.normalize('NFC').trim());

/** A telephone number in E.164. */
export const phone = z.string().trim().regex(/^\+[1-9]\d{6,14}$/, 'must be an E.164 number such as +254712345678');
export const areaCode = areaPath;
export const language = z.string().max(35).regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a BCP 47 language tag such as sw');

/** An EIP-55 address. */
export const walletAddress = z.string().max(100).transform((address, context) => {
  try {
    return getAddress(address);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be an address with its EIP-55 checksum' });
    return z.NEVER;
  }
});
