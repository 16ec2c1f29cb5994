import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { databaseUrl } from '#kernel/db';
import { testEnvironment } from '../kit/environment';
import { useSystem } from '../kit/system';
import { changeProject, liveProject, registerTypes, seeProject, until, untilProject } from '../kit/projects';
import { copiesOf, projectDatabases, servicePids } from '../kit/services';

const system = useSystem({ environment: { READY_TIMEOUT_MS: '4000' } });
const asAdmin = { as: 'admin' };
let older: string;
let newer: string;

beforeAll(async () => {
  await registerTypes(system(), 'tally:1.0.0', 'tally:2.0.0');
  older = await liveProject(system(), { name: 'Older', version: '1.0.0' });
  newer = await liveProject(system(), { name: 'Newer', version: '2.0.0' });
}, 60_000);

test('a list over projects of both versions answers: what the older one does not have is null there', async () => {
  const { projects } = await system().graphql<{ projects: { edges: Array<{ node: { name: string; tally: object } }> } }>(
    '{ projects { edges { node { name tally { label count unit } } } } }',
    {},
    asAdmin,
  );
  const byName = Object.fromEntries(projects.edges.map(({ node }) => [node.name, node.tally]));
  expect(byName).toMatchObject({ Older: { count: 0, unit: null }, Newer: { count: 0, unit: 'pieces' } });
});

test('a query that the older version lacks is refused for its project, and the other answers', async () => {
  const answer = await system().attempt(
    'query ($a: ID!, $b: ID!) { a: tallyHistory(projectId: $a) { by } b: tallyHistory(projectId: $b) { by } }',
    { a: older, b: newer },
    asAdmin,
  );
  expect(answer.data).toEqual({ a: null, b: [] });
  expect(answer.errors).toMatchObject([{ path: ['a'], extensions: { code: 'FIELD_NOT_IN_VERSION' } }]);
});

test('an argument that the older version lacks executes nothing there', async () => {
  const answer = await system().attempt(
    `mutation ($a: ID!, $b: ID!, $note: String) { a: tallyAdd(projectId: $a, by: 7, idempotencyKey: "v1", note: $note) b: tallyAdd(projectId: $b, by: 7, idempotencyKey: "v2", note: $note) }`,
    { a: older, b: newer, note: 'seen' },
    asAdmin,
  );
  expect(answer.data).toEqual({ a: null, b: 7 });
  expect(answer.errors).toMatchObject([{ path: ['a'], extensions: { code: 'FIELD_NOT_IN_VERSION' } }]);
  expect(await system().graphql('query ($a: ID!) { tallyCount(projectId: $a) }', { a: older }, asAdmin)).toEqual({ tallyCount: 0 });
});

test('a version that breaks is refused at registration with the field and the rule', async () => {
  const answer = await system().attempt('mutation { registerProjectType(image: "tally:3.0.0-breaking") { code } }', {}, asAdmin);
  expect(answer.errors).toMatchObject([{ message: expect.stringMatching(/TallyProject\.\w+.*rule 6/), extensions: { code: 'SCHEMA_REJECTED' } }]);
});

test('a type that breaks the naming rules is refused at registration with each field and rule', async () => {
  const answer = await system().attempt('mutation { registerProjectType(image: "unprefixed:1.0.0") { code } }', {}, asAdmin);
  expect(answer.errors[0]?.message).toMatch(/Query\.parcels.*rule 1/);
  expect(answer.errors[0]?.message).toMatch(/Parcel.*rule 2/);
});

test('an upgrade that fails leaves the project as it was, and says why', async () => {
  await registerTypes(system(), 'tally:2.1.0');
  const before = await seeProject(system(), older);
  await changeProject(system(), 'upgradeProject', older, { version: '2.1.0' });
  const after = await untilProject(system(), older, (project) => project.deployment?.status === 'FAILED');
  expect(after).toMatchObject({ status: 'ACTIVE', deployment: { version: '1.0.0', liveGeneration: 1, failureCode: 'DEPLOYMENT_FAILED', failureReason: expect.stringContaining('out of order') } });
  expect(after.deployment?.instances.at(0)).toEqual(before?.deployment?.instances.at(0));
  expect(await system().graphql('query ($a: ID!) { tallyCount(projectId: $a) }', { a: older }, asAdmin)).toEqual({ tallyCount: 0 });
});

test('an upgrade brings the new fields, keeps the data, loses no request, and leaves one process', async () => {
  await system().graphql('mutation ($a: ID!, $key: String!) { tallyAdd(projectId: $a, by: 5, idempotencyKey: $key) }', { a: older, key: randomUUID() }, asAdmin);
  const answers: unknown[] = [];
  let asking = true;
  const questions = (async () => {
    while (asking) answers.push(await system().graphql('query ($a: ID!) { tallyCount(projectId: $a) }', { a: older }, asAdmin));
  })();
  await changeProject(system(), 'upgradeProject', older, { version: '2.0.0' });
  const upgraded = await untilProject(system(), older, (project) => project.deployment?.status === 'LIVE' && project.deployment.liveGeneration === 3);
  asking = false;
  await questions;
  expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(new Set(['{"tallyCount":5}']));
  expect(answers.length).toBeGreaterThan(10);
  const { project } = await system().graphql('query ($a: ID!) { project(id: $a) { tally { count unit } } }', { a: older }, asAdmin);
  expect(project).toEqual({ tally: { count: 5, unit: 'pieces' } });
  const live = upgraded.deployment?.instances.at(-1)?.id ?? '';
  expect(copiesOf(live)).toBe(1);
  expect([...servicePids(system()).keys()]).toHaveLength(2);
});

test('a service whose image came newer with a release gets the tables that it now needs before it starts again', async () => {
  const id = await liveProject(system(), { version: '2.0.0' });
  const [name = ''] = await projectDatabases(system(), id);
  const admin = new pg.Client({ connectionString: databaseUrl(testEnvironment().adminUrl, name) });
  await admin.connect();
  // As it was before the release: without the newest migration of the runtime.
  await admin.query(`ALTER TABLE audit_entry DROP COLUMN ip; DELETE FROM _prisma_migrations WHERE migration_name = '0001_audit_ip'`);
  await system().kill('worker');
  for (const pid of servicePids(system()).values()) process.kill(pid, 'SIGKILL');
  await system().restart('worker');
  const count = () => system().attempt<{ tallyCount: number | null }>('query ($id: ID!) { tallyCount(projectId: $id) }', { id }, { as: 'admin' });
  await until(async () => (await count()).data?.tallyCount === 0, 'the service answers again');
  expect((await admin.query(`SELECT FROM _prisma_migrations WHERE migration_name = '0001_audit_ip'`)).rowCount).toBe(1);
  await admin.end();
});
