import { allow } from 'graphql-shield';
import { requiresSomewhere } from '#kernel/graphql';
import type { BeneficiariesSlice } from '../beneficiaries';
import type { CoreDatabase } from '../database';
import type { ProjectAccess } from '../projects';
import type { Slice } from '../slice';
import type { VendorsSlice } from '../vendors';
import { BeneficiaryEnrollmentFields, EnrollmentFields, ProjectEnrollmentFields, ProjectVendorFields } from './enrollment.fields';
import { createEnrollmentLoaders, type EnrollmentLoaders } from './enrollment.loaders';
import { EnrollmentRepository, type EnrollmentPair } from './enrollment.repository';
import { EnrollmentResolver } from './enrollment.resolver';
import { EnrollmentService } from './enrollment.service';
import { EnrollmentHistoryFields } from './history.fields';
import { ProjectStatisticsFields } from './statistics.fields';
import { StatisticsRepository } from './statistics.repository';

export { enrolPeople, moveEnrollments } from './enroller';
export type { Terms } from './terms';
export { createTallyUpkeep } from './tally-upkeep';
export { enrollmentEvents } from './enrollment.events';
export { Enrollment, EnrollmentStatus, ProjectVendor } from './enrollment.type';

/** Also what the caller may see of who stands where, batched for each request. */
export interface EnrollmentsSlice extends Slice, Pick<EnrollmentLoaders, 'byId' | 'vendorByPair'> {}

/** Who takes part in which project, and which vendors serve it. */
export function createEnrollments(deps: { database: CoreDatabase; projects: ProjectAccess; beneficiaries: BeneficiariesSlice; vendors: VendorsSlice }): EnrollmentsSlice {
  const repository = new EnrollmentRepository(deps.database);
  const service = new EnrollmentService(deps.database, repository, deps.projects);
  const loaders = createEnrollmentLoaders(repository);
  return {
    byId: loaders.byId,
    vendorByPair: loaders.vendorByPair,
    resolvers: new Map<NewableFunction, object>([
      [EnrollmentResolver, new EnrollmentResolver(service, loaders)],
      [ProjectEnrollmentFields, new ProjectEnrollmentFields(loaders)],
      [BeneficiaryEnrollmentFields, new BeneficiaryEnrollmentFields(loaders)],
      [ProjectStatisticsFields, new ProjectStatisticsFields(new StatisticsRepository(deps.database))],
      [EnrollmentHistoryFields, new EnrollmentHistoryFields(deps.database)],
      [EnrollmentFields, new EnrollmentFields(deps.beneficiaries.byId)],
      [ProjectVendorFields, new ProjectVendorFields(deps.vendors.byId)],
    ]),
    references: {
      Enrollment: (reference: { id: string } | EnrollmentPair, context) =>
        'id' in reference && reference.id ? loaders.byId(context).load(reference.id) : loaders.byPair(context).load(reference as EnrollmentPair),
      ProjectVendor: (pair: { projectId: string; vendorId: string }, context) => loaders.vendorByPair(context).load(pair),
    },
    rules: {
      Mutation: {
        enrollBeneficiaries: write,
        changeEnrollmentStatus: write,
        changeEnrollmentTerms: write,
        assignVendors: write,
        changeProjectVendorStatus: write,
        changeProjectVendorLimits: write,
      },
      Enrollment: allow,
      EnrollmentChange: allow,
      EnrollmentCount: allow,
      EnrollmentConnection: allow,
      EnrollmentEdge: allow,
      ProjectVendor: allow,
      ProjectVendorConnection: allow,
      ProjectVendorEdge: allow,
    },
  };
}

const write = requiresSomewhere('enrollment:write');
