import { join } from 'node:path';
import type { Principal } from '#kernel/auth';
import { createPool, migrate, newId, type Pool } from '#kernel/db';
import { Prisma } from '../../generated/prisma/core/client';
import { BeneficiaryAccess } from '../../subgraphs/core/beneficiaries';
import { BulkActionRepository, runBulkAction, type RunDeps } from '../../subgraphs/core/bulk-actions';
import { createDatabase, transaction, type CoreDatabase } from '../../subgraphs/core/database';
import { createTestProtectedData } from '../../subgraphs/core/testing/slices';
import { createTestDatabase } from '../../tests/kit/database';
import { personOf, registerCrowd } from '../crowd';
import { table } from '../markdown';
import { say } from '../progress';
import type { Report } from '../report';

/** As in the worker. */
const CHUNK = 2000;

interface Kind {
  title: string;
  action: Pick<Prisma.BulkActionUncheckedCreateInput, 'kind' | 'target' | 'reason'>;
  inProject: boolean;
  /** The same as the database alone does it; undone before the action. */
  plain: string;
  undo: string;
}

const KINDS: readonly Kind[] = [
  { title: 'suspend', action: { kind: 'SUSPEND', reason: 'bench' }, inProject: false, plain: `UPDATE beneficiary SET status = 'SUSPENDED'`, undo: `UPDATE beneficiary SET status = 'ACTIVE'` },
  { title: 'activate', action: { kind: 'ACTIVATE' }, inProject: false, plain: `UPDATE beneficiary SET status = 'ACTIVE'`, undo: `UPDATE beneficiary SET status = 'SUSPENDED'` },
  { title: 'enrol', action: { kind: 'ENROL' }, inProject: true, plain: `INSERT INTO enrollment (id, project_id, beneficiary_id, updated_at) SELECT gen_random_uuid(), p.id, b.id, now() FROM beneficiary b, project p`, undo: 'DELETE FROM enrollment' },
  { title: 'validate their enrolments', action: { kind: 'MOVE_ENROLLMENT', target: 'VALIDATED', reason: 'bench' }, inProject: true, plain: `UPDATE enrollment SET status = 'VALIDATED'`, undo: `UPDATE enrollment SET status = 'REGISTERED'` },
];

/** How long it takes to do something to many people at once. */
export async function measureBulkActions(root: string, count: number): Promise<Report> {
  const database = await createTestDatabase('empty');
  await migrate(database.url, join(root, 'prisma/core/migrations'));
  const pool = createPool(database.url, { max: 4, name: 'bench' });
  const prisma = createDatabase(pool);
  try {
    const organizationId = (await prisma.organization.create({ data: { id: newId(), slug: 'bench', name: 'Bench' } })).id;
    const day = new Date('2026-01-01');
    const projectId = newId();
    await prisma.project.create({ data: { id: projectId, organizationId, slug: 'bench', name: 'Bench', typeCode: 'none', status: 'ACTIVE', currency: 'KES', budgetMinor: 0n, startsOn: day, endsOn: day, settings: {}, createdById: 'bench' } });
    say(`bulk-actions: registering ${count.toLocaleString('en')} people`);
    await registerCrowd(prisma, createTestProtectedData(), organizationId, Array.from({ length: count }, (_, n) => personOf({ fullName: `Person ${n}`, areaCode: `ke.w${n % 200}` })));
    const lines: string[][] = [];
    for (const kind of KINDS) {
      say(`bulk-actions: ${kind.title}`);
      const plain = await timed(() => pool.query(kind.plain));
      await pool.query(kind.undo);
      await pool.query('VACUUM ANALYZE beneficiary, enrollment, audit_entry, outbox_event');
      const seconds = await act(prisma, pool, { organizationId, projectId, kind, count });
      lines.push([kind.title, seconds.toFixed(1), Math.round(count / seconds).toLocaleString('en'), plain.toFixed(2), (seconds / plain).toFixed(1)]);
    }
    return { title: 'Bulk actions', blocks: [explanation(count), table(['Action', 's', 'people/s', 'plain s', 'times plain'], lines)] };
  } finally {
    await prisma.$disconnect();
    await pool.end();
    await database.drop();
  }
}

function explanation(count: number): string {
  return `${count.toLocaleString('en')} people, as the worker does it: whom it is about is written down, then chunk by chunk people are locked, the rights of who started it are asked, and each person gets their change, an audit entry and
an event. *plain*: one statement over the same rows, without any of that. The peer platform’s own target for 32,768 people is 20 s.`;
}

async function act(prisma: CoreDatabase, pool: Pool, { organizationId, projectId, kind, count }: { organizationId: string; projectId: string; kind: Kind; count: number }): Promise<number> {
  const repository = new BulkActionRepository(prisma);
  const createdById = newId();
  await prisma.user.create({ data: { id: createdById, organizationId, email: `${createdById}@example.org`, displayName: 'Bench', passwordHash: 'x' } });
  const principal: Principal = { subject: createdById, organizationId, roles: [], permissions: ['beneficiary:read', 'beneficiary:write', 'enrollment:write'], projectPermissions: {} };
  const deps: RunDeps = { database: prisma, repository, access: new BeneficiaryAccess(prisma), principalOf: () => Promise.resolve(principal), chunk: CHUNK };
  const id = newId();
  const seconds = await timed(async () => {
    await transaction(prisma, async (tx) => {
      await repository.insert(tx, { id, organizationId, ...kind.action, projectId: kind.inProject ? projectId : null, total: 0, createdById });
      await repository.setTotal(tx, id, await repository.fill(tx, id, Prisma.sql`SELECT id FROM beneficiary WHERE organization_id = ${organizationId}::uuid`));
    });
    await runBulkAction(deps, id);
  });
  const { rows } = await pool.query<{ failed: number; status: string }>('SELECT status, (SELECT count(*)::int FROM bulk_action_item WHERE action_id = $1 AND code IS NOT NULL) AS failed FROM bulk_action WHERE id = $1 AND cursor = $2', [id, count]);
  if (rows[0]?.status !== 'DONE' || rows[0].failed > 0) throw new Error(`The action was not done to everybody: ${JSON.stringify(rows)}.`);
  return seconds;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
