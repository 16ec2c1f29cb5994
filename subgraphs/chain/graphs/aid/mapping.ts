import type { LogDescription } from 'ethers';
import { aidProjectInterface, factoryInterface, fromBytes16 } from '../../contracts';
import type { EntityData, EntityWriter } from '../../indexing';
import type { Block, Log } from '../../rpc';

/** Change it whenever the rows that follow from the same events change: the graph is then indexed anew. */
export const MAPPING_VERSION = 1;

/** One event of a project that the factory created. */
interface ProjectEvent {
  event: LogDescription;
  log: Log;
  block: Block;
  project: EntityData;
  entities: EntityWriter;
}

const PROJECT_HANDLERS: Readonly<Record<string, (event: ProjectEvent) => void>> = {
  BudgetSet: ({ event, project, log, entities }) => entities.set('AidProject', log.address, { ...project, budgetMinor: digits(event.args.budgetMinor) }),
  Paused: ({ project, log, entities }) => entities.set('AidProject', log.address, { ...project, paused: true }),
  Unpaused: ({ project, log, entities }) => entities.set('AidProject', log.address, { ...project, paused: false }),
  Funded: recordFunding,
};

/** First topics of the events that make the graph. */
export const topics: readonly string[] = [topicOf(factoryInterface, 'ProjectCreated'), ...Object.keys(PROJECT_HANDLERS).map((name) => topicOf(aidProjectInterface, name))];

/** Handles events of one factory and of the projects it created; others may emit what looks alike and are passed over. */
export function createMapping(factory: string): (log: Log, block: Block, entities: EntityWriter) => Promise<void> {
  const trusted = factory.toLowerCase();
  return async (log, block, entities) => {
    if (log.address === trusted) return createProject(log, block, entities);
    const project = await entities.get('AidProject', log.address);
    const event = project && aidProjectInterface.parseLog(log);
    if (project && event) PROJECT_HANDLERS[event.name]?.({ event, log, block, project, entities });
  };
}

function createProject(log: Log, block: Block, entities: EntityWriter): void {
  const event = factoryInterface.parseLog(log);
  if (event?.name !== 'ProjectCreated') return;
  const id = String(event.args.project).toLowerCase();
  entities.set('AidProject', id, {
    id,
    projectId: fromBytes16(String(event.args.projectId)),
    budgetMinor: digits(event.args.budgetMinor),
    fundedMinor: '0',
    fundingCount: 0,
    paused: false,
    createdAtBlock: block.number,
    createdAt: String(block.timestamp),
    createdInTransaction: log.transactionHash,
  });
}

function recordFunding({ event, log, block, project, entities }: ProjectEvent): void {
  const totalMinor = digits(event.args.fundedMinor);
  const id = `${log.transactionHash}-${log.logIndex}`;
  entities.set('AidProject', log.address, { ...project, fundedMinor: totalMinor, fundingCount: Number(project.fundingCount) + 1 });
  entities.set('Funding', id, {
    id,
    project: log.address,
    ref: String(event.args.ref),
    amountMinor: digits(event.args.amountMinor),
    totalMinor,
    blockNumber: block.number,
    timestamp: String(block.timestamp),
    transaction: log.transactionHash,
  });
}

function digits(value: unknown): string {
  return BigInt(value as bigint).toString();
}

function topicOf(abi: typeof factoryInterface, event: string): string {
  const fragment = abi.getEvent(event);
  if (!fragment) throw new Error(`The contract has no event ${event}.`);
  return fragment.topicHash;
}
