import { createPool, fromPg, type Pool } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { aidProjectInterface, createProject, factoryAddress, projectAddress } from '../contracts';
import { RpcUnavailableError, type ChainNode } from '../rpc';
import { callerOf, devAccount } from '../testing/accounts';
import { startTestChain, type TestChain } from '../testing/anvil';
import { queueContract } from './contract-intents';
import { requeueLostContracts } from './lost-contracts';
import { takeSendingTurn, type SendingDeps } from './sending-turn';
import { loadSigner } from './signer';

const [P1, P2, P3] = ['0190a5b2-7c3d-7e4f-8a9b-000000000001', '0190a5b2-7c3d-7e4f-8a9b-000000000002', '0190a5b2-7c3d-7e4f-8a9b-000000000003'];
const signerAddress = devAccount(0).address;
const factory = factoryAddress(signerAddress);

const database = useTestDatabase('chain');
let chain: TestChain;
let pool: Pool;
let deps: SendingDeps;

beforeEach(async () => {
  chain = await startTestChain();
  pool = createPool(database().serviceUrl, { max: 4, name: 'chain-test' });
  deps = { pool, node: chain.node, signer: await loadSigner({ chainId: 31337 }), chainId: 31337, factory, startBlock: 0, confirmations: 0 };
});
afterEach(async () => {
  await pool.end();
  const owner = createPool(database().url, { max: 1, name: 'chain-test' });
  await owner.query('TRUNCATE contract_intent, sender_lane, outbox_event, audit_entry');
  await owner.end();
  await chain.stop();
});

const queue = async (projectId: string, budgetMinor = '500'): Promise<void> => queueContract(fromPg(pool), { projectId, budgetMinor });
const intents = async (): Promise<Record<string, unknown>[]> => (await pool.query('SELECT * FROM contract_intent ORDER BY project_id')).rows;
const events = async (): Promise<Record<string, unknown>[]> => (await pool.query('SELECT payload FROM outbox_event ORDER BY seq')).rows.map(({ payload }) => payload);
const open = async (): Promise<number> => (await intents()).filter(({ state }) => state !== 'DEPLOYED').length;
/** Lets what waits for its time be due now; what a sender holds at this moment is not made to wait for another one. */
const hurry = async (): Promise<unknown> => pool.query('UPDATE contract_intent SET due_at = now() WHERE project_id IN (SELECT project_id FROM contract_intent FOR UPDATE SKIP LOCKED)');

async function sendAll(changed: Partial<SendingDeps> = {}): Promise<void> {
  for (let turn = 0; turn < 30 && (await open()) > 0; turn++) {
    await hurry();
    await takeSendingTurn({ ...deps, ...changed });
  }
}

test('a queued project gets its contract, at the address that was known before, and the news is told once', async () => {
  await queue(P1);
  await queue(P1, '999');
  await sendAll();
  expect(await takeSendingTurn(deps)).toBe('idle');
  const address = projectAddress(factory, P1);
  expect(await callerOf(chain.rpc, { address, abi: aidProjectInterface }, signerAddress).read('budgetMinor')).toBe(500n);
  expect(await events()).toEqual([{ projectId: P1, chainId: '31337', address, transactionHash: expect.stringMatching(/^0x[0-9a-f]{64}$/), blockNumber: 2 }]);
  expect((await pool.query('SELECT action, entity_id FROM audit_entry')).rows).toEqual([{ action: 'chain.contract-deployed', entity_id: P1 }]);
});

test('several senders leave no gap and send nothing twice', async () => {
  for (const projectId of [P1, P2, P3]) await queue(projectId);
  await Promise.all([sendAll(), sendAll(), sendAll()]);
  expect((await events()).map(({ projectId }) => projectId).sort()).toEqual([P1, P2, P3]);
  expect(await chain.node.nextNonce(signerAddress)).toBe(4); // the factory and three projects
});

test('a contract that is on chain already is only told: the process had died before it took note', async () => {
  await queue(P2);
  await sendAll();
  await queue(P1);
  const call = createProject(factory, { projectId: P1, budgetMinor: 500n, admin: signerAddress });
  await chain.rpc.call('eth_sendTransaction', [{ from: signerAddress, gas: '0x4c4b40', ...call }]);
  const nonce = await chain.node.nextNonce(signerAddress);
  await sendAll();
  expect(await chain.node.nextNonce(signerAddress)).toBe(nonce);
  expect((await events()).at(-1)).toMatchObject({ projectId: P1, blockNumber: 3 });
});

