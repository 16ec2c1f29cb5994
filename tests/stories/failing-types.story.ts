import { useSystem } from '../kit/system';
import { changeProject, createProject, liveProject, registerTypes, seeProject, untilProject } from '../kit/projects';
import { projectDatabases, servicePids } from '../kit/services';

const system = useSystem({ environment: { READY_TIMEOUT_MS: '3000' } });
const asAdmin = { as: 'admin' };
let healthy: string;

beforeAll(async () => {
  await registerTypes(system(), 'tally:1.0.0', 'noncomposing:1.0.0', 'crasher:1.0.0', 'neverready:1.0.0');
  healthy = await liveProject(system());
}, 60_000);

interface Graph {
  supergraphVersions: Array<{ version: number }>;
}

async function liveVersion(): Promise<number> {
  const { supergraphVersions } = await system().graphql<Graph>('{ supergraphVersions(first: 1) { version } }', {}, asAdmin);
  return supergraphVersions[0]?.version ?? 0;
}

describe.each([
  ['noncomposing', 'COMPOSITION_FAILED', /does not compose.*id/s],
  ['crasher', 'DEPLOYMENT_FAILED', /crashed, as it does/],
  ['neverready', 'DEPLOYMENT_FAILED', /not ready after 3 s/],
])('a project whose type is %s', (type, code, reason) => {
  let id: string;

  test('is FAILED with the reason, the live graph unchanged, database and process gone', async () => {
    const before = await liveVersion();
    id = await createProject(system(), { type });
    const project = await untilProject(system(), id, ({ status }) => status === 'FAILED');
    expect(project.deployment).toMatchObject({ status: 'FAILED', failureCode: code, failureReason: expect.stringMatching(reason), liveGeneration: 0 });
    expect(await liveVersion()).toBe(before);
    expect(await projectDatabases(system(), id)).toEqual([]);
    expect([...servicePids(system()).keys()]).toHaveLength(1);
    expect(await system().graphql('query ($id: ID!) { tallyCount(projectId: $id) }', { id: healthy }, asAdmin)).toEqual({ tallyCount: 0 });
  });

  test('can be deleted, and its audit entries stay', async () => {
    await changeProject(system(), 'deleteProject', id);
    expect(await seeProject(system(), id)).toBeNull();
    const { auditEntries } = await system().graphql<{ auditEntries: { edges: unknown[] } }>('query ($id: String!) { auditEntries(filter: { entityId: $id }) { edges { node { action } } } }', { id }, asAdmin);
    expect(auditEntries.edges.length).toBeGreaterThanOrEqual(3);
  });
});

test.each(['crasher', 'neverready'])('a project whose type is %s comes up by a retry once the cause is mended', async (type) => {
  const id = await createProject(system(), { type });
  await untilProject(system(), id, ({ status }) => status === 'FAILED');
  await system().graphql('mutation ($id: ID!, $key: String!) { updateProject(id: $id, input: { settings: { mended: true } }, idempotencyKey: $key) { id } }', { id, key: `mend-${type}` }, asAdmin);
  await changeProject(system(), 'retryProjectDeployment', id);
  const project = await untilProject(system(), id, ({ status }) => status === 'ACTIVE');
  expect(project.deployment).toMatchObject({ generation: 2, liveGeneration: 2, failureCode: null });
  expect(await system().graphql(`query ($id: ID!) { ${type}Answers(projectId: $id) }`, { id }, asAdmin)).toEqual({ [`${type}Answers`]: true });
});

test('an image that does not exist is refused by name', async () => {
  const answer = await system().attempt('mutation { registerProjectType(image: "../../etc:1.0.0") { code } }', {}, asAdmin);
  expect(answer.errors).toMatchObject([{ extensions: { code: 'UNKNOWN_PROJECT_TYPE' } }]);
});
