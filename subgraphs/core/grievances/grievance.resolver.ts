import type DataLoader from 'dataloader';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { NotFoundError } from '#kernel/errors';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import { Beneficiary } from '../beneficiaries';
import { KEY } from '../change';
import type { CoreContext } from '../context';
import { Project } from '../projects';
import { Vendor } from '../vendors';
import { FileGrievanceInput, GrievanceFilter, UpdateGrievanceInput } from './grievance.inputs';
import { toGrievance } from './grievance.mapper';
import type { GrievanceService } from './grievance.service';
import { Grievance, GrievanceConnection, GrievanceStep } from './grievance.type';

type Loader<T> = (context: CoreContext) => DataLoader<string, T>;

/** Per-request loaders. */
export interface GrievanceLoaders {
  byId: Loader<Grievance | null>;
  steps: (context: CoreContext) => DataLoader<Grievance, GrievanceStep[], string>;
  project: Loader<Project | null>;
  beneficiary: Loader<Beneficiary | null>;
  vendor: Loader<Vendor | null>;
}

@Resolver(() => Grievance)
export class GrievanceResolver {
  constructor(
    private readonly service: GrievanceService,
    private readonly loaders: GrievanceLoaders,
  ) {}

  @Query(() => Grievance, { nullable: true, description: 'The grievance with this id; null when there is none that the caller may see.' })
  grievance(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The id of the grievance.' }) id: string): Promise<Grievance | null> {
    return this.loaders.byId(context).load(id);
  }

  @Query(() => GrievanceConnection, { description: 'The grievances that the caller may see, oldest first.' })
  async grievances(
    @Ctx() { principal }: CoreContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => GrievanceFilter, { nullable: true, description: 'Which grievances to list.' }) filter?: GrievanceFilter,
  ): Promise<Connection<Grievance>> {
    const page = pageRequest(args);
    return toConnection((await this.service.list(principal, filter, page)).map(toGrievance), page, (grievance) => grievance.id);
  }

  @FieldResolver(() => [GrievanceStep], { description: 'What was done about it, in order; the first step is its filing.' })
  steps(@Root() grievance: Grievance, @Ctx() context: CoreContext): Promise<GrievanceStep[]> {
    return this.loaders.steps(context).load(grievance);
  }

  @FieldResolver(() => Project, { nullable: true, description: 'The project that it concerns; null when there is none that the caller may see.' })
  project(@Root() { projectId }: Grievance, @Ctx() context: CoreContext): Promise<Project | null> | null {
    return projectId === null ? null : this.loaders.project(context).load(projectId);
  }

  @FieldResolver(() => Beneficiary, { nullable: true, description: 'The person it comes from or concerns; null when there is none that the caller may see.' })
  beneficiary(@Root() { beneficiaryId }: Grievance, @Ctx() context: CoreContext): Promise<Beneficiary | null> | null {
    return beneficiaryId === null ? null : this.loaders.beneficiary(context).load(beneficiaryId);
  }

  @FieldResolver(() => Vendor, { nullable: true, description: 'The vendor that it comes from or concerns; null when there is none that the caller may see.' })
  vendor(@Root() { vendorId }: Grievance, @Ctx() context: CoreContext): Promise<Vendor | null> | null {
    return vendorId === null ? null : this.loaders.vendor(context).load(vendorId);
  }

  @Mutation(() => Grievance, { description: 'Files a grievance. Errors: BAD_USER_INPUT, FORBIDDEN.' })
  async fileGrievance(
    @Ctx() context: CoreContext,
    @Arg('input', () => FileGrievanceInput, { description: 'The grievance.' }) input: FileGrievanceInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Grievance> {
    const subjects = {
      project: (id: string) => this.loaders.project(context).load(id),
      beneficiary: (id: string) => this.loaders.beneficiary(context).load(id),
      vendor: (id: string) => this.loaders.vendor(context).load(id),
    };
    return this.shown(context, await this.service.file(context.principal, input, subjects, key));
  }

  @Mutation(() => Grievance, { description: 'Moves a grievance on, gives it to somebody, or adds a remark. Errors: NOT_FOUND, BAD_USER_INPUT, INVALID_TRANSITION.' })
  async updateGrievance(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the grievance.' }) id: string,
    @Arg('input', () => UpdateGrievanceInput, { description: 'What is done.' }) input: UpdateGrievanceInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Grievance> {
    return this.shown(context, await this.service.update(context.principal, id, input, key));
  }

  private async shown(context: CoreContext, id: string): Promise<Grievance> {
    const grievance = await this.loaders.byId(context).clear(id).load(id);
    if (!grievance) throw new NotFoundError('The grievance');
    return grievance;
  }
}
