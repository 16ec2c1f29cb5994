import DataLoader from 'dataloader';
import { allow } from 'graphql-shield';
import { batchById, perRequest, requiresSomewhere } from '#kernel/graphql';
import type { BeneficiariesSlice } from '../beneficiaries';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { ProjectsSlice } from '../projects';
import type { ProtectedData, Sealed } from '../protected-data';
import type { Slice } from '../slice';
import type { VendorsSlice } from '../vendors';
import { mayReadWords, toGrievance, toGrievanceStep } from './grievance.mapper';
import { GrievanceRepository, type GrievanceStepRow } from './grievance.repository';
import { GrievanceResolver } from './grievance.resolver';
import { GrievanceService, stepOf } from './grievance.service';
import type { Grievance, GrievanceStep } from './grievance.type';

export { grievanceEvents } from './grievance.events';

/** What people complain about or ask, and what is done about it. */
export function createGrievances(deps: { database: CoreDatabase; protectedData: ProtectedData; projects: ProjectsSlice; beneficiaries: BeneficiariesSlice; vendors: VendorsSlice }): Slice {
  const repository = new GrievanceRepository(deps.database);
  const service = new GrievanceService(deps.database, repository, deps.protectedData);
  deps.beneficiaries.erasure.also((tx, beneficiaryId) => repository.forgetWords(tx, beneficiaryId));
  const byId = perRequest(({ principal }: CoreContext) => batchById(async (ids) => (await repository.findVisible(principal, ids)).map(toGrievance), (grievance) => grievance.id));
  const steps = perRequest(
    ({ principal }: CoreContext) =>
      new DataLoader<Grievance, GrievanceStep[], string>(
        async (grievances) => {
          const rows = await repository.steps(grievances.map(({ id }) => id));
          const readable = new Set(grievances.filter((grievance) => mayReadWords(principal, grievance)).map(({ id }) => id));
          const words = await openWords(deps.protectedData, rows.filter(({ grievanceId }) => readable.has(grievanceId)));
          const byGrievance = new Map<string, GrievanceStep[]>(grievances.map(({ id }) => [id, []]));
          for (const row of rows) byGrievance.get(row.grievanceId)?.push(toGrievanceStep(row, words.get(row.id) ?? null));
          return grievances.map(({ id }) => byGrievance.get(id) ?? []);
        },
        { cacheKeyFn: ({ id, updatedAt }) => `${id} ${updatedAt.getTime()}` },
      ),
  );
  const loaders = { byId, steps, project: deps.projects.byId, beneficiary: deps.beneficiaries.byId, vendor: deps.vendors.byId };
  return {
    resolvers: new Map([[GrievanceResolver, new GrievanceResolver(service, loaders)]]),
    references: {},
    rules: {
      Query: { grievance: requiresSomewhere('grievance:read'), grievances: requiresSomewhere('grievance:read') },
      Mutation: { fileGrievance: requiresSomewhere('grievance:write'), updateGrievance: requiresSomewhere('grievance:write') },
      Grievance: allow,
      GrievanceStep: allow,
      GrievanceConnection: allow,
      GrievanceEdge: allow,
    },
  };
}

/** What was said in these steps, by their ids. */
async function openWords(protectedData: ProtectedData, rows: readonly GrievanceStepRow[]): Promise<Map<string, string>> {
  const sealed = rows.flatMap(({ id, ciphertext, wrappedKey, keyVersion }): Array<{ id: string; about: string } & Sealed> =>
    ciphertext && wrappedKey && keyVersion !== null ? [{ id, about: stepOf(id), ciphertext: Buffer.from(ciphertext), wrappedKey: Buffer.from(wrappedKey), keyVersion }] : [],
  );
  const opened = sealed.length === 0 ? [] : await protectedData.open<string>(sealed);
  return new Map(sealed.map(({ id }, index) => [id, opened[index] ?? '']));
}
