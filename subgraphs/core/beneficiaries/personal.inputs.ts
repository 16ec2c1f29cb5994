import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { line, phone } from '../lines';

@InputType({ description: 'A number that a government has given to a person.' })
export class GovernmentIdInput {
  @Field(() => String, { description: 'What it is, in lower case, for example "national-id", "passport", "voter-card".' })
  kind: string;

  @Field(() => String, { description: 'The number, as it stands on the card: 1 to 60 characters.' })
  number: string;
}

@InputType({ description: 'An account at a bank.' })
export class BankAccountInput {
  @Field(() => String, { description: 'The bank: its code or name, 1 to 100 characters.' })
  bank: string;

  @Field(() => String, { description: 'The number of the account: 1 to 60 characters.' })
  number: string;

  @Field(() => String, { nullable: true, description: 'In whose name it is, when not in the person’s own.' })
  holder?: string | null;
}

const fullName = line(200);
const phones = z.array(phone).max(10, 'must be at most 10').transform((list) => [...new Set(list)]);
const email = z.string().trim().max(320, 'must be at most 320 characters').pipe(z.email('must be an e-mail address'));
// A government's number, not a spreadsheet's: 3.21E+07 has lost its digits.
const number = line(60).refine((text) => !/^\d+([.,]\d+)?[eE]\+?\d+$/.test(text), 'was mangled by a spreadsheet: format the column as text and enter it anew');
const governmentIds = z.array(z.object({ kind: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be lower case such as national-id'), number })).max(10, 'must be at most 10');
const bankAccount = z.object({ bank: line(100), number, holder: line(200).nullish().transform((value) => value ?? null) });

/** Personal data as callers give it: `phone` for one number, `phones` for several. */
const given = { fullName, phone: phone.nullish(), phones: phones.nullish(), email: email.nullish(), address: line(500).nullish(), governmentIds: governmentIds.nullish(), bankAccount: bankAccount.nullish() };

export const personalShape = given;
export const personalChangeShape = { ...given, fullName: fullName.optional() };

type Given = z.output<z.ZodObject<typeof personalChangeShape>>;

/** Numbers are given in one way: which of two would be the main one? */
export function oneWayOfPhones({ phone: one, phones: several }: Pick<Given, 'phone' | 'phones'>): boolean {
  return one == null || several == null;
}

/** What a caller gives of {@link PersonalData}; what is not named is not there, null clears. */
export function personalOf(input: Given) {
  const numbers = input.phones !== undefined ? { phones: input.phones ?? [] } : input.phone !== undefined ? { phones: input.phone === null ? [] : [input.phone] } : {};
  return {
    ...(input.fullName === undefined ? {} : { fullName: input.fullName }),
    ...numbers,
    ...(input.email === undefined ? {} : { email: input.email }),
    ...(input.address === undefined ? {} : { address: input.address }),
    ...(input.governmentIds === undefined ? {} : { governmentIds: input.governmentIds ?? [] }),
    ...(input.bankAccount === undefined ? {} : { bankAccount: input.bankAccount }),
  };
}
