import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar, MinorUnitsScalar, connectionType } from '#kernel/graphql';
import { EnrollmentType } from './terms';

export enum EnrollmentStatus {
  REGISTERED = 'REGISTERED',
  VALIDATED = 'VALIDATED',
  INCLUDED = 'INCLUDED',
  PAUSED = 'PAUSED',
  DECLINED = 'DECLINED',
  COMPLETED = 'COMPLETED',
  REMOVED = 'REMOVED',
}
registerEnumType(EnrollmentStatus, {
  name: 'EnrollmentStatus',
  description: 'Where a person stands in a project.',
  valuesConfig: {
    REGISTERED: { description: 'Named for the project.' },
    VALIDATED: { description: 'Checked.' },
    INCLUDED: { description: 'Takes part.' },
    PAUSED: { description: 'Takes part, but gets nothing for the time being.' },
    DECLINED: { description: 'Was not taken in.' },
    COMPLETED: { description: 'Got all that was foreseen.' },
    REMOVED: { description: 'No longer takes part.' },
  },
});

export enum ProjectVendorStatus {
  ASSIGNED = 'ASSIGNED',
  VERIFIED = 'VERIFIED',
  SUSPENDED = 'SUSPENDED',
}
registerEnumType(ProjectVendorStatus, {
  name: 'ProjectVendorStatus',
  description: 'Where a vendor stands in a project.',
  valuesConfig: {
    ASSIGNED: { description: 'Foreseen for the project.' },
    VERIFIED: { description: 'Checked, and ready to serve people.' },
    SUSPENDED: { description: 'Set aside in this project for the time being.' },
  },
});

@Directive('@key(fields: "id")')
@Directive('@key(fields: "projectId beneficiaryId")')
@ObjectType({ description: 'A person in a project. The service of the project adds what the person is entitled to there.' })
export class Enrollment {
  @Field(() => ID, { description: 'The id of the enrollment.' })
  id: string;

  @Field(() => ID, { description: 'The id of the project.' })
  projectId: string;

  @Field(() => ID, { description: 'The id of the beneficiary.' })
  beneficiaryId: string;

  @Field(() => EnrollmentStatus, { description: 'Where the person stands in the project.' })
  status: EnrollmentStatus;

  @Field(() => EnrollmentType, { description: 'How the person came to the project.' })
  type: EnrollmentType;

  @Field(() => String, { description: 'How many times what others get, as a decimal number, for example "1.5".' })
  multiplier: string;

  @Field(() => Int, { nullable: true, description: 'How often the person is paid at most; null for no limit.' })
  maxPayments: number | null;

  @Field(() => DateTimeScalar, { description: 'When the person was enrolled.' })
  createdAt: Date;
}

@Directive('@key(fields: "projectId vendorId")')
@ObjectType({ description: 'A vendor in a project. The service of the project adds what was redeemed there.' })
export class ProjectVendor {
  @Field(() => ID, { description: 'The id of the project.' })
  projectId: string;

  @Field(() => ID, { description: 'The id of the vendor.' })
  vendorId: string;

  @Field(() => ProjectVendorStatus, { description: 'Where the vendor stands in the project.' })
  status: ProjectVendorStatus;

  @Field(() => MinorUnitsScalar, { nullable: true, description: 'What the vendor may take in a day, in the minor unit of the project’s currency; null for no limit.' })
  dailyLimitMinor: bigint | null;

  @Field(() => MinorUnitsScalar, { nullable: true, description: 'What the vendor may take without a network before it must synchronise, in the minor unit of the project’s currency; null for no limit.' })
  offlineExposureLimitMinor: bigint | null;
}

export const EnrollmentConnection = connectionType('Enrollment', () => Enrollment);
export const ProjectVendorConnection = connectionType('ProjectVendor', () => ProjectVendor);
