import { allow } from 'graphql-shield';
import { Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { requires } from '#kernel/graphql';
import type { CoreDatabase } from '../database';
import type { Slice } from '../slice';
import type { Envelope } from './envelope';
import { waitingForRotation } from './key-rotation';
import { sealedTables } from './sealed-tables';

@ObjectType({ description: 'How far the rotation of the keys of personal data is.' })
export class PersonalDataKeys {
  @Field(() => Int, { description: 'The version of the key that wraps the keys of new records.' })
  current: number;

  @Field(() => Int, { description: 'How many records of this installation still hang on older keys; those keys may go when it is 0.' })
  waiting: number;
}

@Resolver()
export class PersonalDataKeysResolver {
  constructor(
    private readonly database: CoreDatabase,
    private readonly envelope: Pick<Envelope, 'currentVersion'>,
  ) {}

  @Query(() => PersonalDataKeys, { description: 'How far the rotation of the keys of personal data is. To rotate, an operator adds a key to the key file and restarts; the worker does the rest.' })
  personalDataKeys(): Promise<PersonalDataKeys> {
    return waitingForRotation(this.database, this.envelope, sealedTables);
  }
}

/** What the graph tells of how personal data is protected. */
export function createPersonalDataKeys(deps: { database: CoreDatabase; protectedData: Pick<Envelope, 'currentVersion'> }): Slice {
  return {
    resolvers: new Map([[PersonalDataKeysResolver, new PersonalDataKeysResolver(deps.database, deps.protectedData)]]),
    references: {},
    rules: { Query: { personalDataKeys: requires('personal-data:manage') }, PersonalDataKeys: allow },
  };
}
