import type DataLoader from 'dataloader';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { NotFoundError } from '#kernel/errors';
import { PageArgs, pageRequest, toConnection, type Connection } from '#kernel/graphql';
import type { CoreContext } from '../context';
import { Deployment } from '../deployments';
import type { MilestoneService } from './milestone.service';
import { CreateProjectInput, MilestoneInput, ProjectFilter, UpdateMilestoneInput, UpdateProjectInput } from './project.inputs';
import type { ProjectService } from './project.service';
import { Milestone, Project, ProjectConnection } from './project.type';
import { toProject } from './project.mapper';

const KEY = 'Chosen by the caller, for example a UUID: a repeat with the same key and the same request changes nothing and answers the same.';

/** Per-request loaders that the resolvers share. */
export interface ProjectLoaders {
  projects: (context: CoreContext) => DataLoader<string, Project | null>;
  milestones: (context: CoreContext) => DataLoader<string, Milestone[]>;
  deployment: (context: CoreContext, projectId: string) => Promise<Deployment | null>;
}

@Resolver(() => Project)
export class ProjectResolver {
  constructor(
    private readonly service: ProjectService,
    private readonly milestoneService: MilestoneService,
    private readonly loaders: ProjectLoaders,
  ) {}

  @Query(() => Project, { nullable: true, description: 'The project with this id; null when there is none that the caller may see.' })
  project(@Ctx() context: CoreContext, @Arg('id', () => ID, { description: 'The id of the project.' }) id: string): Promise<Project | null> {
    return this.loaders.projects(context).load(id);
  }

  @Query(() => Project, { nullable: true, description: 'The project with this slug; null when there is none that the caller may see.' })
  async projectBySlug(@Ctx() { principal }: CoreContext, @Arg('slug', () => String, { description: 'The slug of the project.' }) slug: string): Promise<Project | null> {
    const row = await this.service.bySlug(principal, slug);
    return row && toProject(row);
  }

