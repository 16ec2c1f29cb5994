import { Arg, Field, FieldResolver, ID, ObjectType, Query, Resolver } from 'type-graphql';
import { Project } from '../../../subgraphs/projects/runtime';
import type { TallyService } from '../tally/tally.service';

@ObjectType({ description: 'What a project counts.' })
class TallyProject {
  @Field(() => String, { description: 'What is counted.' })
  label: string;

  @Field(() => String, { description: 'How many there are. A number in earlier versions: this is what breaks the rule.' })
  count: string;
}

@Resolver(() => Project)
export class TallyResolver {
  constructor(private readonly marks: TallyService) {}

  @FieldResolver(() => TallyProject, { nullable: true, description: 'What it counts; null for a project of another type.' })
  async tally(): Promise<TallyProject> {
    return { label: await this.marks.label(), count: String(await this.marks.count()) };
  }

  @Query(() => String, { nullable: true, description: 'How many there are.' })
  async tallyCount(@Arg('projectId', () => ID, { description: 'The project to ask.' }) _projectId: string): Promise<string> {
    return String(await this.marks.count());
  }
}
