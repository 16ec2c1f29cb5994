import { allow } from 'graphql-shield';
import { requiresSomewhere } from '#kernel/graphql';
import type { CoreDatabase } from '../database';
import type { Slice } from '../slice';
import { AuditRepository } from './audit.repository';
import { AuditResolver } from './audit.resolver';
import { CheckpointFields } from './checkpoint.fields';

export { LEAF_COLUMNS, canonicalJson, type LeafEntry } from './tree/leaf';
export { TreeReader } from './tree/tree-reader';
export { openAuditTree, type AuditTreeEnv } from './open-tree';

/** Reading the audit log, and what proves it. Entries are written by whoever changes something, in the transaction of the change. */
export function createAudit({ database }: { database: CoreDatabase }): Slice {
  const repository = new AuditRepository(database);
  const mayRead = requiresSomewhere('audit:read');
  return {
    resolvers: new Map<NewableFunction, object>([
      [AuditResolver, new AuditResolver(repository, database)],
      [CheckpointFields, new CheckpointFields(repository)],
    ]),
    references: {},
    rules: {
      Query: { auditEntries: mayRead, auditEntry: mayRead, auditLog: mayRead, auditCheckpoints: mayRead, auditConsistencyProof: mayRead },
      AuditEntry: allow,
      AuditEntryConnection: allow,
      AuditEntryEdge: allow,
      AuditLeaf: allow,
      AuditLog: allow,
      AuditCheckpoint: allow,
      AuditCheckpointConnection: allow,
      AuditCheckpointEdge: allow,
      AuditAnchor: allow,
      AuditInclusionProof: allow,
      AuditConsistencyProof: allow,
    },
  };
}
