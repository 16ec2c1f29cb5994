import { getAddress } from 'ethers';
import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { DateScalar } from '#kernel/graphql';
import { areaPath } from '../area-path';
import { BeneficiaryStatus, Gender } from './beneficiary.type';

@InputType({ description: 'A person to register.' })
export class RegisterBeneficiaryInput {
  @Field(() => String, { description: 'The number that the organisation knows the person by: 1 to 100 characters, unique in the organisation.' })
  referenceId: string;

  @Field(() => String, { description: 'The full name: 1 to 200 characters.' })
  fullName: string;

  @Field(() => String, { nullable: true, description: 'The phone number in E.164, for example "+254712345678". Several people may share one.' })
  phone?: string | null;

  @Field(() => Gender, { nullable: true, description: 'The gender that the person stated; UNKNOWN when left out.' })
  gender?: Gender | null;

  @Field(() => DateScalar, { nullable: true, description: 'The day of birth; not in the future.' })
  birthDate?: string | null;

  @Field(() => String, { nullable: true, description: 'The language of the person (BCP 47); "en" when left out.' })
  preferredLanguage?: string | null;

  @Field(() => String, { nullable: true, description: 'The administrative area, as a path such as "ke.kisumu.nyando".' })
  areaCode?: string | null;

  @Field(() => String, { nullable: true, description: 'The address of a wallet (EIP-55).' })
  walletAddress?: string | null;
}

@InputType({ description: 'What to change of a beneficiary; what is left out stays, null clears what may be empty.' })
export class UpdateBeneficiaryInput {
  @Field(() => String, { nullable: true, description: 'The full name: 1 to 200 characters.' })
  fullName?: string | null;

  @Field(() => String, { nullable: true, description: 'The phone number in E.164.' })
  phone?: string | null;

  @Field(() => Gender, { nullable: true, description: 'The gender that the person stated.' })
  gender?: Gender | null;

  @Field(() => DateScalar, { nullable: true, description: 'The day of birth; not in the future.' })
  birthDate?: string | null;

  @Field(() => String, { nullable: true, description: 'The language of the person (BCP 47).' })
  preferredLanguage?: string | null;

  @Field(() => String, { nullable: true, description: 'The administrative area, as a path.' })
  areaCode?: string | null;

  @Field(() => String, { nullable: true, description: 'The address of a wallet (EIP-55).' })
  walletAddress?: string | null;
}

@InputType({ description: 'Which beneficiaries to list; what is left out does not narrow.' })
export class BeneficiaryFilter {
  @Field(() => BeneficiaryStatus, { nullable: true, description: 'Only registrations that stand there.' })
  status?: BeneficiaryStatus | null;

  @Field(() => Gender, { nullable: true, description: 'Only people of this gender.' })
  gender?: Gender | null;

  @Field(() => String, { nullable: true, description: 'Only people of this area and the areas below it: "ke.kisumu" holds "ke.kisumu.nyando" but not "ke.kisumu2".' })
  areaCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Only the person with this reference.' })
  referenceId?: string | null;
}

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

const fullName = line(200);

/** A telephone number in E.164. */
export const phone = z.string().trim().regex(/^\+[1-9]\d{6,14}$/, 'must be an E.164 number such as +254712345678');
export const areaCode = areaPath;
export const language = z.string().max(35).regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a BCP 47 language tag such as sw');
const birthDate = z.iso.date('must be a date such as 1990-03-01').refine((day) => day <= new Date().toISOString().slice(0, 10), 'must not be in the future');

/** An EIP-55 address. */
export const walletAddress = z.string().max(100).transform((address, context) => {
  try {
    return getAddress(address);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be an address with its EIP-55 checksum' });
    return z.NEVER;
  }
});

export const registerSchema = z.object({
  referenceId: line(100),
  fullName,
  phone: phone.nullish().transform((value) => value ?? null),
  gender: z.enum(Gender).nullish().transform((value) => value ?? Gender.UNKNOWN),
  birthDate: birthDate.nullish().transform((value) => value ?? null),
  preferredLanguage: language.nullish().transform((value) => value ?? 'en'),
  areaCode: areaCode.nullish().transform((value) => value ?? null),
  walletAddress: walletAddress.nullish().transform((value) => value ?? null),
});

export const registerManySchema = z.array(registerSchema).min(1, 'must not be empty').max(500, 'must be at most 500');

export const updateSchema = z.object({
  fullName: fullName.optional(),
  phone: phone.nullish(),
  gender: z.enum(Gender).optional(),
  birthDate: birthDate.nullish(),
  preferredLanguage: language.optional(),
  areaCode: areaCode.nullish(),
  walletAddress: walletAddress.nullish(),
});

export const filterSchema = z.object({
  status: z.enum(BeneficiaryStatus).nullish(),
  gender: z.enum(Gender).nullish(),
  areaCode: areaCode.nullish(),
  referenceId: searchText.nullish(),
});

/** Why something is done to a person's registration; it stands in the audit log. */
export const reasonSchema = line(500);
