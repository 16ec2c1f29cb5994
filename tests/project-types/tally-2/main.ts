import 'reflect-metadata';
import { join } from 'node:path';
import { allow } from 'graphql-shield';
import { requires } from '#kernel/graphql';
import { runProjectType } from '../../../subgraphs/projects/runtime';
import { defineTally } from '../tally/define-tally';
import image from './image.json';
import { TallyResolver } from './tally.resolver';

runProjectType(
  defineTally({
    image,
    migrationsDirectory: join(__dirname, 'migrations'),
    insert: (repository, tx, { by, note }) => repository.addWithNote(tx, { by, note: note ?? null }),
    resolvers: (service, repository) => new Map([[TallyResolver, new TallyResolver(service, repository)]]),
    rules: { Mutation: { '*': requires('entitlement:issue') }, TallyMark: { '*': allow } },
  }),
);
