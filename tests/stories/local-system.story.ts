import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startSystem, type TestSystem } from '../kit/system';

const PROJECTS = 'query { projects(first: 10) { edges { node { id type status } } } }';

interface Projects {
  projects: { edges: Array<{ node: { id: string; type: string; status: string } }> };
}

describe('a local system, as npm start brings it up', () => {
  let system: TestSystem;

  beforeAll(async () => {
    system = await startSystem({ images: 'dist/images', demo: true });
  }, 120_000);
  afterAll(() => system.stop(), 60_000);

  it('serves one live project of each type', async () => {
    const { projects } = await system.graphql<Projects>(PROJECTS, {}, { as: 'admin' });
    expect(projects.edges.length).toBe(readdirSync(join(__dirname, '../../dist/images')).length);
    expect(projects.edges.every(({ node }) => node.status === 'ACTIVE')).toBe(true);
  });

  it('goes on answering while a process is dead, and takes it back', async () => {
    const before = await system.pids();
    await system.kill('worker');
    expect(await system.pids()).not.toHaveProperty('worker');
    await expect(system.graphql<Projects>(PROJECTS, {}, { as: 'admin' })).resolves.toBeDefined();
    await system.restart('worker');
    const after = await system.pids();
    expect(after.worker).not.toBe(before.worker);
  });

  it('tells nothing to whoever is not signed in', async () => {
    const { data, errors } = await system.attempt<Projects>(PROJECTS);
    expect(data?.projects ?? null).toBeNull();
    expect(errors.map((error) => error.extensions?.code)).not.toHaveLength(0);
  });

  it('leaves no process behind when it stops', async () => {
    const instances = readdirSync(join(system.stateDir, 'instances'));
    const pids = Object.values(await system.pids());
    expect(instances.length).toBeGreaterThan(0);
    await system.stop();
    const commandLines = runningCommandLines();
    expect(pids.filter((pid) => isOurs(commandLines.get(pid), system.stateDir))).toEqual([]);
    expect([...commandLines.values()].filter((line) => instances.some((id) => line.includes(id)))).toEqual([]);
  });
});

function isOurs(line: string | undefined, stateDir: string): boolean {
  return line?.includes(stateDir) ?? false;
}

/** Linux only; elsewhere nothing is found, and the supervisor's own tests stand alone. */
function runningCommandLines(): Map<number, string> {
  if (!existsSync('/proc/self/cmdline')) return new Map();
  const lineOf = (pid: string): string => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return '';
    }
  };
  return new Map(readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((pid) => [Number(pid), lineOf(pid)]));
}
