import type DataLoader from 'dataloader';
import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import { Beneficiary } from '../beneficiaries';
import type { CoreContext } from '../context';
import { Project } from '../projects';
import { Vendor } from '../vendors';
import type { EnrollmentLoaders } from './enrollment.loaders';
import { Enrollment, EnrollmentConnection, EnrollmentStatus, ProjectVendor, ProjectVendorConnection } from './enrollment.type';

type Loader<T> = (context: CoreContext) => DataLoader<string, T | null>;

@Resolver(() => Project)
export class ProjectEnrollmentFields {
  constructor(private readonly loaders: EnrollmentLoaders) {}

  @FieldResolver(() => EnrollmentConnection, { description: 'Who takes part, in order of enrolment; empty for callers without the permission enrollment:read.' })
  async enrollments(
    @Root() project: Project,
    @Ctx() context: CoreContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('status', () => EnrollmentStatus, { nullable: true, description: 'Only people who stand there.' }) status?: EnrollmentStatus | null,
  ): Promise<Connection<Enrollment>> {
    const page = pageRequest(args);
    const rows = await this.loaders.ofProject(context, { page, status: status ?? null }).load(project.id);
    return toConnection(rows, page, (enrollment) => enrollment.id);
  }

  @FieldResolver(() => ProjectVendorConnection, { description: 'The vendors of the project; empty for callers without the permission enrollment:read.' })
  async vendors(@Root() project: Project, @Ctx() context: CoreContext, @Args(() => PageArgs) args: PageArgs): Promise<Connection<ProjectVendor>> {
    const page = pageRequest(args);
    const rows = await this.loaders.vendorsOfProject(context, page).load(project.id);
    return toConnection(rows, page, (vendor) => vendor.vendorId);
  }
}

@Resolver(() => Beneficiary)
export class BeneficiaryEnrollmentFields {
  constructor(private readonly loaders: EnrollmentLoaders) {}

  @FieldResolver(() => [Enrollment], { description: 'The projects in which the person takes part, as far as the caller may see.' })
  enrollments(@Root() beneficiary: Beneficiary, @Ctx() context: CoreContext): Promise<Enrollment[]> {
    return this.loaders.ofBeneficiary(context).load(beneficiary.id);
  }
}

@Resolver(() => Enrollment)
export class EnrollmentFields {
  constructor(private readonly beneficiaries: Loader<Beneficiary>) {}

  @FieldResolver(() => Beneficiary, { nullable: true, description: 'The person; null for callers who may not see them.' })
  beneficiary(@Root() enrollment: Enrollment, @Ctx() context: CoreContext): Promise<Beneficiary | null> {
    return this.beneficiaries(context).load(enrollment.beneficiaryId);
  }
}

@Resolver(() => ProjectVendor)
export class ProjectVendorFields {
  constructor(private readonly vendors: Loader<Vendor>) {}

  @FieldResolver(() => Vendor, { nullable: true, description: 'The vendor; null for callers who may not see them.' })
  vendor(@Root() projectVendor: ProjectVendor, @Ctx() context: CoreContext): Promise<Vendor | null> {
    return this.vendors(context).load(projectVendor.vendorId);
  }
}
