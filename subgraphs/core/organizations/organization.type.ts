import { Directive, Field, ID, InputType, ObjectType } from 'type-graphql';

@Directive('@key(fields: "id")')
@ObjectType({ description: 'An aid organisation: everything belongs to one, and nobody sees another one’s.' })
export class Organization {
  @Field(() => ID, { description: 'The id of the organisation.' })
  id: string;

  @Field(() => String, { description: 'Its short unique name.' })
  slug: string;

  @Field(() => String, { description: 'Its name for people.' })
  name: string;

  @Field(() => Boolean, { description: 'Whether strangers may ask to join; see `requestSignup`.' })
  signupOpen: boolean;
}

@InputType({ description: 'What to change of the organisation; what is left out stays.' })
export class UpdateOrganizationInput {
  @Field(() => String, { nullable: true, description: 'Its name for people: 1 to 200 characters.' })
  name?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether strangers may ask to join.' })
  signupOpen?: boolean | null;
}
