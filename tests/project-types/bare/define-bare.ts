import { allow } from 'graphql-shield';
import { Arg, FieldResolver, ID, Query, Resolver } from 'type-graphql';
import { defineProjectType, Project, stubReferences, type ProjectDeps, type ProjectParts, type ProjectType } from '../../../subgraphs/projects/runtime';

export interface BareType {
  image: { name: string; version: string };
  title: string;
  /** What is out of order with it. */
  hooks(deps: ProjectDeps): Pick<ProjectParts, 'start' | 'isReady'>;
}

/** A type without tables, whose one field says that it answers. Its settings can say that what is out of order was mended. */
export function defineBare({ image, title, hooks }: BareType): ProjectType {
  const { name } = image;

  @Resolver(() => Project)
  class BareResolver {
    @FieldResolver(() => Boolean, { name, nullable: true, description: 'Whether its service answers; null for a project of another type.' })
    ofProject(): boolean {
      return true;
    }

    @Query(() => Boolean, { name: `${name}Answers`, nullable: true, description: 'Whether the service answers.' })
    answers(@Arg('projectId', () => ID, { description: 'The project to ask.' }) _projectId: string): boolean {
      return true;
    }
  }

  return defineProjectType({
    ...image,
    title,
    settingsSchema: { type: 'object', properties: { mended: { type: 'boolean' } }, additionalProperties: false },
    migrationsDirectory: '',
    build: (deps) => ({
      resolvers: new Map([[BareResolver, new BareResolver()]]),
      references: { Project: stubReferences.Project },
      orphanedTypes: [Project],
      rules: { Query: { '*': allow }, Project: { '*': allow } },
      ...hooks(deps),
    }),
  });
}
