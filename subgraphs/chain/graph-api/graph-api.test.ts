import { id as keccakOf } from 'ethers';
import { useTestDatabase } from '../../../tests/kit/database';
import { createAidWorld, type AidWorld } from '../testing/aid-world';

const [P1, P2, P3] = ['0190a5b2-7c3d-7e4f-8a9b-000000000001', '0190a5b2-7c3d-7e4f-8a9b-000000000002', '0190a5b2-7c3d-7e4f-8a9b-000000000003'];

const database = useTestDatabase('chain');
let world: AidWorld;
const address: Record<string, string> = {};
const ids = async (args: string): Promise<string[]> => {
  const { aidProjects } = (await world.data(`{ aidProjects(${args}) { projectId } }`)) as { aidProjects: { projectId: string }[] };
  return aidProjects.map(({ projectId }) => `P${projectId.at(-1)}`);
};

// P1: budget 1000, fundings 1..5 in blocks of their own; P2: budget 90, one funding of 50, paused; P3: budget 90, none.
beforeAll(async () => {
  world = await createAidWorld(database().url);
  for (const [projectId, budget] of [[P1, 1000n], [P2, 90n], [P3, 90n]] as const) address[projectId] = await world.createProject(projectId, budget);
  for (const amount of [1, 2, 3, 4, 5]) await world.project(P1).send('recordFunding', BigInt(amount), keccakOf(`P1 ${amount}`));
  await world.project(P2).send('recordFunding', 50n, keccakOf('P2'));
  await world.project(P2).send('pause');
  await world.index(1);
});
afterAll(async () => world.stop());

describe('a list', () => {
  it('is in the order of ids unless told otherwise', async () => {
    const { aidProjects } = (await world.data('{ aidProjects { id } }')) as { aidProjects: { id: string }[] };
    expect(aidProjects.map(({ id }) => id)).toEqual([...Object.values(address)].sort());
  });

  it('orders big numbers by their value, and ties by id in the same direction', async () => {
    const ties = [P2, P3].sort((a, b) => ((address[a] ?? '') < (address[b] ?? '') ? -1 : 1)).map((id) => `P${id.at(-1)}`);
    expect(await ids('orderBy: budgetMinor')).toEqual([...ties, 'P1']);
    expect(await ids('orderBy: budgetMinor, orderDirection: desc')).toEqual(['P1', ...ties.reverse()]);
  });

  it('is cut by skip and first', async () => {
    expect(await ids('orderBy: projectId, skip: 1, first: 1')).toEqual(['P2']);
  });

  it.each([
    ['first', 0, 1000],
    ['first', 1001, 1000],
    ['skip', -1, 2147483647],
  ])('refuses %s: %d in the words of graph-node', async (argument, value, max) => {
    expect(await world.errors(`{ aidProjects(${argument}: ${value}) { id } }`)).toEqual([`The \`${argument}\` argument must be between 0 and ${max}, but is ${value}`]);
  });
});

describe('a filter', () => {
  it.each([
    [`projectId: "${P2}"`, ['P2']],
    [`projectId_in: ["${P1}", "${P3}"]`, ['P1', 'P3']],
    [`projectId_not_in: ["${P1}", "${P3}"]`, ['P2']],
    ['projectId_ends_with: "3"', ['P3']],
    ['projectId_not_ends_with: "3"', ['P1', 'P2']],
    ['projectId_starts_with_nocase: "0190A5B2"', ['P1', 'P2', 'P3']],
    ['projectId_contains: "%"', []],
    ['budgetMinor_gt: "90"', ['P1']],
    ['budgetMinor_lte: 90', ['P2', 'P3']],
    ['budgetMinor_in: ["90", "7"]', ['P2', 'P3']],
    ['fundedMinor_not: "0"', ['P1', 'P2']],
    ['paused: true', ['P2']],
    ['paused_not: true', ['P1', 'P3']],
    ['and: [{ budgetMinor: "90" }, { paused: false }]', ['P3']],
    ['or: [{ budgetMinor: "1000" }, { paused: true }]', ['P1', 'P2']],
    ['createdAtBlock_gte: 3, paused: false', ['P2', 'P3'].slice(1)],
    ['projectId_not: null', ['P1', 'P2', 'P3']],
  ])('where { %s } finds %j', async (where, expected) => {
    expect(await ids(`orderBy: projectId, where: { ${where} }`)).toEqual(expected);
  });

  it('by ids answers those that are there, as a batch of a gateway asks', async () => {
    const { aidProjects } = await world.data('query ($ids: [ID!]) { aidProjects(where: { id_in: $ids }) { projectId } }', { ids: [address[P1], address[P3], '0xdead'] });
    expect(aidProjects).toHaveLength(2);
  });

  it('can ask for what changed since a block', async () => {
    const { _meta } = (await world.data('{ _meta { block { number } } }')) as { _meta: { block: { number: number } } };
    expect(await ids(`where: { _change_block: { number_gte: ${_meta.block.number} } }`)).toEqual(['P2']);
  });

  it('refuses values that are no numbers, and columns beside or', async () => {
    expect(await world.errors('{ aidProjects(where: { budgetMinor: "many" }) { id } }')).toEqual(['Failed to decode `where` value: `many is not a number`']);
    expect(await world.errors('{ aidProjects(where: { paused: true, or: [{ paused: false }] }) { id } }')).toEqual([expect.stringContaining('same level as `or`')]);
  });
});

