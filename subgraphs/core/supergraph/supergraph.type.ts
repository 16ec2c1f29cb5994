import { Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar, JsonScalar } from '#kernel/graphql';

@ObjectType({ description: 'One version of a project type, as its image described itself.' })
export class ProjectTypeVersion {
  @Field(() => String, { description: 'The semantic version, for example "1.0.0".' })
  version: string;

  @Field(() => String, { description: 'The image that runs it, as "name:version".' })
  image: string;

  @Field(() => String, { description: 'SHA-256 of its schema, hexadecimal.' })
  sdlHash: string;

  @Field(() => JsonScalar, { description: 'The JSON schema that the settings of a project of this type must fit.' })
  settingsSchema: object;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it first became part of the supergraph; null before any project runs it.' })
  liveSince: Date | null;
}

@ObjectType({ description: 'A kind of project that can be created, for example vouchers. Every project of a type runs its own service.' })
export class ProjectType {
  @Field(() => ID, { description: 'The code of the type; it prefixes the names of everything the type adds to the graph.' })
  code: string;

  @Field(() => String, { description: 'The name of the type for people.' })
  title: string;

  @Field(() => [ProjectTypeVersion], { description: 'The versions that can run, oldest first.' })
  versions: ProjectTypeVersion[];
}

@ObjectType({ description: 'One published version of the supergraph.' })
export class SupergraphVersion {
  @Field(() => Int, { description: 'Counts up by one with each publication.' })
  version: number;

  @Field(() => String, { description: 'What was published: a subgraph, or a project type and its version.' })
  cause: string;

  @Field(() => DateTimeScalar, { description: 'When it was published.' })
  createdAt: Date;

  @Field(() => [String], { description: 'The names of the subgraphs that it is composed of.' })
  subgraphs: string[];
}