test('a transaction that was signed and never left is sent after a restart, the same one', async () => {
  await queue(P2);
  await sendAll();
  await queue(P1);
  const mute: ChainNode = { ...chain.node, broadcast: () => Promise.reject(new RpcUnavailableError('eth_sendRawTransaction', { cause: null })) };
  await expect(takeSendingTurn({ ...deps, node: mute })).rejects.toThrow(RpcUnavailableError);
  const [signed] = await intents();
  expect(signed).toMatchObject({ state: 'SENT' });
  await sendAll();
  expect((await events()).at(-1)).toMatchObject({ projectId: P1, transactionHash: signed?.transaction_hash });
});

test('a transaction whose number another one took is signed anew', async () => {
  await queue(P2);
  await sendAll();
  await queue(P1);
  await takeSendingTurn({ ...deps, node: { ...chain.node, broadcast: async () => undefined } });
  await chain.rpc.call('eth_sendTransaction', [{ from: signerAddress, to: devAccount(1).address, value: '0x1' }]);
  await sendAll();
  expect((await events()).at(-1)).toMatchObject({ projectId: P1 });
  expect((await intents())[0]).toMatchObject({ state: 'DEPLOYED', attempts: 1 });
});

test('a transaction that would revert waits with its reason and does not hold up others', async () => {
  await queue(P2);
  await sendAll();
  await queue(P1);
  await queue(P3);
  const estimateAsStranger: ChainNode = { ...chain.node, estimateGas: (call) => chain.node.estimateGas({ ...call, from: devAccount(4).address }) };
  await takeSendingTurn({ ...deps, node: estimateAsStranger });
  expect((await intents())[0]).toMatchObject({ state: 'QUEUED', attempts: 1, last_error: expect.stringContaining('revert') });
  for (let turn = 0; turn < 10; turn++) {
    await pool.query(`UPDATE contract_intent SET due_at = now() WHERE state = 'SENT'`);
    await takeSendingTurn(deps);
  }
  expect((await intents()).map(({ state }) => state)).toEqual(['QUEUED', 'DEPLOYED', 'DEPLOYED']);
});

test('what is to be sent waits while the chain is away', async () => {
  await queue(P1);
  await chain.stop();
  await expect(takeSendingTurn(deps)).rejects.toThrow(RpcUnavailableError);
  chain = await startTestChain({ port: Number(new URL(chain.url).port) });
  await sendAll();
  expect(await events()).toHaveLength(1);
});

test('a development chain that was reset gets its contracts again, at the same addresses', async () => {
  await queue(P1);
  await sendAll();
  await chain.stop();
  await new Promise((resolve) => setTimeout(resolve, 1100)); // the genesis of anvil differs by its second
  chain = await startTestChain({ port: Number(new URL(chain.url).port) });
  for (let turn = 0; turn < 10; turn++) {
    await hurry();
    await takeSendingTurn(deps);
  }
  expect(await chain.node.code(projectAddress(factory, P1))).not.toBeNull();
  const [first, second] = await events();
  expect(second?.address).toBe(first?.address);
  expect(await events()).toHaveLength(2);
});

test('contracts that the chain lost are sent again, and no others', async () => {
  await queue(P1);
  await sendAll();
  const snapshot = await chain.rpc.call<string>('evm_snapshot', []);
  await queue(P2);
  await queue(P3);
  await sendAll();
  expect(await requeueLostContracts(deps)).toBe(0);
  await chain.rpc.call('evm_revert', [snapshot]);
  expect(await requeueLostContracts(deps)).toBe(2);
  await sendAll();
  expect((await events()).map(({ projectId }) => projectId)).toEqual([P1, P2, P3, P2, P3]);
  expect(await chain.node.code(projectAddress(factory, P3))).not.toBeNull();
});

test('a contract counts when enough blocks lie upon it', async () => {
  await queue(P1);
  for (let turn = 0; turn < 10; turn++) {
    await hurry();
    await takeSendingTurn({ ...deps, confirmations: 3 });
  }
  expect(await events()).toEqual([]);
  await chain.mine(3);
  await sendAll({ confirmations: 3 });
  expect(await events()).toMatchObject([{ blockNumber: 2 }]);
});

test('a factory that is not there, and is not the signer’s own, is named', async () => {
  await queue(P1);
  await expect(takeSendingTurn({ ...deps, factory: devAccount(3).address })).rejects.toThrow(`There is no factory at ${devAccount(3).address}`);
});
