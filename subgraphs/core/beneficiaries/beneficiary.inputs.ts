import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { DateScalar, JsonScalar } from '#kernel/graphql';
import type { PersonalData } from '../protected-data';
import { BirthDatePrecision, Gender } from './beneficiary.type';
import { areaCode, language, line, walletAddress } from '../lines';
import { BankAccountInput, GovernmentIdInput, oneWayOfPhones, personalChangeShape, personalOf, personalShape } from './personal.inputs';

@InputType({ description: 'A person to register.' })
export class RegisterBeneficiaryInput {
  @Field(() => String, { description: 'The number that the organisation knows the person by: 1 to 100 characters, unique in the organisation.' })
  referenceId: string;

  @Field(() => String, { description: 'The full name: 1 to 200 characters.' })
  fullName: string;

  @Field(() => String, { nullable: true, description: 'The phone number in E.164, for example "+254712345678". Several people may share one.' })
  phone?: string | null;

  @Field(() => [String], { nullable: true, description: 'All phone numbers in E.164, the main one first; instead of `phone`. At most 10.' })
  phones?: string[] | null;

  @Field(() => String, { nullable: true, description: 'The e-mail address.' })
  email?: string | null;

  @Field(() => String, { nullable: true, description: 'Where the person lives, as one line: 1 to 500 characters.' })
  address?: string | null;

  @Field(() => [GovernmentIdInput], { nullable: true, description: 'The numbers that governments have given to the person. At most 10.' })
  governmentIds?: GovernmentIdInput[] | null;

  @Field(() => BankAccountInput, { nullable: true, description: 'The account that money may be sent to.' })
  bankAccount?: BankAccountInput | null;

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

  @Field(() => BirthDatePrecision, { nullable: true, description: 'How exactly the day of birth is known; DAY when left out.' })
  birthDatePrecision?: BirthDatePrecision | null;

  @Field(() => JsonScalar, { nullable: true, description: 'Values of attributes, by key, as `attributeDefinitions` describe them. Personal ones are sealed.' })
  attributes?: Record<string, unknown> | null;

  @Field(() => ID, { nullable: true, description: 'The project whose attributes count besides those of the organisation.' })
  projectId?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether to keep it as a DRAFT, which may lack attributes that are required; false when left out.' })
  draft?: boolean | null;
}

@InputType({ description: 'What to change of a beneficiary; what is left out stays, null clears what may be empty.' })
export class UpdateBeneficiaryInput {
  @Field(() => String, { nullable: true, description: 'The full name: 1 to 200 characters.' })
  fullName?: string | null;

  @Field(() => String, { nullable: true, description: 'The phone number in E.164.' })
  phone?: string | null;

  @Field(() => [String], { nullable: true, description: 'All phone numbers in E.164, the main one first; instead of `phone`. At most 10.' })
  phones?: string[] | null;

  @Field(() => String, { nullable: true, description: 'The e-mail address.' })
  email?: string | null;

  @Field(() => String, { nullable: true, description: 'Where the person lives, as one line: 1 to 500 characters.' })
  address?: string | null;

  @Field(() => [GovernmentIdInput], { nullable: true, description: 'The numbers that governments have given to the person. At most 10.' })
  governmentIds?: GovernmentIdInput[] | null;

  @Field(() => BankAccountInput, { nullable: true, description: 'The account that money may be sent to.' })
  bankAccount?: BankAccountInput | null;

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

  @Field(() => BirthDatePrecision, { nullable: true, description: 'How exactly the day of birth is known.' })
  birthDatePrecision?: BirthDatePrecision | null;

  @Field(() => JsonScalar, { nullable: true, description: 'Values of attributes to change, by key; null clears one, the others stay.' })
  attributes?: Record<string, unknown> | null;

  @Field(() => ID, { nullable: true, description: 'The project whose attributes count besides those of the organisation.' })
  projectId?: string | null;
}

const birthDate = z.iso.date('must be a date such as 1990-03-01').refine((day) => day <= new Date().toISOString().slice(0, 10), 'must not be in the future');

