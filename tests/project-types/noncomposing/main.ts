import 'reflect-metadata';
import { allow } from 'graphql-shield';
import { Arg, Directive, Field, ID, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { defineProjectType, runProjectType } from '../../../subgraphs/projects/runtime';
import image from './image.json';

// Every name keeps the rules, but the id of core's Project is an ID, not an Int: the two do not compose.
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A project.' })
class Project {
  @Field(() => Int, { description: 'The id of the project.' })
  id: number;

  @Field(() => Boolean, { nullable: true, description: 'Whether its service answers.' })
  noncomposing: boolean | null;
}

@Resolver()
class NoncomposingResolver {
  @Query(() => Boolean, { nullable: true, description: 'Whether the service answers.' })
  noncomposingAnswers(@Arg('projectId', () => ID, { description: 'The project to ask.' }) _projectId: string): boolean {
    return true;
  }
}

runProjectType(
  defineProjectType({
    ...image,
    title: 'Does not compose',
    settingsSchema: { type: 'object' },
    migrationsDirectory: '',
    build: () => ({
      resolvers: new Map([[NoncomposingResolver, new NoncomposingResolver()]]),
      references: {},
      orphanedTypes: [Project],
      rules: { Query: { '*': allow }, Project: { '*': allow } },
    }),
  }),
);
