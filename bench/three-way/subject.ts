import { seeProject, pause } from '../../tests/kit/projects';
import type { TestSystem } from '../../tests/kit/system';
import { answersRight } from '../going-live/go-live';
import { createRfvProject } from '../rfv-project';

/** The project that is asked for. */
export interface Subject {
  id: string;
  /** Null when there is no chain in the system. */
  contractAddress: string | null;
}

const VOUCHER_VALUE = 500_000;
const DEADLINE_MS = 60_000;
const BETWEEN_LOOKS_MS = 100;

/** Brings a project up and waits until everything that is asked for is there. */
export async function createSubject(system: TestSystem, withChain: boolean): Promise<Subject> {
  const id = await createRfvProject(system, VOUCHER_VALUE);
  await until(() => answersRight(system, id, VOUCHER_VALUE), async () => JSON.stringify(await seeProject(system, id)));
  let contractAddress: string | null = null;
  if (withChain) {
    await until(
      async () => (contractAddress = await indexedContract(system, id)) !== null,
      async () => 'its contract is not on chain',
    );
  }
  return { id, contractAddress };
}

async function indexedContract(system: TestSystem, id: string): Promise<string | null> {
  const { data } = await system.attempt<{ project: { contractAddress: string | null; onChain: { projectId: string } | null } | null }>(
    'query ($id: ID!) { project(id: $id) { contractAddress onChain { projectId } } }',
    { id },
    { as: 'admin' },
  );
  return data?.project?.onChain?.projectId === id ? data.project.contractAddress : null;
}

async function until(holds: () => Promise<boolean>, explain: () => Promise<string>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`The project that is to be asked for did not come up: ${await explain()}`);
    await pause(BETWEEN_LOOKS_MS);
  }
}
