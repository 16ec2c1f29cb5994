import { Arg, Ctx, Field, FieldResolver, ID, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Project, type ProjectContext } from '../../../subgraphs/projects/runtime';
import type { TallyService } from '../tally/tally.service';

@ObjectType({ description: 'What a project counts.' })
class TallyProject {
  @Field(() => String, { description: 'What is counted.' })
  label: string;

  @Field(() => Int, { description: 'How many there are.' })
  count: number;
}

@Resolver(() => Project)
export class TallyResolver {
  constructor(private readonly marks: TallyService) {}

  @FieldResolver(() => TallyProject, { nullable: true, description: 'What it counts; null for a project of another type.' })
  async tally(): Promise<TallyProject> {
    return { label: await this.marks.label(), count: await this.marks.count() };
  }

  @Query(() => Int, { nullable: true, description: 'How many there are.' })
  tallyCount(@Arg('projectId', () => ID, { description: 'The project to ask.' }) _projectId: string): Promise<number> {
    return this.marks.count();
  }

  @Mutation(() => Int, { nullable: true, description: 'Counts on; answers how many there are then.' })
  tallyAdd(
    @Arg('projectId', () => ID, { description: 'The project to ask.' }) _projectId: string,
    @Arg('by', () => Int, { description: 'How many to add.' }) by: number,
    @Arg('idempotencyKey', () => String, { description: 'New for each change.' }) idempotencyKey: string,
    @Ctx() context: ProjectContext,
  ): Promise<number> {
    return this.marks.add({ actorId: context.principal.subject, idempotencyKey, input: { by } });
  }
}
