import fc from 'fast-check';
import type { Principal } from '#kernel/auth';
import { createPool, newId, type Pool } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { createDatabase, transaction, type CoreDatabase } from '../database';
import { RegistryRepository, TypeCatalogue } from '../supergraph';
import { DeploymentOutcome } from './lifecycle';
import { MilestoneService } from './milestone.service';
import { ProjectRepository } from './project.repository';
import { ProjectService } from './project.service';

const database = useTestDatabase('core');
const settingsSchema = { type: 'object', properties: { unit: { type: 'string' } }, required: ['unit'], additionalProperties: false };
const sdl = 'type Query { tallyCount(projectId: ID!): Int }';
let pool: Pool;
let prisma: CoreDatabase;
let service: ProjectService;
let milestones: MilestoneService;
let repository: ProjectRepository;
let admin: Principal;
let stranger: Principal;
let counter = 0;

const permissions = ['project:read', 'project:create', 'project:update', 'project:deploy', 'project:delete'];
const key = (): string => `key-${(counter += 1)}`;

function input(change: Record<string, unknown> = {}): Record<string, unknown> {
  counter += 1;
  return {
    slug: `project-${counter}`, name: 'Flood relief', type: 'tally', currency: 'KES', budgetMinor: 1000n, startsOn: '2026-01-01', endsOn: '2026-12-31',
    settings: { unit: 'kg' }, milestones: [{ title: 'Half', dueOn: '2026-06-30' }], ...change,
  };
}

async function stored(): Promise<{ projects: number; events: number; audit: number; keys: number }> {
  const { rows } = await pool.query(`SELECT (SELECT count(*)::int FROM project) AS projects, (SELECT count(*)::int FROM outbox_event) AS events,
    (SELECT count(*)::int FROM audit_entry) AS audit, (SELECT count(*)::int FROM idempotency_key) AS keys`);
  return rows[0];
}

beforeAll(async () => {
  pool = createPool(database().serviceUrl, { max: 10, name: 'test' });
  prisma = createDatabase(pool);
  repository = new ProjectRepository(prisma);
  const catalogue = new TypeCatalogue(prisma, new RegistryRepository(prisma), async (image) => ({ type: 'tally', version: image.split(':')[1] ?? '', title: 'Tally', sdl, settingsSchema, migrations: [] }));
  service = new ProjectService(prisma, repository, catalogue);
  milestones = new MilestoneService(prisma, repository, service);
  const organizations = await Promise.all(['ours', 'theirs'].map((slug) => prisma.organization.create({ data: { id: newId(), slug, name: slug } })));
  [admin, stranger] = organizations.map(({ id, slug }) => ({ subject: slug, organizationId: id, roles: [], permissions, projectPermissions: {} })) as unknown as [Principal, Principal];
  await catalogue.register(admin, 'tally:1.0.0');
  await catalogue.register(admin, 'tally:1.1.0');
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
});

async function live(): Promise<string> {
  const id = await service.create(admin, input(), key());
  await transaction(prisma, async (tx) => {
    await new DeploymentOutcome(repository).activated(tx, id, { version: '1.0.0', generation: 1 });
    await tx.models.deployment.update({ where: { projectId: id }, data: { settled: true, liveGeneration: 1 } });
  });
  return id;
}

