import { allow } from 'graphql-shield';
import type { Pool, SqlTransaction } from '#kernel/db';
import { requires } from '#kernel/graphql';
import { defineProjectType, Project, stubReferences, type ProjectParts, type ProjectType } from '../../../subgraphs/projects/runtime';
import { TallyRepository } from './tally.repository';
import { TallyService, type AddRequest } from './tally.service';

/** What differs between the versions of the type. */
export interface TallyVersion {
  image: { name: string; version: string };
  migrationsDirectory: string;
  insert(repository: TallyRepository, tx: SqlTransaction, input: AddRequest['input']): Promise<void>;
  resolvers(service: TallyService, repository: TallyRepository): ReadonlyMap<NewableFunction, object>;
  /** For what only this version has. */
  rules?: ProjectParts['rules'];
  /** What else it does at start. */
  start?: ProjectParts['start'];
}

/** A type that counts. Whoever may read entitlements may read the count; whoever may issue them may add to it. */
export function defineTally(version: TallyVersion): ProjectType {
  return defineProjectType({
    ...version.image,
    title: 'Tally',
    settingsSchema: { type: 'object', properties: { goal: { type: 'integer', minimum: 1 } }, additionalProperties: false },
    migrationsDirectory: version.migrationsDirectory,
    build: ({ pool }) => build(version, pool),
  });
}

function build(version: TallyVersion, pool: Pool): ProjectParts {
  const repository = new TallyRepository(pool);
  const service = new TallyService(repository, (tx, input) => version.insert(repository, tx, input));
  return {
    resolvers: version.resolvers(service, repository),
    references: { Project: stubReferences.Project },
    orphanedTypes: [Project],
    rules: {
      Query: { '*': requires('entitlement:read') },
      Project: { id: allow, tally: requires('entitlement:read') },
      TallyProject: { '*': allow },
      ...version.rules,
    },
    ...(version.start ? { start: version.start } : {}),
  };
}
