import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { DateScalar } from '#kernel/graphql';
import type { PersonalData } from '../protected-data';
import { BeneficiaryStatus, Gender } from './beneficiary.type';
import { areaCode, language, line, searchText, walletAddress } from './lines';
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

  @Field(() => String, {
    nullable: true,
    description: 'Only people whom this text names: words of the name in any order, or a whole phone number, government id, account number or e-mail address. Needs the permission beneficiary:read-pii.',
  })
  search?: string | null;
}

const birthDate = z.iso.date('must be a date such as 1990-03-01').refine((day) => day <= new Date().toISOString().slice(0, 10), 'must not be in the future');

const unknownPerson: PersonalData = { fullName: '', phones: [], email: null, address: null, governmentIds: [], bankAccount: null, attributes: {} };
const ONE_WAY = { message: 'must be left out where `phones` are given', path: ['phone'] };

const registration = z.object({
  ...personalShape,
  referenceId: line(100),
  gender: z.enum(Gender).nullish().transform((value) => value ?? Gender.UNKNOWN),
  birthDate: birthDate.nullish().transform((value) => value ?? null),
  preferredLanguage: language.nullish().transform((value) => value ?? 'en'),
  areaCode: areaCode.nullish().transform((value) => value ?? null),
  walletAddress: walletAddress.nullish().transform((value) => value ?? null),
});

/** A person to register: what lies open, and what is sealed. */
export type Registration = Pick<z.output<typeof registration>, 'referenceId' | 'gender' | 'birthDate' | 'preferredLanguage' | 'areaCode' | 'walletAddress'> & { personal: PersonalData };

export const registerSchema = registration.refine(oneWayOfPhones, ONE_WAY).transform((input): Registration => {
  const { referenceId, gender, birthDate: born, preferredLanguage, areaCode: area, walletAddress: wallet } = input;
  const given = personalOf(input);
  const personal = { ...unknownPerson, ...given, email: given.email ?? null, address: given.address ?? null, bankAccount: given.bankAccount ?? null };
  return { referenceId, gender, birthDate: born, preferredLanguage, areaCode: area, walletAddress: wallet, personal };
});

export const registerManySchema = z.array(registerSchema).min(1, 'must not be empty').max(500, 'must be at most 500');

const change = z.object({
  ...personalChangeShape,
  gender: z.enum(Gender).optional(),
  birthDate: birthDate.nullish(),
  preferredLanguage: language.optional(),
  areaCode: areaCode.nullish(),
  walletAddress: walletAddress.nullish(),
});

/** What to change of a person: of what lies open, and of what is sealed. */
export const updateSchema = change.refine(oneWayOfPhones, ONE_WAY).transform((input) => {
  const { gender, birthDate: born, preferredLanguage, areaCode: area, walletAddress: wallet } = input;
  const open = {
    ...(gender === undefined ? {} : { gender }),
    ...(born === undefined ? {} : { birthDate: born === null ? null : new Date(born) }),
    ...(preferredLanguage === undefined ? {} : { preferredLanguage }),
    ...(area === undefined ? {} : { areaCode: area }),
    ...(wallet === undefined ? {} : { walletAddress: wallet }),
  };
  return { open, personal: personalOf(input) };
});

export const filterSchema = z.object({
  status: z.enum(BeneficiaryStatus).nullish(),
  gender: z.enum(Gender).nullish(),
  areaCode: areaCode.nullish(),
  referenceId: searchText.nullish(),
  search: searchText.nullish(),
});

/** Why something is done to a person's registration; it stands in the audit log. */
export const reasonSchema = line(500);
