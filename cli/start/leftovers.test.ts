import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { belonging, endLeftovers } from './leftovers';
import { openStateDir, type StateDir } from './state-dir';

const INSTANCE = '019300aa-0000-7000-8000-000000000001';

describe('what an earlier start has left behind', () => {
  let folder: string;
  let state: StateDir;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rahat-leftovers-'));
    state = openStateDir(join(folder, 'state'));
    writeFileSync(join(folder, 'main.js'), 'process.on("SIGTERM", () => process.env.STUBBORN || process.exit()); setInterval(() => {}, 1000);');
  });

  afterEach(() => {
    children.splice(0).forEach((child) => child.kill('SIGKILL'));
    rmSync(folder, { recursive: true });
  });

  const run = async (args: string[]): Promise<number> => {
    const child = spawn(process.execPath, [join(folder, 'main.js'), ...args], { stdio: 'ignore' });
    children.push(child);
    await new Promise((resolve) => child.once('spawn', resolve));
    return child.pid ?? -1;
  };
  const found = (): number[] => belonging(state).map(({ pid }) => pid);

  it('is told by the state directory on the command line', async () => {
    const ours = await run(['--state-dir', state.path]);
    await run(['--state-dir', `${state.path}-of-another`]);
    await run(['serve', state.path]);
    expect(found()).toEqual([ours]);
  });

  it('includes project services whose folder lies in the state directory, and no others', async () => {
    mkdirSync(join(state.instances, INSTANCE));
    const ours = await run(['serve', '--instance', INSTANCE]);
    await run(['serve', '--instance', INSTANCE.replace('1', '2')]);
    expect(found()).toEqual([ours]);
  });

  it('is ended, and nothing else is', async () => {
    await run(['--state-dir', state.path]);
    await run(['--state-dir', state.path]);
    const foreign = await run(['--state-dir', folder]);
    await expect(endLeftovers(state)).resolves.toBe(2);
    expect(found()).toEqual([]);
    expect(() => process.kill(foreign, 0)).not.toThrow();
  });
});
