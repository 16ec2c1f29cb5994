import { Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '#kernel/graphql';
import { Beneficiary } from '../beneficiaries';
import { Enrollment, ProjectVendor } from '../enrollments';
import { Project } from '../projects';
import { Vendor } from '../vendors';

@ObjectType()
abstract class Told {
  @Field(() => ID, { description: 'The id of the event; the same event may be told more than once.' })
  id: string;

  @Field(() => String, { description: 'What happened, for example "project.paused".' })
  name: string;

  @Field(() => Int, { description: 'The version of the event’s schema.' })
  version: number;

  @Field(() => DateTimeScalar, { description: 'When it happened.' })
  occurredAt: Date;

  @Field(() => String, { description: 'Where the event stands among all events: digits that grow. A subscription can be resumed from here.' })
  position: string;
}

@ObjectType({ description: 'Something that happened to a project, or in its service.' })
export class ProjectEvent extends Told {
  @Field(() => Project, { nullable: true, description: 'The project as it is now.' })
  project: Project;
}

@ObjectType({ description: 'Something that happened to a beneficiary’s registration.' })
export class BeneficiaryEvent extends Told {
  @Field(() => Beneficiary, { nullable: true, description: 'The beneficiary as they are now.' })
  beneficiary: Beneficiary;
}

@ObjectType({ description: 'Something that happened to a vendor.' })
export class VendorEvent extends Told {
  @Field(() => Vendor, { nullable: true, description: 'The vendor as they are now.' })
  vendor: Vendor;
}

@ObjectType({ description: 'Something that happened to a person’s or a vendor’s standing in a project.' })
export class EnrollmentEvent extends Told {
  @Field(() => Enrollment, { nullable: true, description: 'The person’s standing as it is now; null when the event is about a vendor.' })
  enrollment: Enrollment | null;

  @Field(() => ProjectVendor, { nullable: true, description: 'The vendor’s standing as it is now; null when the event is about a person.' })
  projectVendor: ProjectVendor | null;
}
