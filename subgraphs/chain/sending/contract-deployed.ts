import { z } from 'zod';
import type { SqlTransaction } from '#kernel/db';
import { appendAudit, appendEvent, defineEvent } from '#kernel/events';

/** Where the contract of a project is. Address is EIP-55. */
export const contractDeployed = defineEvent({
  name: 'chain.contract-deployed',
  version: 1,
  payload: z.object({ projectId: z.uuid(), chainId: z.string(), address: z.string(), transactionHash: z.string(), blockNumber: z.number().int() }),
  sentence: 'The contract of a project is on chain.',
});

/** Writes the event and the audit entry of a contract that was found on chain. */
export async function tellDeployed(tx: SqlTransaction, contract: z.infer<typeof contractDeployed.payload>): Promise<void> {
  const { projectId, ...place } = contract;
  await appendAudit(tx, { actorId: null, action: contractDeployed.name, entityType: 'Project', entityId: projectId, organizationId: null, projectId, payload: place });
  await appendEvent(tx, { definition: contractDeployed, projectId, aggregateType: 'Project', aggregateId: projectId, payload: contract });
}
