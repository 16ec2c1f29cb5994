import { startSystem } from '../../tests/kit/system';
import { watchOthers } from '../machine-load';
import { say } from '../progress';
import type { Report } from '../report';
import { IMAGES, registerRfv } from '../rfv-project';
import { measureFootprint } from './footprint';
import { answersRight, goLive, type WentLive } from './go-live';
import { reportOf } from './findings';

const FIRST_VALUE = 100_000;

/** How long a new project takes until its service answers, while those before it keep running; and what they all hold then. */
export async function measureGoingLive(root: string, projects: number): Promise<Report> {
  say('going live: starting a system');
  const system = await startSystem({ images: IMAGES, chain: true });
  try {
    await registerRfv(system, root);
    const load = watchOthers();
    const samples: WentLive[] = [];
    for (let index = 0; index < projects; index += 1) {
      const sample = await goLive(system, FIRST_VALUE + index);
      samples.push(sample);
      say(`going live: ${index + 1} of ${projects} after ${Math.round(sample.totalMs)} ms`);
    }
    const othersCores = load.othersCores();
    const right = await Promise.all(samples.map(({ id, voucherValueMinor }) => answersRight(system, id, voucherValueMinor)));
    const footprint = await measureFootprint(system, samples.map(({ id }) => id));
    return reportOf({ samples, footprint, othersCores, stillRight: right.filter(Boolean).length, chain: 'chain' in (await system.pids()) });
  } finally {
    await system.stop();
  }
}
