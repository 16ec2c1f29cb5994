import DataLoader from 'dataloader';
import { perRequest, type PageRequest } from '#kernel/graphql';
import type { CoreContext } from '../context';
import { toEnrollment, toProjectVendor } from './enrollment.mapper';
import type { EnrollmentPair, EnrollmentRepository, VendorPair } from './enrollment.repository';
import type { Enrollment, EnrollmentStatus, ProjectVendor } from './enrollment.type';

/** Loaders of one request: whatever a list asks of many projects or people is one query. */
export function createEnrollmentLoaders(repository: EnrollmentRepository) {
  const byId = perRequest(({ principal }: CoreContext) =>
    keyed<string, Enrollment>(async (ids) => (await repository.find(principal, ids)).map(toEnrollment), (id) => id, (row) => row.id),
  );
  const byPair = perRequest(({ principal }: CoreContext) =>
    keyed<EnrollmentPair, Enrollment>(async (pairs) => (await repository.findPairs(principal, pairs)).map(toEnrollment), pairKey, pairKey),
  );
  const vendorByPair = perRequest(({ principal }: CoreContext) =>
    keyed<VendorPair, ProjectVendor>(async (pairs) => (await repository.findVendors(principal, pairs)).map(toProjectVendor), vendorKey, vendorKey),
  );
  const ofBeneficiary = perRequest(({ principal }: CoreContext) =>
    grouped(async (ids) => (await repository.ofBeneficiaries(principal, ids)).map(toEnrollment), (row) => row.beneficiaryId),
  );
  // One loader for each set of arguments: fields with the same arguments share a query.
  const lists = perRequest((_context: CoreContext) => new Map<string, DataLoader<string, Enrollment[]>>());
  const vendorLists = perRequest((_context: CoreContext) => new Map<string, DataLoader<string, ProjectVendor[]>>());
  return {
    byId,
    byPair,
    vendorByPair,
    ofBeneficiary,
    ofProject: (context: CoreContext, list: { page: PageRequest; status: EnrollmentStatus | null }): DataLoader<string, Enrollment[]> =>
      shared(lists(context), JSON.stringify(list), () =>
        grouped(async (projectIds) => (await repository.ofProjects(context.principal, { projectIds, ...list })).map(toEnrollment), (row) => row.projectId),
      ),
    vendorsOfProject: (context: CoreContext, page: PageRequest): DataLoader<string, ProjectVendor[]> =>
      shared(vendorLists(context), JSON.stringify(page), () =>
        grouped(async (ids) => (await repository.vendorsOfProjects(context.principal, ids, page)).map(toProjectVendor), (row) => row.projectId),
      ),
  };
}

export type EnrollmentLoaders = ReturnType<typeof createEnrollmentLoaders>;

function pairKey(pair: EnrollmentPair): string {
  return `${pair.projectId} ${pair.beneficiaryId}`;
}

function vendorKey(pair: VendorPair): string {
  return `${pair.projectId} ${pair.vendorId}`;
}

function keyed<K, T>(load: (keys: readonly K[]) => Promise<T[]>, keyOf: (key: K) => string, keyOfRow: (row: T) => string): DataLoader<K, T | null, string> {
  return new DataLoader<K, T | null, string>(
    async (keys) => {
      const rows = new Map((await load(keys)).map((row) => [keyOfRow(row), row]));
      return keys.map((key) => rows.get(keyOf(key)) ?? null);
    },
    { cacheKeyFn: keyOf, maxBatchSize: 1000 },
  );
}

function grouped<T>(load: (ids: readonly string[]) => Promise<T[]>, parentOf: (row: T) => string): DataLoader<string, T[]> {
  return new DataLoader<string, T[]>(async (ids) => {
    const groups = new Map<string, T[]>(ids.map((id) => [id, []]));
    for (const row of await load(ids)) groups.get(parentOf(row))?.push(row);
    return ids.map((id) => groups.get(id) ?? []);
  });
}

function shared<T>(made: Map<string, T>, key: string, make: () => T): T {
  const known = made.get(key) ?? make();
  made.set(key, known);
  return known;
}
