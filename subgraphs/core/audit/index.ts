import { allow } from 'graphql-shield';
import { requiresSomewhere } from '#kernel/graphql';
import type { CoreDatabase } from '../database';
import type { Slice } from '../slice';
import { AuditRepository } from './audit.repository';
import { AuditResolver } from './audit.resolver';

/** Reading the audit log. Entries are written by whoever changes something, in the transaction of the change. */
export function createAudit(deps: { database: CoreDatabase }): Slice {
  return {
    resolvers: new Map([[AuditResolver, new AuditResolver(new AuditRepository(deps.database))]]),
    references: {},
    rules: { Query: { auditEntries: requiresSomewhere('audit:read') }, AuditEntry: allow, AuditEntryConnection: allow, AuditEntryEdge: allow },
  };
}
