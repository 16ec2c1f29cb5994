import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { id as keccakOf, ZeroAddress, ZeroHash } from 'ethers';
import { callerOf, devAccount } from '../testing/accounts';
import { startTestChain, type TestChain } from '../testing/anvil';
import { aidProjectInterface, deployFactory, factoryAddress, factoryInterface, fromBytes16, projectAddress, toBytes16 } from '.';

const PROJECT = '0190a5b2-7c3d-7e4f-8a9b-0c1d2e3f4a5b';
const BUDGET = 1_000_000n;
const [admin, recorder, pauser, deployer, stranger] = [0, 1, 2, 3, 4].map((index) => devAccount(index).address) as [string, string, string, string, string];
const role = { admin: ZeroHash, recorder: keccakOf('RECORDER_ROLE'), pauser: keccakOf('PAUSER_ROLE'), deployer: keccakOf('DEPLOYER_ROLE') };
const [paidOnce, paidTwice] = [keccakOf('payment 1'), keccakOf('payment 2')];

let chain: TestChain;
const factory = (from: string) => callerOf(chain.rpc, { address: factoryAddress(admin), abi: factoryInterface }, from);
const project = (from: string) => callerOf(chain.rpc, { address: projectAddress(factoryAddress(admin), PROJECT), abi: aidProjectInterface }, from);

beforeEach(async () => {
  chain = await startTestChain();
  await chain.rpc.call('eth_sendTransaction', [{ from: stranger, gas: '0x4c4b40', ...deployFactory(admin) }]);
  await factory(admin).send('createProject', toBytes16(PROJECT), BUDGET, admin);
  await factory(admin).send('grantRole', role.deployer, deployer);
  await project(admin).send('grantRole', role.recorder, recorder);
  await project(admin).send('grantRole', role.pauser, pauser);
});
afterEach(async () => chain.stop());

test('the committed artifacts are those of the sources', () => {
  execFileSync(process.execPath, [join(__dirname, 'compile.mjs'), '--check']);
});

describe('the factory', () => {
  it('stands at the address that its administrator alone decides, whoever sends the transaction', async () => {
    expect(await chain.node.code(factoryAddress(admin))).not.toBeNull();
    expect(await factory(stranger).read('hasRole', role.admin, admin)).toBe(true);
    expect(await factory(stranger).read('hasRole', role.deployer, stranger)).toBe(false);
  });

  it('creates a project at the address that everybody can compute', async () => {
    expect(await factory(stranger).read('predict', toBytes16(PROJECT))).toBe(projectAddress(factoryAddress(admin), PROJECT));
    expect(fromBytes16(String(await project(stranger).read('projectId')))).toBe(PROJECT);
    expect(await project(stranger).read('budgetMinor')).toBe(BUDGET);
  });

  it('keeps nothing of a construction that is over', async () => {
    expect(await factory(stranger).read('underConstruction')).toEqual(['0x00000000000000000000000000000000', 0n, ZeroAddress]);
  });

  it('creates no second contract for one project, whatever its budget', async () => {
    await expect(factory(admin).send('createProject', toBytes16(PROJECT), 5n, admin)).rejects.toThrow(`ProjectExists(${projectAddress(factoryAddress(admin), PROJECT)})`);
  });

  it('refuses a project without id or administrator', async () => {
    await expect(factory(admin).send('createProject', toBytes16('00000000-0000-0000-0000-000000000000'), 5n, admin)).rejects.toThrow('ProjectIdMissing');
    await expect(factory(admin).send('createProject', toBytes16('0190a5b2-7c3d-7e4f-8a9b-000000000001'), 5n, ZeroAddress)).rejects.toThrow('AdminMissing');
  });
});

