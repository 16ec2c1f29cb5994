import { startSystem, type TestSystem } from '../../tests/kit/system';
import { watchOthers } from '../machine-load';
import { say } from '../progress';
import type { Report } from '../report';
import { IMAGES, registerRfv } from '../rfv-project';
import { compare, type Comparison } from './compare';
import { reportOf } from './findings';
import { coreAndService, coreServiceAndChain } from './question';
import { createSubject, type Subject } from './subject';

const ASKERS = [1, 10, 50];

/** What the gateway costs: the same data through it and past it, in one run. */
export async function measureThreeWay(root: string, seconds: number): Promise<Report> {
  say('three-way: starting a system');
  const system = await startSystem({ images: IMAGES, chain: true });
  try {
    await registerRfv(system, root);
    const withChain = 'chain' in (await system.pids());
    const subject = await createSubject(system, withChain);
    const load = watchOthers();
    const comparisons = await compareAll(system, subject, withChain, seconds);
    return reportOf({ comparisons, seconds, withChain, othersCores: load.othersCores() });
  } finally {
    await system.stop();
  }
}

async function compareAll(system: TestSystem, subject: Subject, withChain: boolean, seconds: number): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const question of [coreAndService, ...(withChain ? [coreServiceAndChain] : [])]) {
    for (const askers of ASKERS) comparisons.push(await compare(system, question, subject, askers, seconds));
  }
  return comparisons;
}
