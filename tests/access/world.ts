import { graphql, type ExecutionResult } from 'graphql';
import { anonymous, type Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import type { Subgraph } from '#kernel/graphql';
import { createQueueAdmin, type QueueAdmin } from '#kernel/jobs';
import { createLogger } from '#kernel/telemetry';
import { buildCoreSubgraph } from '../../subgraphs/core/app';
import { hashPassword } from '../../subgraphs/core/auth';
import { createDatabase, type CoreDatabase } from '../../subgraphs/core/database';
import { createDocumentStore, type Stores } from '../../subgraphs/core/documents';
import type { ProtectedData } from '../../subgraphs/core/protected-data';
import { systemRoles, type GrantService } from '../../subgraphs/core/roles';
import type { Slice } from '../../subgraphs/core/slice';
import { createTestProtectedData, createTestSlices, createTestStores } from '../../subgraphs/core/testing/slices';
import { documentOf, type RootField } from './documents';
import type { Around, Holding, Target } from './operations';
import type { TestDatabase } from '../kit/database';
import { createFailingQueue } from './failing-queue';
import { Rows, type Place } from './rows';

const AREA = 'ke.kisumu';
/** Begins with the other, and is no part of it. */
const NEIGHBOUR = 'ke.kisumu2';

/** Two organisations, three projects, two areas; core's subgraph over them; and somebody for each role and way to hold it. */
export interface World {
  subgraph: Subgraph;
  slices: Slice[];
  pool: Pool;
  rows: Rows;
  /** Where callers are at home, and what lies beyond each border from there. */
  home: Place;
  beyond: Record<Holding, Place>;
  around(place: Place, holding: Holding): Around;
  /** What the role service grants somebody of our organisation who holds a role so. */
  holder(role: string, holding: Holding): Promise<Principal>;
  /** Somebody of our organisation without any role. */
  nobodySpecial: Principal;
  /** An administrator of the other organisation. */
  foreigner: Principal;
  run(root: RootField, target: Target, principal: Principal, depth?: number): Promise<ExecutionResult>;
  close(): Promise<void>;
}

/** A checkpoint of an audit log, of which every organisation of the instance may know. */
async function signCheckpoint(auditWriterUrl: string): Promise<void> {
  const writer = createPool(auditWriterUrl, { max: 1, name: 'access' });
  await writer.query(`INSERT INTO audit_checkpoint (tree_size, root_hash, note) VALUES (1, sha256('x'), 'access/audit')`);
  await writer.end();
}

export const roleNames = Object.keys(systemRoles);

export async function createWorld({ serviceUrl, auditWriterUrl }: TestDatabase): Promise<World> {
  const pool = createPool(serviceUrl, { max: 10, name: 'access' });
  await signCheckpoint(auditWriterUrl);
  const prisma = createDatabase(pool);
  const protectedData = createTestProtectedData();
  const stores = createTestStores();
  const queues = createQueueAdmin({ databaseUrl: serviceUrl });
  const failingQueue = createFailingQueue(serviceUrl, queues);
  const rows = new Rows(prisma, protectedData, createDocumentStore({ database: prisma, protectedData, stores, logger: createLogger({ name: 'access', level: 'silent' }) }), failingQueue.failedJob);
  const [ours, theirs] = [await rows.organization('ours'), await rows.organization('theirs')];
  const home: Place = { organizationId: ours, area: AREA, projectId: (await rows.project({ organizationId: ours, area: AREA })).id };
  const beyond = {
    organization: { organizationId: theirs, area: AREA, projectId: (await rows.project({ organizationId: theirs, area: AREA })).id },
    project: { ...home, projectId: (await rows.project(home)).id },
    area: { ...home, area: NEIGHBOUR },
  };
  const { slices, grants } = core(prisma, { protectedData, stores, queues });
  const subgraph = await buildCoreSubgraph(slices);
  for (const version of ['1.0.0', '1.1.0']) {
    await prisma.projectTypeVersion.create({ data: { typeCode: 'tally', version, image: `tally:${version}`, title: 'Tally', sdl: SDL, sdlHash: version, settingsSchema: {} } });
  }
  const effective = async (id: string): Promise<Principal> => {
    const found = await grants.effectivePermissions(id);
    if (!found) throw new Error('There is no such user.');
    const { version: _version, validUntil: _until, ...principal } = found;
    return principal;
  };
  const admin = async (place: Place): Promise<string> => (await rows.user(place, { role: { role: 'admin', projectId: null, areaPath: '' } })).id;
  // Two: the last one could not be touched.
  const admins = new Map([[ours, await admin(home)], [theirs, await admin(beyond.organization)]]);
  await admin(home);
  const passwordHash = await hashPassword('a long password');
  return {
    subgraph,
    slices,
    pool,
    rows,
    home,
    beyond,
    around: (place, holding) => ({ rows, place, holding, adminId: admins.get(place.organizationId) ?? '', passwordHash }),
    holder: async (role, holding) => {
      const projectId = holding === 'project' ? home.projectId : null;
      return effective((await rows.user(home, { role: { role, projectId, areaPath: holding === 'area' ? home.area : '' } })).id);
    },
    nobodySpecial: await effective((await rows.user(home)).id),
    foreigner: await effective(admins.get(theirs) ?? ''),
    run: (root, { variables, event }, principal, depth) =>
      graphql({
        schema: subgraph.schema,
        source: documentOf(root, depth),
        variableValues: { idempotencyKey: newId(), ...variables },
        contextValue: { principal, event: event ?? null },
      }),
    close: async () => {
      await failingQueue.close();
      await queues.close();
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

const SDL = 'type Query { tallyCount(projectId: ID!): Int }';
let release = 1;

function core(database: CoreDatabase, kept: { protectedData: ProtectedData; stores: Stores; queues: QueueAdmin }): { slices: Slice[]; grants: GrantService } {
  // Each image is another version of the one type, before the release that projects run.
  const describe = async () => ({ type: 'tally', version: `0.${(release += 1)}.0`, title: 'Tally', sdl: SDL, settingsSchema: {}, migrations: [] });
  const { all, roles } = createTestSlices(database, { describe, ...kept });
  return { slices: all, grants: roles.grants };
}

/** The caller, at home in another project: what they hold in theirs, they hold in that one. */
export function atHomeIn(principal: Principal, from: string, to: string): Principal {
  return JSON.parse(JSON.stringify(principal).replaceAll(from, to)) as Principal;
}

export { anonymous };
