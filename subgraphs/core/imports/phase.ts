import type { Attributes } from '../attributes';
import type { Registrar } from '../beneficiaries';
import type { CoreDatabase, CoreTransaction } from '../database';
import type { DocumentStore } from '../documents';
import type { ProtectedData } from '../protected-data';
import type { BatchRow, ImportRepository } from './import.repository';

/** Enrols people in the project of an import, in the transaction in which they are registered. */
export type Enrol = (tx: CoreTransaction, by: { actorId: string | null; organizationId: string }, projectId: string, beneficiaryIds: readonly string[]) => Promise<void>;

export interface PhaseDeps {
  database: CoreDatabase;
  repository: ImportRepository;
  documents: Pick<DocumentStore, 'read'>;
  protectedData: ProtectedData;
  registrar: Registrar;
  attributes: Pick<Attributes, 'checker'>;
  enrol: Enrol;
  /** Source rows of one transaction. */
  chunk: number;
}

/** Another run has taken over, or somebody has decided otherwise: this one has nothing more to do. */
export class Overtaken extends Error {}

/** Moves the cursor of a batch within a transaction. @throws Overtaken when it is not where this run has left it. */
export async function advance(tx: CoreTransaction, batch: BatchRow, cursor: { from: number; to: number }): Promise<void> {
  const moved = await tx.models.importBatch.updateMany({ where: { id: batch.id, status: batch.status, generation: batch.generation, cursor: cursor.from }, data: { cursor: cursor.to } });
  if (moved.count === 0) throw new Overtaken();
}

/** Moves a batch on to its next status. @throws Overtaken as {@link advance}. */
export async function moveOn(tx: CoreTransaction, batch: BatchRow, change: Parameters<CoreTransaction['models']['importBatch']['updateMany']>[0]['data']): Promise<void> {
  const moved = await tx.models.importBatch.updateMany({ where: { id: batch.id, status: batch.status, generation: batch.generation }, data: change });
  if (moved.count === 0) throw new Overtaken();
}
