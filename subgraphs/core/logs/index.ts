import { allow, or } from 'graphql-shield';
import { requires, requiresSomewhere } from '#kernel/graphql';
import type { CoreDatabase } from '../database';
import type { Slice } from '../slice';
import { LogRepository } from './log.repository';
import { LogResolver } from './log.resolver';

export { createLaterStore, type LaterStore } from './later-store';
export { createLogReceiver, openLogReceiver, type LogReceiver } from './log.receiver';
export { createLogRetention } from './log.retention';

/** Reading what processes have logged. Lines come in through the receiver. */
export function createLogs(deps: { database: CoreDatabase }): Slice {
  return {
    resolvers: new Map([[LogResolver, new LogResolver(new LogRepository(deps.database))]]),
    references: {},
    rules: { Query: { logs: or(requires('log:read-system'), requiresSomewhere('log:read')) }, LogLine: allow, LogLineConnection: allow, LogLineEdge: allow },
  };
}
