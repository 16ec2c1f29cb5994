import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar, connectionType } from '#kernel/graphql';

export enum GrievanceType {
  TECHNICAL = 'TECHNICAL',
  OPERATIONAL = 'OPERATIONAL',
  FINANCIAL = 'FINANCIAL',
  OTHER = 'OTHER',
}
registerEnumType(GrievanceType, {
  name: 'GrievanceType',
  description: 'What a grievance is about.',
  valuesConfig: {
    TECHNICAL: { description: 'Devices, cards, codes or messages that do not work.' },
    OPERATIONAL: { description: 'How the aid is given: waiting, distance, how people are treated, who is on the list.' },
    FINANCIAL: { description: 'Money or goods that are missing, late or too little.' },
    OTHER: { description: 'Anything else.' },
  },
});

export enum GrievancePriority {
  LOW = 'LOW',
  MEDIUM = 'MEDIUM',
  HIGH = 'HIGH',
  CRITICAL = 'CRITICAL',
}
registerEnumType(GrievancePriority, {
  name: 'GrievancePriority',
  description: 'How urgent a grievance is.',
  valuesConfig: {
    LOW: { description: 'May wait.' },
    MEDIUM: { description: 'As usual.' },
    HIGH: { description: 'Before others.' },
    CRITICAL: { description: 'At once: somebody may come to harm.' },
  },
});

export enum GrievanceStatus {
  NEW = 'NEW',
  IN_PROGRESS = 'IN_PROGRESS',
  RESOLVED = 'RESOLVED',
  CLOSED = 'CLOSED',
  REJECTED = 'REJECTED',
}
registerEnumType(GrievanceStatus, {
  name: 'GrievanceStatus',
  description: 'Where a grievance stands.',
  valuesConfig: {
    NEW: { description: 'Filed; nobody has looked at it yet.' },
    IN_PROGRESS: { description: 'Somebody works on it.' },
    RESOLVED: { description: 'Something was done about it; it may be taken up again.' },
    CLOSED: { description: 'Over: nothing follows.' },
    REJECTED: { description: 'Nothing is to be done about it; it may be taken up again.' },
  },
});

@ObjectType({ description: 'What somebody complains about or asks.' })
export class Grievance {
  @Field(() => ID, { description: 'The id of the grievance.' })
  id: string;

  @Field(() => GrievanceType, { description: 'What it is about.' })
  type: GrievanceType;

  @Field(() => GrievancePriority, { description: 'How urgent it is.' })
  priority: GrievancePriority;

  @Field(() => GrievanceStatus, { description: 'Where it stands.' })
  status: GrievanceStatus;

  projectId: string | null;
  beneficiaryId: string | null;
  vendorId: string | null;

  @Field(() => String, { nullable: true, description: 'The administrative area that it concerns, as a path such as "ke.kisumu.nyando".' })
  areaCode: string | null;

  @Field(() => ID, { nullable: true, description: 'The id of the user who takes care of it; null while nobody does.' })
  assigneeId: string | null;

  filedById: string;

  @Field(() => DateTimeScalar, { description: 'When it was filed (UTC).' })
  createdAt: Date;

  @Field(() => DateTimeScalar, { description: 'When something was last done about it (UTC).' })
  updatedAt: Date;
}

export const GrievanceConnection = connectionType('Grievance', () => Grievance);

@ObjectType({ description: 'One thing that was done about a grievance, and how it stood afterwards.' })
export class GrievanceStep {
  @Field(() => ID, { description: 'The id of the step.' })
  id: string;

  grievanceId: string;

  @Field(() => GrievanceStatus, { description: 'Where the grievance stood after it.' })
  status: GrievanceStatus;

  @Field(() => GrievancePriority, { description: 'How urgent it was after it.' })
  priority: GrievancePriority;

  @Field(() => ID, { nullable: true, description: 'The id of the user who took care of it after it.' })
  assigneeId: string | null;

  @Field(() => String, { description: 'Who did it: the id of a user, or `api-key:<id>`.' })
  actorId: string;

  @Field(() => DateTimeScalar, { description: 'When (UTC).' })
  at: Date;

  @Field(() => String, { nullable: true, description: 'What was said. Null where nothing was, and for callers without the permission beneficiary:read-pii who neither filed the grievance nor take care of it.' })
  text: string | null;
}
