import { randomUUID } from 'node:crypto';
import { changeProject, liveProject, pause, registerTypes, untilProject } from '../kit/projects';
import { useSystem, type TestSystem } from '../kit/system';
import { servicePids } from '../kit/services';

const STEADY = 5;
const CHURN = 20;
const AT_ONCE = 2;
const WORKERS = 24;
const ANSWERS = 10_000;
const RATE = 100;

const system = useSystem();
const asAdmin = { as: 'admin' };

interface Steady {
  id: string;
  name: string;
  count: number;
}

/** Asks all the time, judges every answer by values that name its project, and counts the answers of each second. */
class Load {
  readonly wrong: string[] = [];
  readonly seconds = new Map<number, number>();
  answers = 0;
  private stopped = false;
  private readonly workers: Array<Promise<void>>;

  constructor(
    private readonly target: TestSystem,
    private readonly projects: readonly Steady[],
  ) {
    this.workers = Array.from({ length: WORKERS }, (_, worker) => this.work(worker));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.workers);
  }

  /** The slowest whole second: the first and the last are cut. */
  slowestSecond(): number {
    return Math.min(...[...this.seconds.values()].slice(1, -1));
  }

  private async work(worker: number): Promise<void> {
    for (let turn = worker; !this.stopped; turn += 1) {
      const [a, b] = [this.pick(turn), this.pick(turn + 1)];
      const answer = await this.target
        .attempt<Record<string, { name: string; tally: { count: number } | null } | null>>(
          'query ($a: ID!, $b: ID!) { a: project(id: $a) { name tally { count } } b: project(id: $b) { name tally { count } } }',
          { a: a.id, b: b.id },
          asAdmin,
        )
        .catch((error: unknown) => ({ data: null, errors: [{ message: String(error) }] }));
      this.judge(a, b, answer);
    }
  }

  private judge(a: Steady, b: Steady, answer: { data: Record<string, { name: string; tally: { count: number } | null } | null> | null; errors?: unknown[] }): void {
    const second = Math.floor(Date.now() / 1000);
    this.seconds.set(second, (this.seconds.get(second) ?? 0) + 1);
    this.answers += 1;
    const right = [['a', a] as const, ['b', b] as const].every(([alias, expected]) => {
      const seen = answer.data?.[alias];
      return seen?.name === expected.name && seen.tally?.count === expected.count;
    });
    if (!right || (answer.errors?.length ?? 0) > 0) this.wrong.push(JSON.stringify(answer).slice(0, 500));
  }

  private pick(turn: number): Steady {
    const found = this.projects[turn % this.projects.length];
    if (!found) throw new Error('There is nothing to ask.');
    return found;
  }
}

async function steady(index: number): Promise<Steady> {
  const [name, count] = [`Steady ${index}`, 100 + index];
  const id = await liveProject(system(), { name, version: '1.0.0' });
  await system().graphql('mutation ($id: ID!, $by: Int!, $key: String!) { tallyAdd(projectId: $id, by: $by, idempotencyKey: $key) }', { id, by: count, key: randomUUID() }, asAdmin);
  return { id, name, count };
}

async function churn(index: number): Promise<void> {
  const id = await liveProject(system(), { name: `Churn ${index}`, version: '1.0.0' });
  await changeProject(system(), 'upgradeProject', id, { version: '2.0.0' });
  await untilProject(system(), id, (project) => project.deployment?.status === 'LIVE' && project.deployment.liveGeneration === 2);
  const { project } = await system().graphql('query ($id: ID!) { project(id: $id) { tally { unit } } }', { id }, asAdmin);
  expect(project).toEqual({ tally: { unit: 'pieces' } });
  await changeProject(system(), 'closeProject', id);
  await untilProject(system(), id, ({ status }) => status === 'CLOSED');
}

test('no answer fails or is wrong while twenty projects are created, upgraded and closed', async () => {
  await registerTypes(system(), 'tally:1.0.0', 'tally:2.0.0');
  const projects: Steady[] = [];
  for (let index = 0; index < STEADY; index += 1) projects.push(await steady(index));
  const load = new Load(system(), projects);
  const waiting = Array.from({ length: CHURN }, (_, index) => index);
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) await churn(index);
    }),
  );
  while (load.answers < ANSWERS) await pause(100);
  await load.stop();
  process.stderr.write(`${load.answers} answers, slowest second ${load.slowestSecond()}, over ${load.seconds.size} s\n`);
  expect(load.wrong.slice(0, 3)).toEqual([]);
  expect(load.answers).toBeGreaterThanOrEqual(ANSWERS);
  expect(load.slowestSecond()).toBeGreaterThanOrEqual(RATE);
  expect(servicePids(system()).size).toBe(STEADY);
}, 600_000);
