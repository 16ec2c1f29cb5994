import { z } from 'zod';
import type { EventEnvelope } from '#kernel/events';
import type { CoreTransaction } from '../database';
import { tell } from './news';
import type { ProjectRepository } from './project.repository';

/** Published by the chain room. Addresses are EIP-55. */
const deployedSchema = z.object({ projectId: z.uuid(), chainId: z.coerce.string(), address: z.string().regex(/^0x[0-9a-fA-F]{40}$/) });

/** Notes the address of a project's contract, which joins its on-chain fields to the graph. */
export async function recordContract(tx: CoreTransaction, repository: ProjectRepository, event: EventEnvelope): Promise<void> {
  const { projectId, address, chainId } = deployedSchema.parse(event.payload);
  const row = await repository.lock(tx, projectId);
  if (!row || row.contractAddress === address) return;
  const changed = await repository.update(tx, projectId, { contractAddress: address });
  await tell(tx, 'updated', changed, { actorId: null, payload: { contractAddress: address, chainId } });
}
