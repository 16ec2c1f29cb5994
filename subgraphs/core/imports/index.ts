import DataLoader from 'dataloader';
import { allow } from 'graphql-shield';
import { NotFoundError } from '#kernel/errors';
import { batchById, perRequest, requiresSomewhere } from '#kernel/graphql';
import type { BeneficiariesSlice } from '../beneficiaries';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { DocumentsSlice } from '../documents';
import type { ProjectsSlice } from '../projects';
import type { Slice } from '../slice';
import { reportErrors } from './error-report';
import { toImportBatch } from './import.mapper';
import { ImportRepository, type RowCounts } from './import.repository';
import { ImportResolver, ImportRowFields } from './import.resolver';
import { ImportService } from './import.service';

export { neutraliseFormula } from './normalising';
export { importEvents } from './import.events';
export { ImportRepository } from './import.repository';
export { phaseDeps, type PhaseDeps } from './phase';
export { runPhases } from './phases';
export { createImportRetention, forgetOldImports, implementImportJobs, importSubscribers } from './worker';

/** Files of registrations: read, checked, compared, reviewed, and registered. */
export function createImports(deps: { database: CoreDatabase; documents: DocumentsSlice; projects: ProjectsSlice; beneficiaries: BeneficiariesSlice }): Slice {
  const { documents, projects, beneficiaries } = deps;
  const repository = new ImportRepository(deps.database);
  const service = new ImportService(deps.database, repository, documents);
  const byId = perRequest(({ principal }: CoreContext) => batchById(async (ids) => (await repository.findVisible(principal, ids)).map(toImportBatch), (batch) => batch.id));
  const counts = perRequest((_context: CoreContext) => new DataLoader<string, RowCounts>(async (ids) => {
    const found = await repository.counts(ids);
    return ids.map((id) => found.get(id) ?? new Error('Every batch has counts.'));
  }));
  const resolver = new ImportResolver(service, {
    byId,
    counts,
    repository,
    document: documents.byId,
    project: projects.byId,
    beneficiary: beneficiaries.byId,
    report: async (principal, id) => {
      const [batch] = await repository.findVisible(principal, [id]);
      if (!batch) throw new NotFoundError('The import');
      return reportErrors({ repository, documents }, batch, principal.subject);
    },
  });
  return {
    resolvers: new Map<NewableFunction, object>([[ImportResolver, resolver], [ImportRowFields, new ImportRowFields(beneficiaries.byId)]]),
    references: {},
    rules,
  };
}

const mayImport = requiresSomewhere('beneficiary:import');
const rules = {
  Query: { importBatch: mayImport, importBatches: mayImport },
  Mutation: { startImport: mayImport, remapImport: mayImport, decideImportRows: mayImport, commitImport: mayImport, refuseImport: mayImport, reportImportErrors: mayImport },
  ImportBatch: allow,
  ImportBatchConnection: allow,
  ImportBatchEdge: allow,
  ImportColumn: allow,
  ImportCounts: allow,
  ImportDouble: allow,
  ImportNotice: allow,
  ImportProblem: allow,
  ImportProgress: allow,
  ImportRow: allow,
  ImportRowConnection: allow,
  ImportRowEdge: allow,
};
