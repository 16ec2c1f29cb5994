import { Directive, Field, ID, ObjectType } from 'type-graphql';

// Entities of core. A type gives each one field of its own by a field resolver, for example `Project.rfv`.

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A project: aid of one kind, for one group of people, with one budget.' })
export class Project {
  @Field(() => ID, { description: 'The id of the project, a UUID.' })
  id: string;
}

@Directive('@key(fields: "projectId beneficiaryId")')
@ObjectType({ description: 'That a beneficiary takes part in a project.' })
export class Enrollment {
  @Field(() => ID, { description: 'The id of the project, a UUID.' })
  projectId: string;

  @Field(() => ID, { description: 'The id of the beneficiary, a UUID.' })
  beneficiaryId: string;
}

@Directive('@key(fields: "projectId vendorId")')
@ObjectType({ description: 'That a vendor takes part in a project.' })
export class ProjectVendor {
  @Field(() => ID, { description: 'The id of the project, a UUID.' })
  projectId: string;

  @Field(() => ID, { description: 'The id of the vendor, a UUID.' })
  vendorId: string;
}

type References = Readonly<Record<string, (representation: never) => object>>;

/** Reference resolvers of the stubs: a stub is its key, and its fields load by it. */
export const stubReferences = {
  Project: ({ id }: Project) => ({ id }),
  Enrollment: ({ projectId, beneficiaryId }: Enrollment) => ({ projectId, beneficiaryId }),
  ProjectVendor: ({ projectId, vendorId }: ProjectVendor) => ({ projectId, vendorId }),
} satisfies References;
