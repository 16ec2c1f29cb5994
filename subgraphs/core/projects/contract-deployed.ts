import { z } from 'zod';
import { defineEvent, type EventEnvelope } from '#kernel/events';
import type { CoreTransaction } from '../database';
import { tell } from './news';
import type { ProjectRepository } from './project.repository';

/** Published by the chain room. Addresses are EIP-55. */
export const contractDeployed = defineEvent({
  name: 'chain.contract-deployed',
  version: 1,
  payload: z.object({ projectId: z.uuid(), chainId: z.coerce.string(), address: z.string().regex(/^0x[0-9a-fA-F]{40}$/) }).loose(),
  sentence: 'The contract of a project is on chain.',
});

/** Notes the address of a project's contract, which joins its on-chain fields to the graph. */
export async function recordContract(tx: CoreTransaction, repository: ProjectRepository, event: EventEnvelope): Promise<void> {
  const { projectId, address, chainId } = contractDeployed.payload.parse(event.payload);
  const row = await repository.lock(tx, projectId);
  if (!row || row.contractAddress === address) return;
  const changed = await repository.update(tx, projectId, { contractAddress: address });
  await tell(tx, 'updated', changed, { actorId: null, payload: { contractAddress: address, chainId } });
}
