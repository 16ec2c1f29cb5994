import type { SqlTransaction } from '#kernel/db';
import type { CoreDatabase, CoreTransaction } from '../database';
import { Prisma } from '../../../generated/prisma/core/client';
import type { GatewayLease, ProjectTypeVersion, StaticSubgraph, SupergraphVersion } from '../../../generated/prisma/core/client';
import type { ProjectRoute } from './artifact';

export type { GatewayLease, ProjectTypeVersion, StaticSubgraph, SupergraphVersion };

/** How long a gateway counts as alive after it last spoke, in seconds. */
export const LEASE_SECONDS = 6;

const ROUTE = Prisma.sql`
  SELECT p.id AS "projectId", p.organization_id AS "organizationId", p.type_code AS "type", p.status::text AS "status",
         i.id AS "instanceId", i.url, i.sdl_hash AS "sdlHash"
  FROM project p
  LEFT JOIN deployment d ON d.project_id = p.id
  LEFT JOIN service_instance i ON i.project_id = p.id AND i.generation = d.live_generation AND i.state = 'ATTACHED'`;

interface RouteRow {
  projectId: string;
  organizationId: string;
  type: string;
  status: string;
  instanceId: string | null;
  url: string | null;
  sdlHash: string | null;
}

/** The registry's tables: supergraph versions, type versions, static subgraphs, routes and gateway leases. */
export class RegistryRepository {
  constructor(private readonly database: CoreDatabase) {}

  latest(): Promise<SupergraphVersion | null> {
    return this.database.supergraphVersion.findFirst({ orderBy: { version: 'desc' } });
  }

  async latestVersion(): Promise<number> {
    const row = await this.database.supergraphVersion.findFirst({ orderBy: { version: 'desc' }, select: { version: true } });
    return row?.version ?? 0;
  }

  history(first: number): Promise<SupergraphVersion[]> {
    return this.database.supergraphVersion.findMany({ orderBy: { version: 'desc' }, take: first });
  }

  insertVersion(tx: CoreTransaction, version: Omit<SupergraphVersion, 'createdAt' | 'subgraphs'> & { subgraphs: object[] }): Promise<unknown> {
    return tx.models.supergraphVersion.create({ data: { ...version, subgraphs: version.subgraphs as Prisma.InputJsonArray } });
  }

  staticSubgraphs(): Promise<StaticSubgraph[]> {
    return this.database.staticSubgraph.findMany({ orderBy: { name: 'asc' } });
  }

  async saveStatic(tx: CoreTransaction, subgraph: { name: string; kind: string; url: string | null; sdl: string; config: unknown }): Promise<void> {
    const { name, ...data } = { ...subgraph, config: subgraph.config as Prisma.InputJsonObject };
    await tx.models.staticSubgraph.upsert({ where: { name }, create: { name, ...data }, update: data });
  }

  typeVersions(): Promise<ProjectTypeVersion[]> {
    return this.database.projectTypeVersion.findMany({ where: { retiredAt: null }, orderBy: [{ typeCode: 'asc' }, { registeredAt: 'asc' }] });
  }

  versionsOf(typeCode: string): Promise<ProjectTypeVersion[]> {
    return this.database.projectTypeVersion.findMany({ where: { typeCode, retiredAt: null } });
  }

  async saveTypeVersion(tx: CoreTransaction, data: Omit<Prisma.ProjectTypeVersionCreateInput, 'registeredAt'>): Promise<void> {
    await tx.models.projectTypeVersion.create({ data });
  }

  async markLive(tx: CoreTransaction, typeCode: string, version: string): Promise<void> {
    await tx.models.projectTypeVersion.update({ where: { typeCode_version: { typeCode, version } }, data: { liveSince: new Date() } });
  }

  async versions(): Promise<{ routesVersion: number; permissionsVersion: number }> {
    return this.database.registryState.findUniqueOrThrow({ where: { id: 1 } });
  }

  async routes(): Promise<ProjectRoute[]> {
    return (await this.database.$queryRaw<RouteRow[]>(ROUTE)).map(toRoute);
  }

  async route(projectId: string): Promise<ProjectRoute | null> {
    const rows = await this.database.$queryRaw<RouteRow[]>(Prisma.sql`${ROUTE} WHERE p.id = ${projectId}::uuid`);
    return rows[0] ? toRoute(rows[0]) : null;
  }

  async renewLease(lease: { gatewayId: string; supergraphVersion: number; routesVersion: number }): Promise<void> {
    const data = { supergraphVersion: lease.supergraphVersion, routesVersion: lease.routesVersion };
    // The database's clock judges all leases: those of machines differ.
    await this.database.$executeRaw`
      INSERT INTO gateway_lease (gateway_id, supergraph_version, routes_version, renewed_at)
      VALUES (${lease.gatewayId}, ${data.supergraphVersion}, ${data.routesVersion}, now())
      ON CONFLICT (gateway_id) DO UPDATE SET supergraph_version = EXCLUDED.supergraph_version,
        routes_version = EXCLUDED.routes_version, renewed_at = now()`;
  }

  /** Live gateways that have not acknowledged these versions yet. */
  async behind(supergraphVersion: number, routesVersion: number): Promise<string[]> {
    const rows = await this.database.$queryRaw<Array<{ gateway_id: string }>>`
      SELECT gateway_id FROM gateway_lease
      WHERE renewed_at > now() - make_interval(secs => ${LEASE_SECONDS})
        AND (supergraph_version < ${supergraphVersion} OR routes_version < ${routesVersion})`;
    return rows.map((row) => row.gateway_id);
  }
}

/** Tells gateways, with the commit of this transaction, that routes have changed. Returns the new version of the table. */
export async function bumpRoutes(sql: SqlTransaction): Promise<number> {
  const [row] = await sql.query<{ routes_version: number }>(
    'UPDATE registry_state SET routes_version = routes_version + 1 WHERE id = 1 RETURNING routes_version',
    [],
  );
  return row?.routes_version ?? 0;
}

function toRoute(row: RouteRow): ProjectRoute {
  const { instanceId, url, sdlHash, ...route } = row;
  return { ...route, instance: instanceId && url && sdlHash ? { id: instanceId, url, sdlHash } : null };
}
