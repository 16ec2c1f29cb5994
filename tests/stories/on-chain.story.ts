import { liveProject, registerTypes, until } from '../kit/projects';
import { useSystem, type Answer } from '../kit/system';

interface OnChain {
  id: string;
  projectId: string;
  budgetMinor: string;
  fundedMinor: string;
  fundings: unknown[];
}
interface Shown {
  project: { name: string; budgetMinor: string; contractAddress: string | null; onChain: OnChain | null };
}

const system = useSystem({ chain: true });
const asAdmin = { as: 'admin' };
let id: string;

const QUERY = `query ($id: ID!) { project(id: $id) { name budgetMinor contractAddress onChain { id projectId budgetMinor fundedMinor fundings { id } } } }`;
const ask = async (): Promise<Answer<Shown>> => system().attempt<Shown>(QUERY, { id }, asAdmin);
const shown = async (): Promise<OnChain | null | undefined> => (await ask()).data?.project.onChain;

beforeAll(async () => {
  await registerTypes(system(), 'tally:1.0.0');
  id = await liveProject(system(), { name: 'Public' });
  await until(async () => Boolean(await shown()), 'the contract is shown');
}, 60_000);

test('a project that goes live gets a contract, and the graph joins what the chain says of it', async () => {
  const { data, errors, extensions } = await ask();
  expect(errors).toEqual([]);
  const project = data?.project;
  expect(project?.contractAddress).toMatch(/^0x[0-9a-fA-F]{40}$/);
  expect(project?.onChain).toEqual({ id: project?.contractAddress?.toLowerCase(), projectId: id, budgetMinor: project?.budgetMinor, fundedMinor: '0', fundings: [] });
  expect(extensions?.chain).toMatchObject({ chain_aid: { number: expect.any(Number), lag: expect.any(Number), stale: false, hasIndexingErrors: false } });
});

test('lists of the chain are in the graph too', async () => {
  const { aid_aidProjects: projects } = await system().graphql<{ aid_aidProjects: { projectId: string; __typename: string }[] }>(
    'query ($id: String!) { aid_aidProjects(where: { projectId: $id }) { projectId __typename } }',
    { id },
    asAdmin,
  );
  expect(projects).toEqual([{ projectId: id, __typename: 'Aid_AidProject' }]);
});

test('while the chain is away, what is indexed is still shown', async () => {
  await system().kill('anvil');
  expect((await ask()).data?.project.onChain).toMatchObject({ projectId: id });
  await system().restart('anvil');
});

test('while the chain room is away, only what is of the chain is missing', async () => {
  await system().kill('chain');
  const { data, errors } = await ask();
  expect(data?.project).toMatchObject({ name: 'Public', onChain: null });
  expect(errors).toMatchObject([{ path: ['project', 'onChain'], extensions: { code: 'CHAIN_UPSTREAM' } }]);
  await system().restart('chain');
  await until(async () => Boolean(await shown()), 'the chain is shown again');
});

test('a project that was created while the chain room was away gets its contract later', async () => {
  await system().kill('chain');
  const late = await liveProject(system(), { name: 'Late' });
  await system().restart('chain');
  await until(async () => {
    const { project } = await system().graphql<Shown>(QUERY, { id: late }, asAdmin);
    return project.onChain?.projectId === late;
  }, 'the late contract is shown');
});
