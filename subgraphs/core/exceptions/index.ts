import DataLoader from 'dataloader';
import { allow } from 'graphql-shield';
import { perRequest, requires } from '#kernel/graphql';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { Slice } from '../slice';
import { ExceptionRepository } from './exception.repository';
import { ExceptionResolver } from './exception.resolver';
import { ExceptionService } from './exception.service';

export { fileExceptions, type Exception, type Filed } from './exception.intake';
export { ExceptionRepository } from './exception.repository';
export { createSentryForwarder, type SentryForwarder } from './sentry';

/** Unexpected errors of all processes, grouped by their cause. They come in with the logs. */
export function createExceptions(deps: { database: CoreDatabase }): Slice {
  const repository = new ExceptionRepository(deps.database);
  const loaders = perRequest((_context: CoreContext) => new Map<number, DataLoader<string, Awaited<ReturnType<ExceptionRepository['occurrences']>>[number]>>());
  const occurrencesOf = (context: CoreContext, first: number) => {
    const known = loaders(context);
    const loader = known.get(first) ?? new DataLoader((ids: readonly string[]) => repository.occurrences(ids, first));
    known.set(first, loader);
    return loader;
  };
  const [reads, manages] = [requires('exception:read'), requires('exception:manage')];
  return {
    resolvers: new Map([[ExceptionResolver, new ExceptionResolver(new ExceptionService(deps.database, repository), repository, occurrencesOf)]]),
    references: {},
    rules: {
      Query: { exception: reads, exceptions: reads },
      Mutation: { acknowledgeException: manages, resolveException: manages, ignoreException: manages, reopenException: manages },
      Exception: allow,
      ExceptionOccurrence: allow,
      ExceptionConnection: allow,
      ExceptionEdge: allow,
    },
  };
}
