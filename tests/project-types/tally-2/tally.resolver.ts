import { Arg, Ctx, Field, FieldResolver, ID, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Project, type ProjectContext } from '../../../subgraphs/projects/runtime';
import type { TallyRepository } from '../tally/tally.repository';
import type { TallyService } from '../tally/tally.service';

@ObjectType({ description: 'What a project counts.' })
class TallyProject {
  @Field(() => String, { description: 'What is counted.' })
  label: string;

  @Field(() => Int, { description: 'How many there are.' })
  count: number;

  @Field(() => String, { nullable: true, description: 'The unit of the count. New in version 2.' })
  unit: string | null;
}

@ObjectType({ description: 'One addition. New in version 2.' })
class TallyMark {
  @Field(() => Int, { description: 'How many were added.' })
  by: number;

  @Field(() => String, { nullable: true, description: 'Why; null for what version 1 counted.' })
  note: string | null;
}

@Resolver(() => Project)
export class TallyResolver {
  constructor(
    private readonly marks: TallyService,
    private readonly repository: TallyRepository,
  ) {}

  @FieldResolver(() => TallyProject, { nullable: true, description: 'What it counts; null for a project of another type.' })
  async tally(): Promise<TallyProject> {
    return { label: await this.marks.label(), count: await this.marks.count(), unit: 'pieces' };
  }

  @Query(() => Int, { nullable: true, description: 'How many there are.' })
  tallyCount(@Arg('projectId', () => ID, { description: 'The project to ask.' }) _projectId: string): Promise<number> {
    return this.marks.count();
  }

  @Query(() => [TallyMark], { nullable: true, description: 'All additions, oldest first. New in version 2.' })
  tallyHistory(@Arg('projectId', () => ID, { description: 'The project to ask.' }) _projectId: string): Promise<TallyMark[]> {
    return this.repository.history();
  }

  @Mutation(() => Int, { nullable: true, description: 'Counts on; answers how many there are then.' })
  tallyAdd(
    @Arg('projectId', () => ID, { description: 'The project to ask.' }) _projectId: string,
    @Arg('by', () => Int, { description: 'How many to add.' }) by: number,
    @Arg('idempotencyKey', () => String, { description: 'New for each change.' }) idempotencyKey: string,
    @Arg('note', () => String, { nullable: true, description: 'Why. New in version 2.' }) note: string | null,
    @Ctx() context: ProjectContext,
  ): Promise<number> {
    return this.marks.add({ actorId: context.principal.subject, idempotencyKey, input: { by, note: note ?? null } });
  }
}
