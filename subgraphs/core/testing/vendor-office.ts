import { graphql, type ExecutionResult } from 'graphql';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import { buildCoreSubgraph } from '../app';
import { createDatabase, type CoreDatabase } from '../database';
import type { ProtectedData } from '../protected-data';
import { createVendors } from '../vendors';
import { Onboarding } from '../vendors/onboarding.service';
import { VendorRepository } from '../vendors/vendor.repository';
import { VendorService } from '../vendors/vendor.service';
import { VendorStanding } from '../vendors/vendor.standing';
import { createTestProtectedData } from './slices';

/** The vendors slice over a database, two organisations, and people who work with vendors. */
export interface VendorOffice {
  pool: Pool;
  prisma: CoreDatabase;
  protectedData: ProtectedData;
  repository: VendorRepository;
  service: VendorService;
  standing: VendorStanding;
  onboarding: Onboarding;
  /** Both of our organisation: one registers, the other approves. */
  clerk: Principal;
  checker: Principal;
  stranger: Principal;
  /** Kinds of documents that every vendor has, as the tests say. */
  linked: string[];
  /** Another key each time. */
  key(): string;
  /** What is said of a shop, with a name of its own. */
  shop(change?: object): object;
  user(organizationId?: string | null): Promise<string>;
  project(): Promise<string>;
  approved(change?: object): Promise<string>;
  ask(principal: Principal, source: string, variables?: Record<string, unknown>): Promise<ExecutionResult>;
  /** Queries of the last `ask`. */
  queries(): number;
  close(): Promise<void>;
}

export async function createVendorOffice(databaseUrl: string): Promise<VendorOffice> {
  const pool = createPool(databaseUrl, { max: 5, name: 'test' });
  let [queries, counter] = [0, 0];
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  pool.query = ((...args: unknown[]) => {
    queries += 1;
    return query(...args);
  }) as typeof pool.query;
  const prisma = createDatabase(pool);
  const protectedData = createTestProtectedData();
  const linked: string[] = [];
  const documents = { kindsOf: async () => new Set(linked) };
  const repository = new VendorRepository(prisma);
  const onboarding = new Onboarding(prisma);
  const service = new VendorService(prisma, repository, protectedData);
  const standing = new VendorStanding(prisma, repository, onboarding, documents);
  const subgraph = await buildCoreSubgraph([createVendors({ database: prisma, protectedData, documents })]);
  const [ours, theirs] = [newId(), newId()];
  for (const id of [ours, theirs]) await prisma.organization.create({ data: { id, slug: id, name: 'O' } });
  const permissions = ['vendor:read', 'vendor:write', 'vendor:read-pii', 'organization:update'];
  const clerk = { subject: 'clerk', organizationId: ours, roles: [], permissions, projectPermissions: {} };
  const checker = { ...clerk, subject: 'checker' };
  const key = (): string => `key-${(counter += 1)}`;
  const shop = (change: object = {}): object => ({ name: `Shop ${(counter += 1)}`, contactPhone: '+254712345678', ...change });
  return {
    ...{ pool, prisma, protectedData, repository, service, standing, onboarding, clerk, checker, linked, key, shop },
    stranger: { ...clerk, organizationId: theirs },
    user: async (organizationId = ours) => {
      const id = newId();
      await prisma.user.create({ data: { id, organizationId: organizationId ?? '', displayName: 'U', email: `${id}@ours.example`, passwordHash: 'x' } });
      return id;
    },
    project: async () => {
      const id = newId();
      const days = { startsOn: new Date(), endsOn: new Date() };
      await prisma.project.create({ data: { id, organizationId: ours, slug: id, name: 'P', typeCode: 't', status: 'ACTIVE', currency: 'KES', budgetMinor: 0n, ...days, settings: {}, createdById: 'x' } });
      return id;
    },
    approved: async (change) => {
      const id = await service.register(clerk, shop(change), key());
      await standing.approve(checker, id, { key: key() });
      return id;
    },
    ask: async (principal, source, variableValues = {}) => {
      queries = 0;
      return graphql({ schema: subgraph.schema, source, variableValues, contextValue: { principal } });
    },
    queries: () => queries,
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

export const account = { kind: 'MOBILE_MONEY', provider: 'M-Pesa', number: '0712345678', holder: 'Wanjiru' };

/** An answer as JSON: without the prototypes that GraphQL leaves out. */
export function plain(result: ExecutionResult): unknown {
  return JSON.parse(JSON.stringify(result));
}