describe('creating a project', () => {
  it('stores the project, its wish for a service, one event and one audit entry, together', async () => {
    const before = await stored();
    const id = await service.create(admin, input(), key());
    expect(await stored()).toEqual({ projects: before.projects + 1, events: before.events + 1, audit: before.audit + 1, keys: before.keys + 1 });
    expect(await prisma.deployment.findUnique({ where: { projectId: id } })).toMatchObject({ desired: 'RUNNING', version: '1.1.0', generation: 1, settled: false });
    expect(await repository.find(id)).toMatchObject({ status: 'PROVISIONING' });
  });

  it('creates one project for one key, also when ten requests come at once', async () => {
    const request = input();
    const ids = await Promise.all(Array.from({ length: 10 }, () => service.create(admin, request, 'one-key')));
    expect(new Set(ids).size).toBe(1);
    await expect(service.create(admin, input(), 'one-key')).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });

  it.each([
    ['an unknown type', { type: 'nonsense' }, 'UNKNOWN_PROJECT_TYPE', 'input.type'],
    ['an unknown version', { version: '9.9.9' }, 'UNKNOWN_PROJECT_TYPE', 'input.type'],
    ['a negative budget', { budgetMinor: -1n }, 'BAD_USER_INPUT', 'input.budgetMinor'],
    ['a budget beyond all reason', { budgetMinor: 10n ** 18n }, 'BAD_USER_INPUT', 'input.budgetMinor'],
    ['an end before the start', { endsOn: '2025-12-31' }, 'BAD_USER_INPUT', 'input.endsOn'],
    ['a day that does not exist', { startsOn: '2026-02-30' }, 'BAD_USER_INPUT', 'input.startsOn'],
    ['a milestone outside the timeline', { milestones: [{ title: 'Late', dueOn: '2027-01-01' }] }, 'BAD_USER_INPUT', 'input.milestones.0.dueOn'],
    ['settings of a wrong type', { settings: { unit: 5 } }, 'SETTINGS_INVALID', 'input.settings.unit'],
    ['settings that nobody knows', { settings: { unit: 'kg', more: 1 } }, 'SETTINGS_INVALID', 'input.settings.more'],
    ['missing settings', { settings: {} }, 'SETTINGS_INVALID', 'input.settings.unit'],
    ['a name of 201 characters', { name: 'x'.repeat(201) }, 'BAD_USER_INPUT', 'input.name'],
    ['an empty name', { name: '  ' }, 'BAD_USER_INPUT', 'input.name'],
    ['a slug with capitals', { slug: 'Flood' }, 'BAD_USER_INPUT', 'input.slug'],
    ['a currency that is none', { currency: 'XXQ' }, 'BAD_USER_INPUT', 'input.currency'],
  ])('refuses %s by field and stores nothing', async (_what, change, code, field) => {
    const before = await stored();
    await expect(service.create(admin, input(change), key())).rejects.toMatchObject({ code, details: { field } });
    expect(await stored()).toEqual(before);
  });

  it('refuses a slug that is taken, and the key can be used again', async () => {
    const { slug } = input();
    await service.create(admin, input({ slug }), key());
    const before = await stored();
    await expect(service.create(admin, input({ slug }), 'again')).rejects.toMatchObject({ code: 'CONFLICT', details: { field: 'input.slug' } });
    expect(await stored()).toEqual(before);
    await expect(service.create(admin, input(), 'again')).resolves.toEqual(expect.any(String));
  });

  it('never stores anything for input of random shape that it refuses', async () => {
    await fc.assert(
      fc.asyncProperty(fc.record({ slug: fc.string(), name: fc.anything(), budgetMinor: fc.anything(), startsOn: fc.string(), settings: fc.anything() }), async (change) => {
        const before = await stored();
        await expect(service.create(admin, input(change), key())).rejects.toMatchObject({ code: expect.any(String) });
        expect(await stored()).toEqual(before);
      }),
      { numRuns: Number(process.env.PROPERTY_ROUNDS ?? 25) },
    );
  });
});

