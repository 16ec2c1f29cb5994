import { id as keccakOf } from 'ethers';
import { aidProjectInterface, auditAnchorInterface } from '../../subgraphs/chain/contracts';
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

const QUERY = `query ($id: ID!) { project(id: $id) { name budgetMinor contractAddress onChain { id projectId budgetMinor fundedMinor fundings(orderBy: totalMinor) { amountMinor totalMinor } } } }`;
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

test('money that is recorded on chain shows in the graph, to whoever is signed in', async () => {
  const to = (await shown())?.id;
  const [from] = await rpc<string[]>('eth_accounts', []);
  for (const [amount, ref] of [[700n, 'first'], [300n, 'second']] as const) {
    await rpc('eth_sendTransaction', [{ from, to, data: aidProjectInterface.encodeFunctionData('recordFunding', [amount, keccakOf(ref)]) }]);
  }
  await until(async () => (await shown())?.fundedMinor === '1000', 'both fundings are indexed');
  expect((await shown())?.fundings).toEqual([{ amountMinor: '700', totalMinor: '700' }, { amountMinor: '300', totalMinor: '1000' }]);
  const stranger = await system().attempt<{ aid_fundings: unknown }>('{ aid_fundings { id } }');
  expect(stranger.data?.aid_fundings ?? null).toBeNull();
  expect(stranger.errors).toHaveLength(1);
});

test('lists of the chain are in the graph too', async () => {
  const { aid_aidProjects: projects } = await system().graphql<{ aid_aidProjects: { projectId: string; __typename: string }[] }>(
    'query ($id: String!) { aid_aidProjects(where: { projectId: $id }) { projectId __typename } }',
    { id },
    asAdmin,
  );
  expect(projects).toEqual([{ projectId: id, __typename: 'Aid_AidProject' }]);
});

test('while the chain is away what is indexed is still shown, and what it lost by dying is put on chain again', async () => {
  const address = (await shown())?.id ?? '';
  await system().kill('anvil');
  expect(await shown()).toMatchObject({ projectId: id });
  await system().restart('anvil');
  await until(async () => (await rpc('eth_getCode', [address, 'latest'])) !== '0x', 'the contract is on chain again');
  await until(async () => (await shown())?.id === address, 'the contract is shown again');
});

async function rpc<T>(method: string, params: unknown[]): Promise<T> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const response = await fetch(system().urls.anvil ?? '', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const answer = (await response.json()) as { result?: T; error?: { message: string } };
  if (answer.result === undefined) throw new Error(answer.error?.message ?? 'The chain answered nothing.');
  return answer.result;
}

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

test('checkpoints of the audit log go on chain, and the log says where', async () => {
  interface Anchored {
    auditCheckpoints: { edges: Array<{ node: { treeSize: number; rootHash: string; anchors: Array<{ chainId: string; address: string; transactionHash: string }> } }> };
  }
  const anchored = async () => {
    const { auditCheckpoints } = await system().graphql<Anchored>('{ auditCheckpoints(first: 200) { edges { node { treeSize rootHash anchors { chainId address transactionHash } } } } }', {}, asAdmin);
    return auditCheckpoints.edges.map(({ node }) => node).filter(({ anchors }) => anchors.length > 0);
  };
  await until(async () => (await anchored()).length > 0, 'a checkpoint is on chain');
  const [checkpoint] = await anchored();
  const logs = await rpc<Array<{ address: string; topics: string[]; data: string }>>('eth_getLogs', [{ fromBlock: '0x0', toBlock: 'latest', address: checkpoint?.anchors[0]?.address }]);
  const roots = logs.flatMap((log) => {
    const parsed = auditAnchorInterface.parseLog(log);
    return parsed?.name === 'Anchored' ? [[Number(parsed.args.treeSize), String(parsed.args.root)]] : [];
  });
  expect(roots).toContainEqual([checkpoint?.treeSize, `0x${checkpoint?.rootHash}`]);
});
