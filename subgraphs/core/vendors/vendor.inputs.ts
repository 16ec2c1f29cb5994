import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { areaCode, line, phone, searchText, walletAddress } from '../beneficiaries';
import { GeoPointInput, NearInput, nearSchema, pointSchema } from './location';
import { PayoutKind, VendorStatus } from './vendor.type';

@InputType({ description: 'Where a vendor’s earnings are to be paid out.' })
export class PayoutAccountInput {
  @Field(() => PayoutKind, { description: 'What kind of account it is.' })
  kind: PayoutKind;

  @Field(() => String, { description: 'The bank, operator or provider: 1 to 100 characters.' })
  provider: string;

  @Field(() => String, { description: 'The number of the account there: 1 to 64 characters.' })
  number: string;

  @Field(() => String, { description: 'In whose name it is held: 1 to 200 characters.' })
  holder: string;
}

@InputType({ description: 'What is said of a vendor. Contacts and account are kept encrypted.' })
class VendorFields {
  @Field(() => String, { nullable: true, description: 'The administrative area, as a path such as "ke.kisumu.nyando".' })
  areaCode?: string | null;

  @Field(() => GeoPointInput, { nullable: true, description: 'Where the vendor is.' })
  location?: GeoPointInput | null;

  @Field(() => String, { nullable: true, description: 'The name of the contact: 1 to 200 characters.' })
  contactName?: string | null;

  @Field(() => String, { nullable: true, description: 'The phone number of the contact in E.164.' })
  contactPhone?: string | null;

  @Field(() => String, { nullable: true, description: 'The e-mail address of the contact.' })
  contactEmail?: string | null;

  @Field(() => PayoutAccountInput, { nullable: true, description: 'Where earnings are to be paid out.' })
  payoutAccount?: PayoutAccountInput | null;

  @Field(() => String, { nullable: true, description: 'The address of a wallet (EIP-55).' })
  walletAddress?: string | null;

  @Field(() => ID, { nullable: true, description: 'The id of an active user of the organisation who acts for the vendor.' })
  ownerUserId?: string | null;
}

@InputType({ description: 'A vendor to register.' })
export class RegisterVendorInput extends VendorFields {
  @Field(() => String, { description: 'The name: 1 to 200 characters, unique in the organisation.' })
  name: string;
}

@InputType({ description: 'What to change of a vendor; what is left out stays, null clears what may be empty.' })
export class UpdateVendorInput extends VendorFields {
  @Field(() => String, { nullable: true, description: 'The name: 1 to 200 characters, unique in the organisation.' })
  name?: string | null;
}

@InputType({ description: 'Which vendors to list; what is left out does not narrow.' })
export class VendorFilter {
  @Field(() => VendorStatus, { nullable: true, description: 'Only vendors who stand there.' })
  status?: VendorStatus | null;

  @Field(() => String, { nullable: true, description: 'Only vendors whose name contains this text.' })
  search?: string | null;

  @Field(() => String, { nullable: true, description: 'Only vendors of this area and the areas below it.' })
  areaCode?: string | null;

  @Field(() => NearInput, { nullable: true, description: 'Only vendors near a place: of more than 1,000 in the organisation, the nearest 1,000.' })
  near?: NearInput | null;

  @Field(() => ID, { nullable: true, description: 'Only vendors assigned to this project.' })
  projectId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only vendors for whom this user acts.' })
  ownerUserId?: string | null;
}

const payoutAccount = z.object({ kind: z.enum(PayoutKind), provider: line(100), number: line(64), holder: line(200) });
const email = z.string().max(254).transform((text) => text.trim().toLowerCase()).pipe(z.email('must be an e-mail address'));

const fields = {
  areaCode: areaCode.nullish(),
  location: pointSchema.nullish(),
  contactName: line(200).nullish(),
  contactPhone: phone.nullish(),
  contactEmail: email.nullish(),
  payoutAccount: payoutAccount.nullish(),
  walletAddress: walletAddress.nullish(),
  ownerUserId: z.uuid('must be an id').nullish(),
};

export const registerVendorSchema = z.object({ ...fields, name: line(200) });
export const updateVendorSchema = z.object({ ...fields, name: line(200).optional() });
export type VendorChange = z.output<typeof updateVendorSchema>;

/** Why something is done to a vendor; it stands in the history and in the audit log. */
export const reasonSchema = line(500);

export const vendorFilterSchema = z.object({
  status: z.enum(VendorStatus).nullish(),
  search: searchText.nullish(),
  areaCode: areaCode.nullish(),
  near: nearSchema.nullish(),
  projectId: z.string().max(100).nullish(),
  ownerUserId: z.string().max(100).nullish(),
});
export type VendorListFilter = z.output<typeof vendorFilterSchema>;
