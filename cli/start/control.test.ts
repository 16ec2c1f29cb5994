import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callSupervisor, openControl, runningSupervisor, type SupervisorCommands } from './control';
import { openStateDir, type StateDir } from './state-dir';

describe('the door of a supervisor', () => {
  let state: StateDir;
  const asked: string[] = [];
  const commands: SupervisorCommands = {
    status: () => ({ pids: { core: 1 } }),
    kill: async (name) => void asked.push(`kill ${name}`),
    restart: async (name) => {
      throw new Error(`There is no process ${name}.`);
    },
    stop: async () => void asked.push('stop'),
  };

  beforeEach(() => {
    state = openStateDir(mkdtempSync(join(tmpdir(), 'rahat-control-')));
    asked.length = 0;
  });
  afterEach(() => rmSync(state.path, { recursive: true }));

  it('is found through the state directory and takes commands', async () => {
    const server = await openControl(state, commands);
    const address = await runningSupervisor(state);
    expect(address?.pid).toBe(process.pid);
    await callSupervisor(server, 'kill/worker');
    expect(asked).toEqual(['kill worker']);
    await expect(callSupervisor(server, 'restart/nobody')).rejects.toThrow('There is no process nobody.');
    server.close();
    await expect(runningSupervisor(state)).resolves.toBeNull();
  });

  it('stays shut without the token of the state directory', async () => {
    const server = await openControl(state, commands);
    await expect(callSupervisor({ ...server, token: 'guessed' }, 'stop')).rejects.toThrow('token');
    expect(asked).toEqual([]);
    server.close();
  });

  it('is not mistaken for open when a killed supervisor left its file', async () => {
    writeFileSync(state.supervisor, JSON.stringify({ url: 'http://127.0.0.1:9', token: 'x', pid: 1 }));
    await expect(runningSupervisor(state)).resolves.toBeNull();
  });
});