const unknownPerson: PersonalData = { fullName: '', phones: [], email: null, address: null, governmentIds: [], bankAccount: null, attributes: {} };
const ONE_WAY = { message: 'must be left out where `phones` are given', path: ['phone'] };
const precision = z.enum(BirthDatePrecision);
const attributes = z.record(z.string(), z.unknown());
const projectId = z.uuid('must be an id');

const registration = z.object({
  ...personalShape,
  referenceId: line(100),
  gender: z.enum(Gender).nullish().transform((value) => value ?? Gender.UNKNOWN),
  birthDate: birthDate.nullish().transform((value) => value ?? null),
  birthDatePrecision: precision.nullish().transform((value) => value ?? BirthDatePrecision.DAY),
  preferredLanguage: language.nullish().transform((value) => value ?? 'en'),
  areaCode: areaCode.nullish().transform((value) => value ?? null),
  walletAddress: walletAddress.nullish().transform((value) => value ?? null),
  attributes: attributes.nullish().transform((value) => value ?? {}),
  projectId: projectId.nullish().transform((value) => value ?? null),
  draft: z.boolean().nullish().transform((value) => value ?? false),
});

type Given = z.output<typeof registration>;
type Open = Pick<Given, 'referenceId' | 'gender' | 'birthDate' | 'preferredLanguage' | 'areaCode' | 'walletAddress'>;
/** What may be left out: the day of birth is known exactly, there are no attributes, and the registration is complete. */
type More = Pick<Given, 'birthDatePrecision' | 'attributes' | 'projectId' | 'draft'>;

/** A person to register: what lies open, and what is sealed. `attributes` are not checked yet, nor parted: the registrar does both. */
export type Registration = Open & Partial<More> & { personal: PersonalData };

export const registerSchema = registration.refine(oneWayOfPhones, ONE_WAY).transform((input): Registration & More => {
  const { referenceId, gender, birthDate: born, birthDatePrecision, preferredLanguage, areaCode: area, walletAddress: wallet } = input;
  const given = personalOf(input);
  const personal = { ...unknownPerson, ...given, email: given.email ?? null, address: given.address ?? null, bankAccount: given.bankAccount ?? null };
  const more = { birthDatePrecision, attributes: input.attributes, projectId: input.projectId, draft: input.draft };
  return { referenceId, gender, birthDate: born, preferredLanguage, areaCode: area, walletAddress: wallet, ...more, personal };
});

export const registerManySchema = z.array(registerSchema).min(1, 'must not be empty').max(500, 'must be at most 500');

const change = z.object({
  ...personalChangeShape,
  gender: z.enum(Gender).optional(),
  birthDate: birthDate.nullish(),
  birthDatePrecision: precision.optional(),
  preferredLanguage: language.optional(),
  areaCode: areaCode.nullish(),
  walletAddress: walletAddress.nullish(),
  attributes: attributes.optional(),
  projectId: projectId.nullish().transform((value) => value ?? null),
});

/** What to change of a person: of what lies open, of what is sealed, and of attributes, which may be either. */
export const updateSchema = change.refine(oneWayOfPhones, ONE_WAY).transform((input) => {
  const { gender, birthDate: born, birthDatePrecision, preferredLanguage, areaCode: area, walletAddress: wallet } = input;
  const open = {
    ...(gender === undefined ? {} : { gender }),
    ...(born === undefined ? {} : { birthDate: born === null ? null : new Date(born) }),
    ...(birthDatePrecision === undefined ? {} : { birthDatePrecision }),
    ...(preferredLanguage === undefined ? {} : { preferredLanguage }),
    ...(area === undefined ? {} : { areaCode: area }),
    ...(wallet === undefined ? {} : { walletAddress: wallet }),
  };
  return { open, personal: personalOf(input), attributes: input.attributes ?? {}, projectId: input.projectId };
});

/** Why something is done to a person's registration; it stands in the audit log. */
export const reasonSchema = line(500);
