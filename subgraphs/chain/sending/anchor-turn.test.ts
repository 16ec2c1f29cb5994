import { ZeroHash, keccak256, toUtf8Bytes } from 'ethers';
import { createPool, fromPg, type Pool } from '#kernel/db';
import { useTestDatabase } from '../../../tests/kit/database';
import { auditAnchorAddress, auditAnchorInterface, factoryAddress } from '../contracts';
import { callerOf, devAccount } from '../testing/accounts';
import { startTestChain, type TestChain } from '../testing/anvil';
import { queueAnchor } from './anchor-intents';
import { takeAnchorTurn } from './anchor-turn';
import type { SendingDeps } from './sending-turn';
import { loadSigner } from './signer';

const signerAddress = devAccount(0).address;
const address = auditAnchorAddress(signerAddress);
const LOG = keccak256(toUtf8Bytes('test.example/audit'));
const root = (n: number): string => keccak256(toUtf8Bytes(`root ${n}`));

const database = useTestDatabase('chain');
let chain: TestChain;
let pool: Pool;
let deps: SendingDeps;

beforeEach(async () => {
  chain = await startTestChain();
  pool = createPool(database().serviceUrl, { max: 6, name: 'chain-test' });
  deps = { pool, node: chain.node, signer: await loadSigner({ chainId: 31337 }), chainId: 31337, factory: factoryAddress(signerAddress), startBlock: 0, confirmations: 0 };
});
afterEach(async () => {
  await pool.end();
  const owner = createPool(database().url, { max: 1, name: 'chain-test' });
  await owner.query('TRUNCATE anchor_intent, sender_lane, outbox_event, audit_entry');
  await owner.end();
  await chain.stop();
});

const queue = (n: number) => queueAnchor(fromPg(pool), { logId: LOG, treeSize: String(n), rootHash: root(n) });
const states = async () => Object.fromEntries((await pool.query<{ size: string; state: string }>('SELECT tree_size::text AS size, state FROM anchor_intent')).rows.map(({ size, state }) => [size, state]));
const events = async () => (await pool.query<{ payload: Record<string, unknown> }>(`SELECT payload FROM outbox_event WHERE name = 'chain.audit-anchored' ORDER BY seq`)).rows.map(({ payload }) => payload);
const open = async () => Number((await pool.query(`SELECT count(*) FROM anchor_intent WHERE state IN ('QUEUED', 'SENT')`)).rows[0]?.count);
const newest = () => callerOf(chain.rpc, { address, abi: auditAnchorInterface }, signerAddress).read('newest', LOG);

async function sendAll(changed: Partial<SendingDeps> = {}): Promise<void> {
  for (let turn = 0; turn < 30 && (await open()) > 0; turn += 1) {
    await pool.query('UPDATE anchor_intent SET due_at = now()');
    await takeAnchorTurn({ ...deps, ...changed });
  }
}

it('puts a checkpoint on chain, and says so once', async () => {
  await queue(10);
  await queue(10);
  await sendAll();
  expect(await newest()).toEqual([10n, root(10)]);
  expect(await events()).toEqual([{ logId: LOG, treeSize: '10', rootHash: root(10), chainId: '31337', address, transactionHash: expect.stringMatching(/^0x[0-9a-f]{64}$/), blockNumber: expect.any(Number) }]);
  expect((await pool.query('SELECT action, entity_id FROM audit_entry')).rows).toEqual([{ action: 'chain.audit-anchored', entity_id: LOG }]);
});

it('links each to the one before, and leaves out what a larger one covers', async () => {
  await queue(10);
  await sendAll();
  await queue(20);
  await queue(30);
  await sendAll();
  expect(await states()).toEqual({ 10: 'ANCHORED', 20: 'SKIPPED', 30: 'ANCHORED' });
  const logs = await chain.node.logs({ from: 0, to: 1000, address, topics: [[auditAnchorInterface.getEvent('Anchored')?.topicHash ?? '']] });
  expect(logs.map((log) => [...(auditAnchorInterface.parseLog({ topics: [...log.topics], data: log.data })?.args ?? [])])).toEqual([
    [LOG, 10n, root(10), 0n, ZeroHash],
    [LOG, 30n, root(30), 10n, root(10)],
  ]);
});

it('several senders anchor it once', async () => {
  await queue(10);
  await Promise.all([sendAll(), sendAll(), sendAll()]);
  expect(await events()).toHaveLength(1);
  expect(await chain.node.nextNonce(signerAddress)).toBe(2); // the contract and the anchor
});

it('a process that died after it had signed, or after it had sent, is taken up where it was', async () => {
  await queue(10);
  await sendAll();
  await queue(20);
  const dead = { ...deps.node, broadcast: () => Promise.reject(new Error('killed')) };
  await expect(takeAnchorTurn({ ...deps, node: dead })).rejects.toThrow('killed');
  expect(await states()).toMatchObject({ 20: 'SENT' });
  await sendAll();
  expect(await newest()).toEqual([20n, root(20)]);
  expect(await events()).toHaveLength(2);
});

it('waits until so many blocks lie upon it', async () => {
  await queue(10);
  await sendAll({ confirmations: 3 });
  expect(await events()).toEqual([]);
  for (let n = 0; n < 3; n += 1) await chain.rpc.call('evm_mine', []);
  await sendAll({ confirmations: 3 });
  expect(await events()).toHaveLength(1);
});

it('the contract takes checkpoints of its own signer only, and never a smaller or an equal one', async () => {
  await queue(10);
  await sendAll();
  const anchor = (by: string, size: number, of = root(size)) => chain.node.estimateGas({ from: by, to: address, data: auditAnchorInterface.encodeFunctionData('anchor', [LOG, size, of]) });
  await expect(anchor(signerAddress, 11)).resolves.toBeGreaterThan(21_000n);
  for (const [by, size, of] of [[devAccount(1).address, 11, root(11)], [signerAddress, 10, root(10)], [signerAddress, 9, root(9)], [signerAddress, 11, ZeroHash]] as const) await expect(anchor(by, size, of)).rejects.toThrow();
});
