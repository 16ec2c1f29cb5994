import 'reflect-metadata';
import { join } from 'node:path';
import { allow } from 'graphql-shield';
import { requires } from '#kernel/graphql';
import { runProjectType } from '../../../subgraphs/projects/runtime';
import { defineTally } from '../tally/define-tally';
import { TallyResolver } from '../tally-2/tally.resolver';
import image from './image.json';

// The same as version 2, but it does not start: an upgrade to it must fail and change nothing.
runProjectType(
  defineTally({
    image,
    migrationsDirectory: join(__dirname, 'migrations'),
    insert: (repository, tx, { by, note }) => repository.addWithNote(tx, { by, note: note ?? null }),
    resolvers: (service, repository) => new Map([[TallyResolver, new TallyResolver(service, repository)]]),
    rules: { Mutation: { '*': requires('entitlement:issue') }, TallyMark: { '*': allow } },
    start: () => Promise.reject(new Error('This version is out of order.')),
  }),
);
