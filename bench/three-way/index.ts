import { startSystem, type TestSystem } from '../../tests/kit/system';
import { say } from '../progress';
import type { Report } from '../report';
import { IMAGES, registerRfv } from '../rfv-project';
import { compare, type Comparison } from './compare';
import { reportOf } from './findings';
import { coreAndService, coreServiceAndChain } from './question';
import { createSubject } from './subject';

const ASKERS = [1, 10, 50];

/** What the gateway costs: the same data through it and past it, in one run. */
export async function measureThreeWay(root: string, seconds: number): Promise<Report> {
  say('three-way: starting a system');
  const system = await startSystem({ images: IMAGES, chain: true });
  try {
    await registerRfv(system, root);
    const withChain = 'chain' in (await system.pids());
    return reportOf(await compareAll(system, withChain, seconds), seconds, withChain);
  } finally {
    await system.stop();
  }
}

async function compareAll(system: TestSystem, withChain: boolean, seconds: number): Promise<Comparison[]> {
  const subject = await createSubject(system, withChain);
  const comparisons: Comparison[] = [];
  for (const question of [coreAndService, ...(withChain ? [coreServiceAndChain] : [])]) {
    for (const askers of ASKERS) comparisons.push(await compare(system, question, subject, askers, seconds));
  }
  return comparisons;
}
