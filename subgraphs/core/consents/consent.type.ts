import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { DateScalar, DateTimeScalar } from '#kernel/graphql';

export enum ConsentPurpose {
  PROCESSING = 'PROCESSING',
  SHARING = 'SHARING',
  MESSAGING = 'MESSAGING',
}
registerEnumType(ConsentPurpose, {
  name: 'ConsentPurpose',
  description: 'What a person agrees to.',
  valuesConfig: {
    PROCESSING: { description: 'That the organisation keeps and uses their data for its aid.' },
    SHARING: { description: 'That their data is shown to other organisations, in exports or by matching.' },
    MESSAGING: { description: 'That messages are sent to them.' },
  },
});

export enum ConsentMethod {
  SPOKEN = 'SPOKEN',
  WRITTEN = 'WRITTEN',
  THUMBPRINT = 'THUMBPRINT',
  DIGITAL = 'DIGITAL',
}
registerEnumType(ConsentMethod, {
  name: 'ConsentMethod',
  description: 'How a person agreed.',
  valuesConfig: {
    SPOKEN: { description: 'By word of mouth, before whoever recorded it.' },
    WRITTEN: { description: 'By a signature on paper.' },
    THUMBPRINT: { description: 'By a thumbprint on paper.' },
    DIGITAL: { description: 'On a device.' },
  },
});

export enum ConsentEnd {
  WITHDRAWN = 'WITHDRAWN',
  RENEWED = 'RENEWED',
}
registerEnumType(ConsentEnd, {
  name: 'ConsentEnd',
  description: 'Why a consent no longer stands.',
  valuesConfig: {
    WITHDRAWN: { description: 'The person took it back.' },
    RENEWED: { description: 'The person agreed anew, for example to another text; the newer consent stands.' },
  },
});

@ObjectType({ description: 'What a person has agreed to. A consent is never changed: it stands until it ends.' })
export class Consent {
  @Field(() => ID, { description: 'The id of the consent.' })
  id: string;

  beneficiaryId: string;

  @Field(() => ConsentPurpose, { description: 'What the person agreed to.' })
  purpose: ConsentPurpose;

  @Field(() => ConsentMethod, { description: 'How the person agreed.' })
  method: ConsentMethod;

  @Field(() => String, { description: 'The language in which they were asked (BCP 47).' })
  language: string;

  @Field(() => String, { description: 'The name and version of the text that was read to them, for example "privacy-notice-3".' })
  wording: string;

  @Field(() => DateScalar, { description: 'The day on which they agreed.' })
  givenOn: string;

  @Field(() => DateTimeScalar, { description: 'When it was recorded (UTC).' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when it no longer stands (UTC); null while it does.' })
  endedAt: Date | null;

  @Field(() => ConsentEnd, { nullable: true, description: 'Why it no longer stands; null while it does.' })
  end: ConsentEnd | null;
}
