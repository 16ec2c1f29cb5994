import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { areaCode, line, phone, searchText, walletAddress } from '../beneficiaries';
import { VendorStatus } from './vendor.type';

@InputType({ description: 'A vendor to register.' })
export class RegisterVendorInput {
  @Field(() => String, { description: 'The name: 1 to 200 characters, unique in the organisation.' })
  name: string;

  @Field(() => String, { nullable: true, description: 'The administrative area, as a path such as "ke.kisumu.nyando".' })
  areaCode?: string | null;

  @Field(() => String, { nullable: true, description: 'The phone number of the contact in E.164.' })
  contactPhone?: string | null;

  @Field(() => String, { nullable: true, description: 'The address of a wallet (EIP-55).' })
  walletAddress?: string | null;
}

@InputType({ description: 'Which vendors to list; what is left out does not narrow.' })
export class VendorFilter {
  @Field(() => VendorStatus, { nullable: true, description: 'Only vendors who stand there.' })
  status?: VendorStatus | null;

  @Field(() => String, { nullable: true, description: 'Only vendors whose name contains this text.' })
  search?: string | null;
}

export const registerVendorSchema = z.object({
  name: line(200),
  areaCode: areaCode.nullish().transform((value) => value ?? null),
  contactPhone: phone.nullish().transform((value) => value ?? null),
  walletAddress: walletAddress.nullish().transform((value) => value ?? null),
});

export const vendorFilterSchema = z.object({ status: z.enum(VendorStatus).nullish(), search: searchText.nullish() });
