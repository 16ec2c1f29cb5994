import { allow } from 'graphql-shield';
import { z } from 'zod';
import { batchById, perRequest, requiresSomewhere } from '#kernel/graphql';
import { defineJob, type Jobs } from '#kernel/jobs';
import type { AttributesSlice } from '../attributes';
import type { BeneficiariesSlice } from '../beneficiaries';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { DocumentsSlice } from '../documents';
import type { Subscriber } from '../news';
import type { Slice } from '../slice';
import { ExportRepository } from './export.repository';
import { ExportResolver, toExport } from './export.resolver';
import { ExportService } from './export.service';
import { giveUp, runExport, type ExportDeps } from './run';

export { exportEvents } from './export.events';
export { ExportRepository } from './export.repository';
export { giveUp, runExport, type ExportDeps } from './run';

/** Files of people. */
export function createExports(deps: { database: CoreDatabase; attributes: AttributesSlice; beneficiaries: BeneficiariesSlice; documents: DocumentsSlice }): Slice {
  const repository = new ExportRepository(deps.database);
  const byId = perRequest(({ principal }: CoreContext) => batchById(async (ids) => (await repository.findVisible(principal, ids)).map(toExport), ({ id }) => id));
  const service = new ExportService(deps.database, repository, deps.beneficiaries.selection, deps.attributes);
  const mayExport = requiresSomewhere('beneficiary:export');
  return {
    resolvers: new Map([[ExportResolver, new ExportResolver(service, { byId, document: deps.documents.byId, handOut: deps.documents.handOut })]]),
    references: {},
    rules: { Query: { export: mayExport, exports: mayExport }, Mutation: { exportBeneficiaries: mayExport }, Export: allow, ExportConnection: allow, ExportEdge: allow },
  };
}

const makeExport = defineJob({ name: 'make-export', schema: z.object({ exportId: z.uuid() }), attempts: 10, concurrency: 2 });

/** The job that makes files. */
export function implementExportJobs(jobs: Jobs, deps: ExportDeps): void {
  jobs.implement(makeExport, ({ exportId }) => runExport(deps, exportId), ({ exportId }) => giveUp(deps, exportId));
}

/** Who has files made when they are asked for. */
export function exportSubscribers(jobs: Jobs): Subscriber[] {
  return [{ name: 'exports', wants: (name) => name === 'export.started', handle: ({ aggregateId }) => jobs.enqueue(makeExport, { exportId: aggregateId }, { deduplicationId: aggregateId }) }];
}
