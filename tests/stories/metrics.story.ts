import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { liveProject, registerTypes } from '../kit/projects';
import { useSystem } from '../kit/system';

const OPS = join(__dirname, '../../ops');
const there = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const [hasPromtool, hasPrometheus] = [there('promtool'), there('prometheus')];
if (!hasPromtool || !hasPrometheus) console.warn('SKIPPED: the rules and dashboards are tested with promtool and prometheus only (Debian package prometheus).');

(hasPromtool ? test : test.skip)('the configuration of Prometheus is valid, and alerts fire when they should and only then', () => {
  expect(execFileSync('promtool', ['check', 'config', '--syntax-only', join(OPS, 'prometheus/prometheus.yml')], { encoding: 'utf8' })).toContain('SUCCESS');
  expect(execFileSync('promtool', ['check', 'rules', join(OPS, 'prometheus/rules.yml')], { encoding: 'utf8' })).toContain('SUCCESS');
  expect(execFileSync('promtool', ['test', 'rules', join(OPS, 'prometheus/rules.test.yml')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })).toContain('SUCCESS');
});

(hasPrometheus ? describe : describe.skip)('a real Prometheus that scrapes a whole system', () => {
  const system = useSystem({ chain: true });
  let prometheus: ChildProcess;
  let folder: string;
  let url: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rahat-prometheus-'));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    writeFileSync(join(folder, 'prometheus.yml'), configuration());
    writeFileSync(join(folder, 'rules.yml'), readFileSync(join(OPS, 'prometheus/rules.yml'), 'utf8'));
    prometheus = spawn('prometheus', [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
    await registerTypes(system(), 'tally:1.0.0');
    await liveProject(system(), { name: 'Measured' });
    const until = Date.now() + 60_000;
    // Rates need several samples of what is counted while they are taken.
    for (let asked = 0; asked < 20 || (await empty()).length > 0; asked += 1) {
      await system().graphql('{ projects { edges { node { name } } } }', {}, { as: 'admin' });
      await sleep(500);
      if (Date.now() > until) break;
    }
  }, 150_000);
  afterAll(() => {
    prometheus.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  function configuration(): string {
    const job = (name: string, target: string | null | undefined): string => {
      if (!target) throw new Error(`The process ${name} is not there.`);
      const { host, protocol } = new URL(target);
      const tls = protocol === 'https:' ? `\n    scheme: https\n    tls_config: { ca_file: ${join(system().stateDir, 'tls/ca.pem')}, server_name: localhost }` : '';
      return `  - job_name: ${name}${tls}\n    static_configs: [{ targets: ['${host}'] }]`;
    };
    const { gateway, core, worker, chain } = system().urls;
    return `global: { scrape_interval: 1s, evaluation_interval: 1s }\nrule_files: [rules.yml]\nscrape_configs:\n${[job('gateway', gateway), job('core', core), job('worker', worker), job('chain', chain)].join('\n')}\n`;
  }

  const panels = readdirSync(join(OPS, 'grafana')).flatMap((file) => {
    const board = JSON.parse(readFileSync(join(OPS, 'grafana', file), 'utf8')) as { title: string; panels: Array<{ title: string; targets: Array<{ expr: string }> }> };
    return board.panels.map(({ title, targets }) => ({ panel: `${board.title}: ${title}`, expr: targets[0]?.expr ?? '' }));
  });

  async function found(expr: string): Promise<Array<{ metric: Record<string, string>; value: [number, string] }>> {
    const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expr)}`).catch(() => null);
    const answer = response?.ok ? ((await response.json()) as { data: { result: Array<{ metric: Record<string, string>; value: [number, string] }> } }) : null;
    return answer?.data.result ?? [];
  }

  async function empty(): Promise<string[]> {
    const results = await Promise.all(panels.map(async ({ panel, expr }) => ({ panel, found: (await found(expr)).length })));
    return results.filter((one) => one.found === 0).map(({ panel }) => panel);
  }

  test('each process answers it', async () => {
    expect((await found('up')).map(({ metric, value }) => `${metric.job} ${value[1]}`).sort()).toEqual(['chain 1', 'core 1', 'gateway 1', 'worker 1']);
  });

  test('every panel of every dashboard shows something', async () => {
    expect(panels.length).toBeGreaterThan(20);
    expect(await empty()).toEqual([]);
  });

  test('every rule can be worked out, and in a healthy system no alert is firing', async () => {
    const { data } = (await (await fetch(`${url}/api/v1/rules`)).json()) as { data: { groups: Array<{ rules: Array<{ name: string; health: string; state?: string; query: string }> }> } };
    const rules = data.groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(10);
    expect(rules.filter(({ health }) => health !== 'ok').map(({ name }) => name)).toEqual([]);
    expect(rules.filter(({ state }) => state === 'firing').map(({ name }) => name)).toEqual([]);
    const known = new Set(((await (await fetch(`${url}/api/v1/label/__name__/values`)).json()) as { data: string[] }).data);
    const asked = rules.flatMap(({ query }) => query.match(/\b(rahat|gateway|nodejs|process)_[a-z_]+\b/g) ?? []);
    expect([...new Set(asked)].filter((name) => !known.has(name))).toEqual([]);
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
