import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { NotFoundError } from '#kernel/errors';
import { MinorUnitsScalar } from '#kernel/graphql';
import type { CoreContext } from '../context';
import type { EnrollmentLoaders } from './enrollment.loaders';
import type { EnrollmentService } from './enrollment.service';
import { EnrollmentTermsInput } from './terms';
import { Enrollment, EnrollmentStatus, ProjectVendor, ProjectVendorStatus } from './enrollment.type';

const KEY = 'Chosen by the caller, for example a UUID: a repeat with the same key and the same request changes nothing and answers the same.';

@Resolver()
export class EnrollmentResolver {
  constructor(
    private readonly service: EnrollmentService,
    private readonly loaders: EnrollmentLoaders,
  ) {}

  @Mutation(() => [Enrollment], { description: 'Enrols people in a project; who is enrolled already stays as they are. Errors: NOT_FOUND, BAD_USER_INPUT (names the person as `beneficiaryIds.<n>`), PROJECT_CLOSED.' })
  async enrollBeneficiaries(
    @Ctx() context: CoreContext,
    @Arg('projectId', () => ID, { description: 'The id of the project.' }) projectId: string,
    @Arg('beneficiaryIds', () => [ID], { description: 'The ids of up to 500 active beneficiaries.' }) beneficiaryIds: string[],
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
    @Arg('terms', () => EnrollmentTermsInput, { nullable: true, description: 'On what terms those take part who are not enrolled yet; as everybody when left out.' }) terms?: EnrollmentTermsInput | null,
  ): Promise<Enrollment[]> {
    const ids = await this.service.enrol(context.principal, projectId, { beneficiaryIds, terms }, key);
    return Promise.all(ids.map((id) => this.shown(context, id)));
  }

  @Mutation(() => [Enrollment], { description: 'Changes on what terms people take part in a project: all of them or none. It is told as the event `enrollment.terms-changed`. Errors: NOT_FOUND, BAD_USER_INPUT (names the person as `beneficiaryIds.<n>`), PROJECT_CLOSED.' })
  async changeEnrollmentTerms(
    @Ctx() context: CoreContext,
    @Arg('projectId', () => ID, { description: 'The id of the project.' }) projectId: string,
    @Arg('beneficiaryIds', () => [ID], { description: 'The ids of up to 500 people who take part.' }) beneficiaryIds: string[],
    @Arg('terms', () => EnrollmentTermsInput, { description: 'What changes.' }) terms: EnrollmentTermsInput,
    @Arg('reason', () => String, { description: 'Why, without personal data: 1 to 500 characters. It stands in the audit log.' }) reason: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Enrollment[]> {
    const ids = await this.service.changeTerms(context.principal, projectId, { beneficiaryIds, terms, reason }, key);
    return Promise.all(ids.map((id) => this.shown(context, id)));
  }

  @Mutation(() => Enrollment, { description: 'Changes where a person stands in a project. Errors: NOT_FOUND, INVALID_TRANSITION (names where the person may go), PROJECT_CLOSED.' })
  async changeEnrollmentStatus(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the enrollment.' }) id: string,
    @Arg('status', () => EnrollmentStatus, { description: 'Where the person shall stand.' }) status: EnrollmentStatus,
    @Arg('reason', () => String, { description: 'Why, without personal data: 1 to 500 characters. It stands in the audit log.' }) reason: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Enrollment> {
    return this.shown(context, await this.service.changeStatus(context.principal, id, { status, reason, key }));
  }

  @Mutation(() => [ProjectVendor], { description: 'Assigns approved vendors to a project; who is assigned already stays as they are. Errors: NOT_FOUND, BAD_USER_INPUT (names the vendor as `vendorIds.<n>`), PROJECT_CLOSED.' })
  async assignVendors(
    @Ctx() context: CoreContext,
    @Arg('projectId', () => ID, { description: 'The id of the project.' }) projectId: string,
    @Arg('vendorIds', () => [ID], { description: 'The ids of up to 500 approved vendors.' }) vendorIds: string[],
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
    @Arg('dailyLimitMinor', () => MinorUnitsScalar, { nullable: true, description: 'What each may take in a day, in the minor unit of the project’s currency; no limit when left out.' })
    dailyLimitMinor?: bigint | null,
    @Arg('offlineExposureLimitMinor', () => MinorUnitsScalar, { nullable: true, description: 'What each may take without a network before it must synchronise, in minor units; no limit when left out.' })
    offlineExposureLimitMinor?: bigint | null,
  ): Promise<ProjectVendor[]> {
    const ids = await this.service.assignVendors(context.principal, projectId, { vendorIds, dailyLimitMinor, offlineExposureLimitMinor }, key);
    return Promise.all(ids.map((vendorId) => this.shownVendor(context, { projectId, vendorId })));
  }

  @Mutation(() => ProjectVendor, { description: 'Changes where a vendor stands in a project. Errors: NOT_FOUND, INVALID_TRANSITION, PROJECT_CLOSED.' })
  async changeProjectVendorStatus(
    @Ctx() context: CoreContext,
    @Arg('projectId', () => ID, { description: 'The id of the project.' }) projectId: string,
    @Arg('vendorId', () => ID, { description: 'The id of the vendor.' }) vendorId: string,
    @Arg('status', () => ProjectVendorStatus, { description: 'Where the vendor shall stand.' }) status: ProjectVendorStatus,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<ProjectVendor> {
    await this.service.changeVendorStatus(context.principal, { projectId, vendorId }, status, key);
    return this.shownVendor(context, { projectId, vendorId });
  }

  @Mutation(() => ProjectVendor, { description: 'Changes what a vendor may take in a project; both limits are set as given. Errors: NOT_FOUND, BAD_USER_INPUT, PROJECT_CLOSED.' })
  async changeProjectVendorLimits(
    @Ctx() context: CoreContext,
    @Arg('projectId', () => ID, { description: 'The id of the project.' }) projectId: string,
    @Arg('vendorId', () => ID, { description: 'The id of the vendor.' }) vendorId: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
    @Arg('dailyLimitMinor', () => MinorUnitsScalar, { nullable: true, description: 'What the vendor may take in a day, in the minor unit of the project’s currency; no limit when left out.' })
    dailyLimitMinor?: bigint | null,
    @Arg('offlineExposureLimitMinor', () => MinorUnitsScalar, { nullable: true, description: 'What the vendor may take without a network before it must synchronise, in minor units; no limit when left out.' })
    offlineExposureLimitMinor?: bigint | null,
  ): Promise<ProjectVendor> {
    await this.service.changeVendorLimits(context.principal, { projectId, vendorId }, { dailyLimitMinor, offlineExposureLimitMinor }, key);
    return this.shownVendor(context, { projectId, vendorId });
  }

  private async shown(context: CoreContext, id: string): Promise<Enrollment> {
    const enrollment = await this.loaders.byId(context).clear(id).load(id);
    if (!enrollment) throw new NotFoundError('The enrollment');
    return enrollment;
  }

  private async shownVendor(context: CoreContext, pair: { projectId: string; vendorId: string }): Promise<ProjectVendor> {
    const vendor = await this.loaders.vendorByPair(context).clear(pair).load(pair);
    if (!vendor) throw new NotFoundError('The vendor of the project');
    return vendor;
  }
}
