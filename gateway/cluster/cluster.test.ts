import { join } from 'node:path';
import { eventually } from '../testing/world';
import { runProgram, useBundle, type Program } from './testing/program';

interface Answer {
  number: number;
  pid: number;
  id: string;
}

const WORKERS = 3;
const bundle = useBundle(join(__dirname, 'testing/small-gateway.ts'));
const programs: Program[] = [];

function run(...args: string[]): Program {
  const program = runProgram(bundle(), args);
  programs.push(program);
  return program;
}

const listening = ({ lines }: Program): number => lines.filter(({ msg }) => msg === 'listens').length;
const urlOf = ({ lines }: Program): string => `http://127.0.0.1:${lines.find(({ port }) => port !== undefined)?.port ?? 0}`;
const pidOf = (program: Program, worker: number): number => program.pids().get(worker) ?? 0;
// Each on a connection of its own, so that they spread over the workers.
const get = (program: Program, path = '/'): Promise<Response> => fetch(urlOf(program) + path, { headers: { connection: 'close' }, signal: AbortSignal.timeout(5000) });
const ask = async (program: Program): Promise<Answer> => (await (await get(program)).json()) as Answer;
const askMany = (program: Program, times = 12): Promise<Answer[]> => Promise.all(Array.from({ length: times }, () => ask(program)));

async function serving(): Promise<Program> {
  const program = run(String(WORKERS));
  await eventually(() => listening(program) === WORKERS);
  return program;
}

afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.destroy()));
});

describe('a gateway of several workers', () => {
  it('answers on one port from all of them, each known to core by a name of its own', async () => {
    const program = await serving();
    const names = new Set<string>();
    await eventually(async () => names.add((await ask(program)).id).size === WORKERS);
    expect([...names].sort()).toEqual(['g-1', 'g-2', 'g-3']);
    expect(new Set(program.lines.flatMap(({ port }) => port ?? [])).size).toBe(1);
  });

  it('replaces a worker that is killed, under the same name, and goes on answering meanwhile', async () => {
    const program = await serving();
    const killed = pidOf(program, 2);
    process.kill(killed, 'SIGKILL');
    await eventually(() => program.lines.some(({ msg }) => msg === 'a worker ended, another takes its place'));
    expect(await askMany(program)).toHaveLength(12);
    await eventually(() => listening(program) === WORKERS + 1);
    let successor: Answer | undefined;
    await eventually(async () => (successor = (await askMany(program)).find(({ number }) => number === 2)) !== undefined);
    expect(successor).toEqual({ number: 2, id: 'g-2', pid: pidOf(program, 2) });
    expect(successor?.pid).not.toBe(killed);
    expect(await (await get(program, '/metrics')).text()).toContain('gateway_worker_restarts_total{worker="primary"} 1');
  });

  it('answers a scrape with the metrics of all workers, whichever is asked', async () => {
    const program = await serving();
    const answers = await askMany(program, 10);
    const countsOf = (text: string): unknown[] => [...text.matchAll(/^answers_total\{worker="(\d)"\} (\d+)$/gm)].map(([, worker, count]) => [Number(worker), Number(count)]).sort();
    const expected = [1, 2, 3].map((worker) => [worker, answers.filter(({ number }) => number === worker).length]);
    for (let scrape = 0; scrape < WORKERS; scrape++) expect(countsOf(await (await get(program, '/metrics')).text())).toEqual(expected);
  });

  it('lets its workers swap in turn, and gives on the turn of one that is killed in it', async () => {
    const program = await serving();
    const steps = (): string[] => program.lines.flatMap(({ msg, worker }) => (msg === 'in' || msg === 'out' ? [`${msg} ${worker}`] : []));
    for (const pid of program.pids().values()) process.kill(pid, 'SIGUSR2');
    await eventually(() => steps().length === 2 * WORKERS);
    steps().forEach((step, index, all) => expect(step).toBe(index % 2 === 0 ? `in ${step.slice(3)}` : all[index - 1]?.replace('in', 'out')));

    const before = steps().length;
    process.kill(pidOf(program, 1), 'SIGHUP');
    await eventually(() => steps().length > before);
    process.kill(pidOf(program, 2), 'SIGUSR2');
    process.kill(pidOf(program, 1), 'SIGKILL');
    await eventually(() => steps().length === before + 3);
    expect(steps().slice(before)).toEqual(['in 1', 'in 2', 'out 2']);
  });

  it('finishes what is under way when it is told to stop, and leaves no process', async () => {
    const program = await serving();
    const slow = Array.from({ length: 6 }, async () => (await get(program, '/slow')).status);
    await eventually(() => program.lines.filter(({ msg }) => msg === 'under way').length === slow.length);
    program.process.kill('SIGTERM');
    expect(await Promise.all(slow)).toEqual(slow.map(() => 200));
    expect(await program.ended).toBe(0);
  });

  it('leaves no worker behind when it is killed', async () => {
    const program = await serving();
    program.process.kill('SIGKILL');
    expect(await program.ended).toBe('SIGKILL');
  });

  it('ends when its workers cannot start', async () => {
    const program = run(String(WORKERS), 'fails');
    expect(await program.ended).toBe(1);
    expect(program.lines.filter(({ msg }) => msg === 'a worker starts')).toHaveLength(WORKERS);
  });
});
