import { allow } from 'graphql-shield';
import { Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { requires } from '#kernel/graphql';
import type { CoreDatabase } from '../database';
import type { Slice } from '../slice';
import type { BlindIndexes } from './blind-index';
import type { Envelope } from './envelope';
import { waitingForRotation } from './key-rotation';
import { sealedTables } from './sealed-tables';

type Keys = Pick<Envelope, 'currentVersion'> & Pick<BlindIndexes, 'indexVersion'>;

@ObjectType({ description: 'How far the rotation of the keys of personal data is.' })
export class PersonalDataKeys {
  @Field(() => Int, { description: 'The version of the key that wraps the keys of new records.' })
  current: number;

  @Field(() => Int, { description: 'How many records of this installation still hang on older keys; those keys may go when it is 0.' })
  waiting: number;

  @Field(() => Int, { description: 'How many people are found by an older index key only; more than 0 when a process went on with the older file. Restart core, and it is 0.' })
  indexesWaiting: number;
}

@Resolver()
export class PersonalDataKeysResolver {
  constructor(
    private readonly database: CoreDatabase,
    private readonly protectedData: Keys,
  ) {}

  @Query(() => PersonalDataKeys, { description: 'How far the rotation of the keys of personal data is. To rotate, an operator adds a key to the key file and restarts; the worker does the rest.' })
  async personalDataKeys(): Promise<PersonalDataKeys> {
    const indexesWaiting = await this.database.beneficiaryPii.count({ where: { indexVersion: { lt: this.protectedData.indexVersion } } });
    return { ...(await waitingForRotation(this.database, this.protectedData, sealedTables)), indexesWaiting };
  }
}

/** What the graph tells of how personal data is protected. */
export function createPersonalDataKeys(deps: { database: CoreDatabase; protectedData: Keys }): Slice {
  return {
    resolvers: new Map([[PersonalDataKeysResolver, new PersonalDataKeysResolver(deps.database, deps.protectedData)]]),
    references: {},
    rules: { Query: { personalDataKeys: requires('personal-data:manage') }, PersonalDataKeys: allow },
  };
}
