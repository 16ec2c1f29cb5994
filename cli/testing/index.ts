import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rememberedDirectory } from '../postgres/data-directory';
import { becomesReady, startChild } from '../start/child';
import { embeddedPostgres } from '../start/embedded-postgres';
import { endLeftovers } from '../start/leftovers';
import { settlePorts } from '../start/ports';
import { openStateDir } from '../start/state-dir';

export { prepareTemplates } from './templates';

/** A PostgreSQL for one run of the tests. */
export interface TestServer {
  adminUrl: string;
  /** Folder for whatever the tests of this run leave on disk. */
  folder: string;
  stop(): Promise<void>;
}

const PREFIX = 'rahat-test-';

/** Makes the folder of one run, and clears away those of runs that were killed, with the processes that they left. */
export async function openTestFolder(): Promise<string> {
  const killed = readdirSync(tmpdir()).filter((name) => name.startsWith(PREFIX) && !isRunning(Number(name.slice(PREFIX.length))));
  await Promise.all(killed.map((name) => clearTestFolder(join(tmpdir(), name))));
  const folder = join(tmpdir(), `${PREFIX}${process.pid}`);
  mkdirSync(join(folder, 'systems'), { recursive: true });
  return folder;
}

/** Ends what still runs on the folder of one run, and removes it. */
export async function clearTestFolder(folder: string): Promise<void> {
  const systems = join(folder, 'systems');
  mkdirSync(systems, { recursive: true });
  const states = [...readdirSync(systems).map((name) => join(systems, name)), folder];
  for (const path of states) {
    await endLeftovers(openStateDir(path));
    const data = rememberedDirectory(path);
    if (data) rmSync(data, { recursive: true, force: true });
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Starts a PostgreSQL on a free port that forgets everything and never waits for the disk. */
export async function startTestServer(root: string, folder: string): Promise<TestServer> {
  const none = { gateway: 0, core: 0, worker: 0, chain: 0, anvil: 0 };
  const { postgres: port } = await settlePorts({ ...none, postgres: 0 }, ['postgres']);
  const state = openStateDir(folder);
  const { spec, adminUrl } = await embeddedPostgres(state, { root, port, unsafe: true });
  const server = startChild(spec, state.logs);
  await becomesReady(server);
  return { adminUrl, folder, stop: () => server.stop() };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