describe('what hangs on an entity', () => {
  it('is cut for each parent alone', async () => {
    const query = '{ aidProjects(orderBy: projectId) { fundings(first: 2, orderBy: amountMinor, orderDirection: desc, where: { amountMinor_lt: "5" }) { amountMinor } } }';
    expect((await world.data(query)).aidProjects).toEqual([{ fundings: [{ amountMinor: '4' }, { amountMinor: '3' }] }, { fundings: [] }, { fundings: [] }]);
  });

  it('leads back to its parent', async () => {
    expect(await world.data('{ fundings(where: { amountMinor: "50" }) { project { projectId fundings { amountMinor } } } }')).toEqual({
      fundings: [{ project: { projectId: P2, fundings: [{ amountMinor: '50' }] } }],
    });
  });

  it('costs one read for all parents', async () => {
    const read = jest.spyOn(Object.getPrototypeOf(await connection()), 'query');
    await world.data('{ aidProjects { fundings { project { id } } } }');
    const selects = read.mock.calls.filter(([sql]) => String(sql).startsWith('SELECT'));
    read.mockRestore();
    expect(selects).toHaveLength(4); // head, projects, their fundings, and the projects of those
  });
});

async function connection(): Promise<object> {
  const client = await world.pool.connect();
  client.release();
  return client;
}

describe('one entity', () => {
  it('is found by its id alone, and null when there is none', async () => {
    expect(await world.data(`{ a: aidProject(id: "${address[P1]}") { fundedMinor createdAtBlock } b: aidProject(id: "0x00") { id } }`)).toEqual({
      a: { fundedMinor: '15', createdAtBlock: 2 },
      b: null,
    });
  });
});

describe('the block', () => {
  it('of an answer is told by _meta', async () => {
    const head = await world.chain.node.block('latest');
    expect(await world.data('{ _meta { block { number hash timestamp parentHash } deployment hasIndexingErrors } }')).toEqual({
      _meta: { block: head, deployment: world.graph.deployment, hasIndexingErrors: false },
    });
  });

  it('can be an earlier one, by number or by hash, also for what hangs on entities', async () => {
    const earlier = await world.chain.node.block(6);
    const query = (block: string): string => `{ aidProjects(where: { projectId: "${P1}" }, block: { ${block} }) { fundedMinor fundings { amountMinor } } }`;
    const expected = { aidProjects: [{ fundedMinor: '3', fundings: expect.arrayContaining([{ amountMinor: '1' }, { amountMinor: '2' }]) }] };
    expect(await world.data(query('number: 6'))).toEqual(expected);
    expect(await world.data(query(`hash: "${earlier?.hash}"`))).toEqual(expected);
    expect(await world.data('{ _meta(block: { number: 6 }) { block { number hash } } }')).toEqual({ _meta: { block: { number: 6, hash: null } } });
  });

  it('must be indexed', async () => {
    expect(await world.errors('{ aidProjects(block: { number: 4000 }) { id } }')).toEqual([
      expect.stringMatching(/^Failed to decode `block\.number` value: `subgraph embedded-\w+ has only indexed up to block number \d+ and data for block number 4000 is therefore not yet available`$/),
    ]);
    expect(await world.errors('{ aidProjects(block: { number_gte: 4000 }) { id } }')).toEqual([expect.stringContaining('`block.number_gte`')]);
    expect(await world.errors(`{ aidProjects(block: { hash: "0x${'0'.repeat(64)}" }) { id } }`)).toEqual(['Failed to decode `block.hash` value: `no block with that hash found`']);
  });

  it('can be any that is not older than one that the client knows', async () => {
    expect((await world.data('{ aidProjects(block: { number_gte: 6 }) { id } }')).aidProjects).toHaveLength(3);
  });
});

test('one error withholds the whole answer', async () => {
  const answer = await world.api({ query: '{ good: aidProjects { id } bad: aidProjects(first: 5000) { id } }' });
  expect(Object.keys(answer)).toEqual(['errors']);
});
