import { Field, ID, ObjectType } from 'type-graphql';

@ObjectType({ description: 'Something that one may be permitted to do.' })
export class Permission {
  @Field(() => String, { description: 'Its name, `noun:verb`, for example "beneficiary:read".' })
  name: string;

  @Field(() => String, { description: 'What it allows.' })
  description: string;
}

@ObjectType({ description: 'A named set of permissions, held in the whole organisation, in one project or in one area.' })
export class Role {
  @Field(() => String, { description: 'Its name; unique in the organisation.' })
  name: string;

  @Field(() => String, { description: 'What it is for.' })
  description: string;

  @Field(() => [String], { description: 'What its holders may do.' })
  permissions: string[];

  @Field(() => Boolean, { description: 'Whether every organisation has it; such a role cannot be changed.' })
  isSystem: boolean;
}

@ObjectType({ description: 'What holds in one project.' })
export class ProjectPermissions {
  @Field(() => ID, { description: 'The id of the project.' })
  projectId: string;

  @Field(() => [String], { description: 'What one may do there, besides what holds in the whole organisation.' })
  permissions: string[];
}

@ObjectType({ description: 'What holds in one administrative area and those below it.' })
export class AreaPermissions {
  @Field(() => String, { description: 'The area, as a path such as "ke.kisumu".' })
  area: string;

  @Field(() => ID, { nullable: true, description: 'The project in which it holds; null for the whole organisation.' })
  projectId: string | null;

  @Field(() => [String], { description: 'What one may do there.' })
  permissions: string[];
}

@ObjectType({ description: 'The most that one step may commit.' })
export class ApprovalLimit {
  @Field(() => ID, { nullable: true, description: 'The project in which it holds; null for every project that has no limit of its own.' })
  projectId: string | null;

  @Field(() => String, { nullable: true, description: 'The limit in minor units, as digits; null for no limit.' })
  amountMinor: string | null;
}

@ObjectType({ description: 'What one may do, and where: enough for a frontend to draw its buttons.' })
export class Permissions {
  @Field(() => [String], { description: 'What holds in the whole organisation.' })
  organization: string[];

  @Field(() => [ProjectPermissions], { description: 'What holds in single projects besides.' })
  projects: ProjectPermissions[];

  @Field(() => [AreaPermissions], { description: 'What holds in single areas besides.' })
  areas: AreaPermissions[];

  @Field(() => [ApprovalLimit], { description: 'How much one step may commit; empty for no limit anywhere.' })
  approvalLimits: ApprovalLimit[];
}