describe('the life of a project', () => {
  it('goes from active to paused, on, closed and archived, each step with one event and one audit entry', async () => {
    const id = await live();
    const before = await stored();
    await service.pause(admin, id, key());
    await service.resume(admin, id, key());
    await service.close(admin, id, key());
    await transaction(prisma, (tx) => new DeploymentOutcome(repository).closed(tx, id));
    await service.archive(admin, id, key());
    expect(await repository.find(id)).toMatchObject({ status: 'ARCHIVED' });
    const after = await stored();
    expect([after.events - before.events, after.audit - before.audit]).toEqual([5, 5]);
  });

  it('allows no step twice except as a repeat of the same request', async () => {
    const id = await live();
    await service.pause(admin, id, 'pause-once');
    await expect(service.pause(admin, id, 'pause-once')).resolves.toBe(id);
    await expect(service.pause(admin, id, key())).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
  });

  it('upgrades to a version that exists, one at a time', async () => {
    const id = await live();
    await expect(service.upgrade(admin, id, '7.0.0', key())).rejects.toMatchObject({ code: 'UNKNOWN_PROJECT_TYPE' });
    await service.upgrade(admin, id, '1.1.0', key());
    expect(await prisma.deployment.findUnique({ where: { projectId: id } })).toMatchObject({ version: '1.1.0', generation: 2, settled: false });
    await expect(service.upgrade(admin, id, '1.0.0', key())).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
  });

  it('starts the service of a draft only when it is deployed', async () => {
    const id = await service.create(admin, input({ draft: true }), key());
    expect(await prisma.deployment.findUnique({ where: { projectId: id } })).toBeNull();
    await service.deploy(admin, id, key());
    expect(await repository.find(id)).toMatchObject({ status: 'PROVISIONING' });
    expect(await prisma.deployment.findUnique({ where: { projectId: id } })).toMatchObject({ settled: false });
  });

  it('deletes a draft and keeps its audit entries; deletes nothing that ever ran', async () => {
    const id = await service.create(admin, input({ draft: true }), key());
    await service.delete(admin, id, key());
    expect(await repository.find(id)).toBeNull();
    expect(await prisma.auditEntry.count({ where: { entityId: id } })).toBe(2);
    await expect(service.delete(admin, await live(), key())).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
  });

  it('retries a failed one as a new generation', async () => {
    const id = await service.create(admin, input(), key());
    await transaction(prisma, (tx) => new DeploymentOutcome(repository).failed(tx, id, { code: 'DEPLOYMENT_FAILED', reason: 'crashed' }));
    await service.retry(admin, id, key());
    expect(await prisma.deployment.findUnique({ where: { projectId: id } })).toMatchObject({ generation: 2, settled: false });
  });

  it('changes settings only to ones that fit, and the timeline only around its milestones', async () => {
    const id = await live();
    await expect(service.update(admin, id, { settings: { unit: 1 } }, key())).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    await expect(service.update(admin, id, { endsOn: '2026-03-01' }, key())).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    const { revision } = (await repository.find(id)) ?? { revision: 0 };
    await service.update(admin, id, { settings: { unit: 't' }, budgetMinor: 5n }, key());
    expect(await repository.find(id)).toMatchObject({ settings: { unit: 't' }, budgetMinor: 5n, revision: revision + 1 });
  });

  it('keeps milestones within the timeline', async () => {
    const id = await live();
    await expect(milestones.add(admin, id, { title: 'Late', dueOn: '2030-01-01' }, key())).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await milestones.add(admin, id, { title: 'First', dueOn: '2026-02-01' }, key());
    const [first] = await repository.milestonesOf([id]);
    await milestones.update(admin, id, { id: first?.id, status: 'DONE' }, key());
    expect((await repository.milestonesOf([id])).map(({ title, status }) => `${title} ${status}`)).toEqual(['First DONE', 'Half PLANNED']);
    await expect(milestones.remove(admin, await live(), first?.id ?? '', key())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('who may see and change a project', () => {
  it('answers a stranger as if it did not exist', async () => {
    const id = await live();
    const unknown = await service.pause(stranger, newId(), key()).catch((error: unknown) => error);
    const foreign = await service.pause(stranger, id, key()).catch((error: unknown) => error);
    expect(String(foreign)).toBe(String(unknown));
    expect(await repository.findVisible(stranger, [id])).toEqual([]);
    expect(await service.list(stranger, {}, { first: 200, after: null })).toEqual([]);
  });

  it('shows someone with a role in one project only that project', async () => {
    const id = await live();
    const local = { ...admin, permissions: [], projectPermissions: { [id]: ['project:read'] } };
    expect((await service.list(local, {}, { first: 200, after: null })).map((row) => row.id)).toEqual([id]);
    await expect(service.pause(local, id, key())).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('takes an id that is no id for one that does not exist', async () => {
    await expect(service.pause(admin, "x' OR 1=1", key())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('pages through all projects without gap or repetition', async () => {
    const all: string[] = [];
    for (let after: string | null = null; ; ) {
      const rows = await service.list(admin, {}, { first: 3, after });
      all.push(...rows.slice(0, 3).map((row) => row.id));
      after = rows[2]?.id ?? null;
      if (rows.length <= 3) break;
    }
    const { rows } = await pool.query('SELECT id FROM project ORDER BY id');
    expect(all).toEqual(rows.map((row) => row.id));
  });
});
