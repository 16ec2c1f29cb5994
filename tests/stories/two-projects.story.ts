import { randomUUID } from 'node:crypto';
import { useSystem } from '../kit/system';
import { changeProject, liveProject, registerTypes, seeProject, until, untilProject } from '../kit/projects';
import { servicePids } from '../kit/services';

const system = useSystem();
const asAdmin = { as: 'admin' };
let one: string;
let two: string;

beforeAll(async () => {
  await registerTypes(system(), 'tally:1.0.0');
  [one, two] = await Promise.all([liveProject(system(), { name: 'One' }), liveProject(system(), { name: 'Two' })]) as [string, string];
  await add(one, 1);
  await add(two, 20);
}, 60_000);

async function add(projectId: string, by: number): Promise<void> {
  await system().graphql('mutation ($id: ID!, $by: Int!, $key: String!) { tallyAdd(projectId: $id, by: $by, idempotencyKey: $key) }', { id: projectId, by, key: randomUUID() }, asAdmin);
}

async function instanceOf(projectId: string): Promise<string> {
  return (await seeProject(system(), projectId))?.deployment?.instances.at(-1)?.id ?? '';
}

test('two projects of one type answer in one operation, each from its own service', async () => {
  const data = await system().graphql(
    'query ($a: ID!, $b: ID!) { a: tallyCount(projectId: $a) b: tallyCount(projectId: $b) again: tallyCount(projectId: $a) }',
    { a: one, b: two },
    asAdmin,
  );
  expect(data).toEqual({ a: 1, b: 20, again: 1 });
});

test('a list of projects joins the fields of each project’s own service, in order', async () => {
  const { projects } = await system().graphql<{ projects: { edges: Array<{ node: { id: string; name: string; tally: { count: number } } }> } }>(
    '{ projects(filter: { type: "tally" }) { edges { node { id name tally { count } } } } }',
    {},
    asAdmin,
  );
  const counts = Object.fromEntries(projects.edges.map(({ node }) => [node.name, node.tally.count]));
  expect(counts).toMatchObject({ One: 1, Two: 20 });
});

test('changes of several projects in one operation happen in document order', async () => {
  const data = await system().graphql(
    `mutation ($a: ID!, $b: ID!) { first: tallyAdd(projectId: $a, by: 1, idempotencyKey: "o1") second: tallyAdd(projectId: $b, by: 1, idempotencyKey: "o2")
      third: tallyAdd(projectId: $a, by: 1, idempotencyKey: "o3") }`,
    { a: one, b: two },
    asAdmin,
  );
  expect(data).toEqual({ first: 2, second: 21, third: 3 });
});

test('events and audit entries of a service reach core', async () => {
  await until(async () => {
    const { auditEntries } = await system().graphql<{ auditEntries: { edges: Array<{ node: { action: string } }> } }>(
      'query ($id: ID!) { auditEntries(filter: { projectId: $id }) { edges { node { action } } } }',
      { id: one },
      asAdmin,
    );
    return auditEntries.edges.some(({ node }) => node.action.includes('tally'));
  }, 'the audit log of core tells of the tally');
});

test('a paused project answers questions and refuses changes; resumed, it goes on', async () => {
  const change = (): ReturnType<ReturnType<typeof system>['attempt']> =>
    system().attempt('mutation ($id: ID!, $key: String!) { tallyAdd(projectId: $id, by: 0, idempotencyKey: $key) }', { id: one, key: randomUUID() }, asAdmin);
  await changeProject(system(), 'pauseProject', one);
  await until(async () => (await change()).errors?.[0]?.extensions?.code === 'PROJECT_PAUSED', 'the service knows of the pause');
  expect(await system().graphql('query ($id: ID!) { tallyCount(projectId: $id) }', { id: one }, asAdmin)).toEqual({ tallyCount: 3 });
  await changeProject(system(), 'resumeProject', one);
  await until(async () => (await change()).errors === undefined || (await change()).errors.length === 0, 'the service goes on');
});

test('a service that dies nulls only its own project’s fields, and comes back by itself with its data', async () => {
  const instance = await instanceOf(one);
  const pid = servicePids(system()).get(instance);
  expect(pid).toBeDefined();
  process.kill(pid ?? 0, 'SIGKILL');
  const answer = await system().attempt('query ($a: ID!, $b: ID!) { a: tallyCount(projectId: $a) b: tallyCount(projectId: $b) }', { a: one, b: two }, asAdmin);
  expect(answer.data).toEqual({ a: null, b: 21 });
  expect(answer.errors).toMatchObject([{ path: ['a'], extensions: { code: 'PROJECT_UNAVAILABLE', projectId: one } }]);
  await until(async () => (await system().attempt('query ($a: ID!) { tallyCount(projectId: $a) }', { a: one }, asAdmin)).data?.tallyCount === 3, 'the service is back');
  expect((await seeProject(system(), one))?.deployment?.instances.at(-1)).toMatchObject({ id: instance, restarts: 1, state: 'ATTACHED' });
});

test('a worker that comes back adopts the services that run, as they are', async () => {
  const before = servicePids(system());
  await system().kill('worker');
  expect(await system().graphql('query ($id: ID!) { tallyCount(projectId: $id) }', { id: two }, asAdmin)).toEqual({ tallyCount: 21 });
  await system().restart('worker');
  const third = await liveProject(system()); // the new worker works
  await changeProject(system(), 'closeProject', third);
  await untilProject(system(), third, ({ status }) => status === 'CLOSED');
  expect(servicePids(system())).toEqual(before);
  expect((await seeProject(system(), two))?.deployment?.instances).toMatchObject([{ restarts: 0 }]);
});

test('a closed project says so, and its service is gone', async () => {
  const id = await liveProject(system());
  const instance = await instanceOf(id);
  await add(id, 5);
  await changeProject(system(), 'closeProject', id);
  await untilProject(system(), id, (project) => project.status === 'CLOSED');
  expect(servicePids(system()).has(instance)).toBe(false);
  const answer = await system().attempt('query ($id: ID!) { tallyCount(projectId: $id) }', { id }, asAdmin);
  expect(answer.errors).toMatchObject([{ extensions: { code: 'PROJECT_CLOSED' } }]);
  await changeProject(system(), 'archiveProject', id);
});

test('an id of no project is not found, in the same words for everyone', async () => {
  const ask = (id: string, as: string): ReturnType<ReturnType<typeof system>['attempt']> => system().attempt('query ($id: ID!) { tallyCount(projectId: $id) }', { id }, { as });
  const [unknown, nonsense] = [await ask(randomUUID(), 'admin'), await ask('nonsense', 'viewer')];
  expect(unknown.errors[0]).toMatchObject({ extensions: { code: 'NOT_FOUND' } });
  expect(nonsense.errors[0]?.message).toBe(unknown.errors[0]?.message);
});

test('the journal of a deployment tells every step with its times', async () => {
  const steps = (await seeProject(system(), two))?.deployment?.steps ?? [];
  expect(steps.map((step) => step.name)).toEqual(['CHECK', 'DATABASE', 'MIGRATE', 'START', 'READY', 'SCHEMA', 'PUBLISH', 'ATTACH', 'SWAP', 'ACTIVATE']);
  for (const step of steps) expect(Date.parse(step.finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(step.startedAt));
});
