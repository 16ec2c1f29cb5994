import 'reflect-metadata';
import { join } from 'node:path';
import { runProjectType } from '../../../subgraphs/projects/runtime';
import { defineTally } from '../tally/define-tally';
import image from './image.json';
import { TallyResolver } from './tally.resolver';

runProjectType(
  defineTally({
    image,
    migrationsDirectory: join(__dirname, 'migrations'),
    insert: (repository, tx, input) => repository.add(tx, input.by),
    resolvers: (service) => new Map([[TallyResolver, new TallyResolver(service)]]),
  }),
);
