import { changeProject, createProject, pause, registerTypes, untilProject, type SeenProject } from '../kit/projects';
import { copiesOf, projectDatabases, servicePids } from '../kit/services';
import { useSystem, type ProcessName } from '../kit/system';

// A deployment takes about two seconds: kills spread over that time meet every step. `npm run drill` prints which.
const MOMENTS_MS = Number(process.env.DRILL_ROUNDS ?? 0) > 0 ? spread(Number(process.env.DRILL_ROUNDS)) : spread(8);
const system = useSystem();
const asAdmin = { as: 'admin' };

function spread(rounds: number): number[] {
  return Array.from({ length: rounds }, (_, round) => Math.round((2400 / rounds) * round));
}

beforeAll(() => registerTypes(system(), 'tally:1.0.0', 'tally:2.0.0'), 60_000);

async function killAndRestart(name: ProcessName): Promise<void> {
  await system().kill(name);
  await system().restart(name);
}

function journal(project: SeenProject): string {
  const interrupted = project.deployment?.steps.filter((step) => step.status === 'FAILED').map((step) => step.name) ?? [];
  return interrupted.join(',') || 'between steps';
}

async function expectOneOfEverything(project: SeenProject): Promise<void> {
  const live = project.deployment?.instances.filter((instance) => instance.state === 'ATTACHED') ?? [];
  expect(live).toHaveLength(1);
  expect(copiesOf(live[0]?.id ?? '')).toBe(1);
  expect(await projectDatabases(system(), project.id)).toHaveLength(1);
  expect(await system().graphql('query ($id: ID!) { tallyCount(projectId: $id) }', { id: project.id }, asAdmin)).toEqual({ tallyCount: 0 });
  const activated = await system().graphql<{ auditEntries: { edges: unknown[] } }>(
    'query ($id: String!) { auditEntries(filter: { entityId: $id, action: "project.activated" }) { edges { node { id } } } }',
    { id: project.id },
    asAdmin,
  );
  expect(activated.auditEntries.edges).toHaveLength(1);
}

describe.each(['worker', 'core', 'gateway'] as const)('kill -9 of %s', (name) => {
  test.each(MOMENTS_MS)('%d ms after a project was created: it becomes live, and there is one of everything', async (moment) => {
    const id = await createProject(system(), { version: '1.0.0' });
    await pause(moment);
    await killAndRestart(name);
    const project = await untilProject(system(), id, ({ status, deployment }) => status === 'ACTIVE' && deployment?.status === 'LIVE');
    process.stderr.write(`${name} killed after ${moment} ms: ${journal(project)}\n`);
    await expectOneOfEverything(project);
    await changeProject(system(), 'closeProject', id);
    await untilProject(system(), id, ({ status }) => status === 'CLOSED');
  }, 120_000);
});

test.each(MOMENTS_MS.filter((_, index) => index % 2 === 0))('kill -9 of the worker %d ms into an upgrade: it ends with one instance of the new version', async (moment) => {
  const id = await createProject(system(), { version: '1.0.0' });
  await untilProject(system(), id, ({ status }) => status === 'ACTIVE');
  await changeProject(system(), 'upgradeProject', id, { version: '2.0.0' });
  await pause(moment);
  await killAndRestart('worker');
  const project = await untilProject(system(), id, ({ deployment }) => deployment?.status === 'LIVE' && deployment.liveGeneration === 2);
  process.stderr.write(`worker killed ${moment} ms into an upgrade: ${journal(project)}\n`);
  await expectOneOfEverything(project);
  await changeProject(system(), 'closeProject', id);
  await untilProject(system(), id, ({ status }) => status === 'CLOSED');
});

test.each([0, 150, 400, 800])('kill -9 of the worker %d ms into a close: it ends closed and nothing runs', async (moment) => {
  const id = await createProject(system(), { version: '1.0.0' });
  const live = await untilProject(system(), id, ({ status }) => status === 'ACTIVE');
  await changeProject(system(), 'closeProject', id);
  await pause(moment);
  await killAndRestart('worker');
  await untilProject(system(), id, ({ status }) => status === 'CLOSED');
  expect(servicePids(system()).has(live.deployment?.instances[0]?.id ?? '')).toBe(false);
});

test('after all of it no service is left that no project wants', () => {
  expect(servicePids(system()).size).toBe(0);
});
