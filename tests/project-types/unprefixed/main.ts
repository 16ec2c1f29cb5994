import 'reflect-metadata';
import { allow } from 'graphql-shield';
import { Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { defineProjectType, runProjectType } from '../../../subgraphs/projects/runtime';
import image from './image.json';

// Breaks rule 2: any type of project may have parcels.
@ObjectType({ description: 'Something to hand out.' })
class Parcel {
  @Field(() => Int, { description: 'How heavy it is, in grams.' })
  grams: number;
}

// Breaks rule 1 three times: no prefix, no project, not nullable.
@Resolver()
class ParcelResolver {
  @Query(() => [Parcel], { description: 'All parcels.' })
  parcels(): Parcel[] {
    return [{ grams: 500 }];
  }
}

runProjectType(
  defineProjectType({
    ...image,
    title: 'Keeps no rule about names',
    settingsSchema: { type: 'object' },
    migrationsDirectory: '',
    build: () => ({
      resolvers: new Map([[ParcelResolver, new ParcelResolver()]]),
      references: {},
      rules: { Query: { '*': allow }, Parcel: { '*': allow } },
    }),
  }),
);