  @Query(() => ProjectConnection, { description: 'The projects that the caller may see, oldest first.' })
  async projects(
    @Ctx() { principal }: CoreContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => ProjectFilter, { nullable: true, description: 'Which projects to list.' }) filter?: ProjectFilter,
  ): Promise<Connection<Project>> {
    const page = pageRequest(args);
    const rows = await this.service.list(principal, filter, page);
    return toConnection(rows.map(toProject), page, (project) => project.id);
  }

  @FieldResolver(() => [Milestone], { description: 'What the project means to reach, in order of time.' })
  milestones(@Root() project: Project, @Ctx() context: CoreContext): Promise<Milestone[]> {
    return this.loaders.milestones(context).load(project.id);
  }

  @FieldResolver(() => Deployment, { nullable: true, description: 'The deployment of its service; null for a draft.' })
  deployment(@Root() project: Project, @Ctx() context: CoreContext): Promise<Deployment | null> {
    return this.loaders.deployment(context, project.id);
  }

  @Mutation(() => Project, {
    description:
      'Creates a project and, unless it is a draft, starts its own service; its fields join the graph when `status` is ACTIVE. ' +
      'Errors: BAD_USER_INPUT, UNKNOWN_PROJECT_TYPE, SETTINGS_INVALID, CONFLICT (each names the field), IDEMPOTENCY_CONFLICT.',
  })
  async createProject(
    @Ctx() context: CoreContext,
    @Arg('input', () => CreateProjectInput, { description: 'The new project.' }) input: CreateProjectInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Project> {
    return this.shown(context, await this.service.create(context.principal, input, key));
  }

  @Mutation(() => Project, { description: 'Changes facts or settings of a project; its service is told. Errors: NOT_FOUND, BAD_USER_INPUT, SETTINGS_INVALID, INVALID_TRANSITION.' })
  async updateProject(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the project.' }) id: string,
    @Arg('input', () => UpdateProjectInput, { description: 'What to change.' }) input: UpdateProjectInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Project> {
    return this.shown(context, await this.service.update(context.principal, id, input, key));
  }

  @Mutation(() => Project, { description: 'Starts the service of a draft. Errors: NOT_FOUND, SETTINGS_INVALID, INVALID_TRANSITION.' })
  async deployProject(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the project.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Project> {
    return this.shown(context, await this.service.deploy(context.principal, id, key));
  }

  @Mutation(() => Project, { description: 'Tries again to bring up the service of a FAILED project. Errors: NOT_FOUND, INVALID_TRANSITION.' })
  async retryProjectDeployment(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the project.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Project> {
    return this.shown(context, await this.service.retry(context.principal, id, key));
  }

  @Mutation(() => Project, {
    description:
      'Brings up another version of the service beside the running one and switches over when it is ready; a failure changes nothing. ' +
      'Errors: NOT_FOUND, UNKNOWN_PROJECT_TYPE, SETTINGS_INVALID, INVALID_TRANSITION.',
  })
  async upgradeProject(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the project.' }) id: string,
    @Arg('version', () => String, { description: 'The version of its type, for example "2.0.0".' }) version: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Project> {
    return this.shown(context, await this.service.upgrade(context.principal, id, version, key));
  }

  @Mutation(() => Project, { description: 'Stops every change in the service of a project; reading goes on. Errors: NOT_FOUND, INVALID_TRANSITION.' })
  async pauseProject(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the project.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Project> {
    return this.shown(context, await this.service.pause(context.principal, id, key));
  }

  @Mutation(() => Project, { description: 'Lets a paused project go on. Errors: NOT_FOUND, INVALID_TRANSITION.' })
  async resumeProject(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the project.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Project> {
    return this.shown(context, await this.service.resume(context.principal, id, key));
  }

  @Mutation(() => Project, { description: 'Closes a project for good: its service is drained and stopped, its records stay. Errors: NOT_FOUND, INVALID_TRANSITION.' })
  async closeProject(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the project.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Project> {
    return this.shown(context, await this.service.close(context.principal, id, key));
  }

  @Mutation(() => Project, { description: 'Puts a closed project away. Errors: NOT_FOUND, INVALID_TRANSITION.' })
  async archiveProject(
    @Ctx() context: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the project.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Project> {
    return this.shown(context, await this.service.archive(context.principal, id, key));
  }

  @Mutation(() => ID, { description: 'Deletes a project that is DRAFT or FAILED and never handled money; answers its id. Audit entries stay. Errors: NOT_FOUND, INVALID_TRANSITION, CONFLICT.' })
  deleteProject(
    @Ctx() { principal }: CoreContext,
    @Arg('id', () => ID, { description: 'The id of the project.' }) id: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<string> {
    return this.service.delete(principal, id, key);
  }

  @Mutation(() => Project, { description: 'Adds a milestone. Errors: NOT_FOUND, BAD_USER_INPUT, INVALID_TRANSITION.' })
  async addMilestone(
    @Ctx() context: CoreContext,
    @Arg('projectId', () => ID, { description: 'The id of the project.' }) projectId: string,
    @Arg('input', () => MilestoneInput, { description: 'The milestone.' }) input: MilestoneInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Project> {
    return this.shown(context, await this.milestoneService.add(context.principal, projectId, input, key));
  }

  @Mutation(() => Project, { description: 'Changes a milestone. Errors: NOT_FOUND, BAD_USER_INPUT, INVALID_TRANSITION.' })
  async updateMilestone(
    @Ctx() context: CoreContext,
    @Arg('projectId', () => ID, { description: 'The id of the project.' }) projectId: string,
    @Arg('input', () => UpdateMilestoneInput, { description: 'What to change.' }) input: UpdateMilestoneInput,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Project> {
    return this.shown(context, await this.milestoneService.update(context.principal, projectId, input, key));
  }

  @Mutation(() => Project, { description: 'Removes a milestone. Errors: NOT_FOUND, INVALID_TRANSITION.' })
  async removeMilestone(
    @Ctx() context: CoreContext,
    @Arg('projectId', () => ID, { description: 'The id of the project.' }) projectId: string,
    @Arg('milestoneId', () => ID, { description: 'The id of the milestone.' }) milestoneId: string,
    @Arg('idempotencyKey', () => String, { description: KEY }) key: string,
  ): Promise<Project> {
    return this.shown(context, await this.milestoneService.remove(context.principal, projectId, milestoneId, key));
  }

  /** Reads the project as it is after the change (a loader filled before it would show the past). */
  private async shown(context: CoreContext, id: string): Promise<Project> {
    this.loaders.milestones(context).clear(id);
    const project = await this.loaders.projects(context).clear(id).load(id);
    if (!project) throw new NotFoundError('The project');
    return project;
  }
}
