import { allow } from 'graphql-shield';
import { z } from 'zod';
import { batchById, perRequest, requiresSomewhere } from '#kernel/graphql';
import { defineJob, type Jobs } from '#kernel/jobs';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { DocumentsSlice } from '../documents';
import type { Subscriber } from '../news';
import type { Slice } from '../slice';
import { AuditExportRepository } from './audit-export.repository';
import { AuditExportResolver, toAuditExport } from './audit-export.resolver';
import { AuditExportService } from './audit-export.service';
import { giveUpAuditExport, runAuditExport, type AuditExportDeps } from './run';

export { auditExportEvents } from './audit-export.events';
export { AuditExportRepository } from './audit-export.repository';

/** Files of audit entries with what proves them. */
export function createAuditExports({ database, documents }: { database: CoreDatabase; documents: DocumentsSlice }): Slice {
  const repository = new AuditExportRepository(database);
  const byId = perRequest(({ principal }: CoreContext) => batchById(async (ids) => (await repository.findVisible(principal, ids)).map(toAuditExport), ({ id }) => id));
  const mayRead = requiresSomewhere('audit:read');
  return {
    resolvers: new Map([[AuditExportResolver, new AuditExportResolver(new AuditExportService(database, repository), byId, documents.handOut)]]),
    references: {},
    rules: { Query: { auditExport: mayRead, auditExports: mayRead }, Mutation: { exportAuditLog: mayRead }, AuditExport: allow, AuditExportConnection: allow, AuditExportEdge: allow },
  };
}

const makeAuditExport = defineJob({ name: 'make-audit-export', schema: z.object({ auditExportId: z.uuid() }), attempts: 10, concurrency: 2 });

/** The job that makes files. */
export function implementAuditExportJobs(jobs: Jobs, deps: AuditExportDeps): void {
  jobs.implement(makeAuditExport, ({ auditExportId }) => runAuditExport(deps, auditExportId), ({ auditExportId }) => giveUpAuditExport(deps, auditExportId));
}

/** Who has files made when they are asked for. */
export function auditExportSubscribers(jobs: Jobs): Subscriber[] {
  return [{ name: 'audit-exports', wants: (name) => name === 'audit-export.started', handle: ({ aggregateId }) => jobs.enqueue(makeAuditExport, { auditExportId: aggregateId }, { deduplicationId: aggregateId }) }];
}