// Who may call what. `null`: anybody who is named here may; otherwise the role whose lack is told.
const everybody = { admin, recorder, pauser, deployer, stranger };
type Account = keyof typeof everybody;
const entries: { method: string; args: unknown[]; on: typeof project; allowed: Account[]; prepare?: () => Promise<unknown> }[] = [
  { method: 'createProject', args: [toBytes16('0190a5b2-7c3d-7e4f-8a9b-000000000002'), 1n, admin], on: (from) => factory(from), allowed: ['admin', 'deployer'] },
  { method: 'grantRole', args: [role.deployer, stranger], on: (from) => factory(from), allowed: ['admin'] },
  { method: 'revokeRole', args: [role.deployer, deployer], on: (from) => factory(from), allowed: ['admin'] },
  { method: 'recordFunding', args: [1n, paidOnce], on: (from) => project(from), allowed: ['admin', 'recorder'] },
  { method: 'setBudget', args: [5n], on: (from) => project(from), allowed: ['admin'] },
  { method: 'pause', args: [], on: (from) => project(from), allowed: ['admin', 'pauser'] },
  { method: 'unpause', args: [], on: (from) => project(from), allowed: ['admin'], prepare: () => project(admin).send('pause') },
  { method: 'grantRole', args: [role.recorder, stranger], on: (from) => project(from), allowed: ['admin'] },
  { method: 'revokeRole', args: [role.recorder, recorder], on: (from) => project(from), allowed: ['admin'] },
];

describe.each(entries.map((entry, index) => ({ ...entry, title: `${index < 3 ? 'the factory' : 'a project'}: ${entry.method}` })))('$title', ({ method, args, on, allowed, prepare }) => {
  it(`is for ${allowed.join(' and ')} alone`, async () => {
    await prepare?.();
    for (const [name, address] of Object.entries(everybody)) {
      if (allowed.includes(name as Account)) continue;
      await expect(on(address).send(method, ...args)).rejects.toThrow('AccessControlUnauthorizedAccount');
    }
    for (const name of allowed) {
      const snapshot = await chain.rpc.call<string>('evm_snapshot', []);
      await on(everybody[name]).send(method, ...args);
      await chain.rpc.call('evm_revert', [snapshot]);
    }
  });
});

describe('recording a funding', () => {
  it('adds up to the budget and not beyond it', async () => {
    await project(recorder).send('recordFunding', BUDGET - 1n, paidOnce);
    await expect(project(recorder).send('recordFunding', 2n, paidTwice)).rejects.toThrow('OverBudget(2, 1)');
    await project(recorder).send('recordFunding', 1n, paidTwice);
    expect(await project(stranger).read('fundedMinor')).toBe(BUDGET);
  });

  it('counts one payment once', async () => {
    await project(recorder).send('recordFunding', 7n, paidOnce);
    await expect(project(recorder).send('recordFunding', 7n, paidOnce)).rejects.toThrow(`AlreadyRecorded(${paidOnce})`);
    expect(await project(stranger).read('isRecorded', paidOnce)).toBe(true);
    expect(await project(stranger).read('fundedMinor')).toBe(7n);
  });

  it('refuses a funding of nothing', async () => {
    await expect(project(recorder).send('recordFunding', 0n, paidOnce)).rejects.toThrow('NothingToRecord');
  });

  it('rests while the project is paused', async () => {
    await project(pauser).send('pause');
    await expect(project(recorder).send('recordFunding', 1n, paidOnce)).rejects.toThrow('EnforcedPause');
    await project(admin).send('unpause');
    await project(recorder).send('recordFunding', 1n, paidOnce);
  });
});

describe('changing the budget', () => {
  it('cannot undo what was recorded', async () => {
    await project(recorder).send('recordFunding', 10n, paidOnce);
    await expect(project(admin).send('setBudget', 9n)).rejects.toThrow('BudgetBelowFunded(9, 10)');
    await project(admin).send('setBudget', 10n);
    await expect(project(recorder).send('recordFunding', 1n, paidTwice)).rejects.toThrow('OverBudget(1, 0)');
  });
});
