import { seeProject, pause, type SeenProject } from '../../tests/kit/projects';
import type { TestSystem } from '../../tests/kit/system';
import { watchOthers } from '../machine-load';
import { createRfvProject } from '../rfv-project';

const POLL_MS = 20;
const DEADLINE_MS = 60_000;
const LAST_STEP = 'ACTIVATE';

/** One project that went live. Times in milliseconds. */
export interface WentLive {
  id: string;
  voucherValueMinor: number;
  /** From sending `createProject` to the first right answer of its service through the gateway. */
  totalMs: number;
  /** How long each step of its deployment took, by name; before and after them what lies between request, steps and answer. */
  phases: ReadonlyMap<string, number>;
  /** Cores that others on the machine kept busy meanwhile. */
  othersCores: number | null;
}

/** Creates a project and asks for what only its service knows until the answer is right. */
export async function goLive(system: TestSystem, voucherValueMinor: number): Promise<WentLive> {
  const load = watchOthers();
  const sentAt = Date.now();
  const sent = performance.now();
  const id = await createRfvProject(system, voucherValueMinor);
  for (let next = performance.now(); !(await answersRight(system, id, voucherValueMinor)); ) {
    if (performance.now() - sent > DEADLINE_MS) throw new Error(`The project is not live after ${DEADLINE_MS / 1000} s: ${JSON.stringify(await seeProject(system, id))}`);
    next += POLL_MS;
    await pause(Math.max(0, next - performance.now()));
  }
  const totalMs = performance.now() - sent;
  const othersCores = load.othersCores();
  const steps = await finishedSteps(system, id);
  return { id, voucherValueMinor, totalMs, phases: phasesOf(steps, sentAt, sentAt + totalMs), othersCores };
}

/** Whether the project's own service answers through the gateway, with the value that was asked for. */
export async function answersRight(system: TestSystem, id: string, voucherValueMinor: number): Promise<boolean> {
  const { data, errors } = await system.attempt<{ project: { rfv: { voucherValueMinor: string } | null } | null }>(
    'query ($id: ID!) { project(id: $id) { rfv { voucherValueMinor } } }',
    { id },
    { as: 'admin' },
  );
  return errors.length === 0 && data?.project?.rfv?.voucherValueMinor === String(voucherValueMinor);
}

type Steps = NonNullable<SeenProject['deployment']>['steps'];

// The first right answer may come before the last step has ended: the service is asked as soon as the gateway knows it.
async function finishedSteps(system: TestSystem, id: string): Promise<Steps> {
  for (;;) {
    const steps = (await seeProject(system, id))?.deployment?.steps ?? [];
    if (steps.some(({ name, finishedAt }) => name === LAST_STEP && finishedAt !== null)) return steps;
    await pause(POLL_MS);
  }
}

function phasesOf(steps: Steps, sentAt: number, answeredAt: number): Map<string, number> {
  const phases = new Map<string, number>();
  const began = Math.min(...steps.map(({ startedAt }) => Date.parse(startedAt)));
  phases.set('request to first step', began - sentAt);
  for (const { name, startedAt, finishedAt } of steps) phases.set(name, Date.parse(finishedAt ?? startedAt) - Date.parse(startedAt));
  const attached = steps.find(({ name }) => name === 'ATTACH')?.finishedAt;
  if (attached) phases.set('end of ATTACH to right answer', answeredAt - Date.parse(attached));
  return phases;
}
