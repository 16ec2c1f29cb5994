import type { Attributes } from '../attributes';
import type { Principal } from '#kernel/auth';
import { Amender, BeneficiaryAccess, Registrar } from '../beneficiaries';
import type { CoreDatabase, CoreTransaction } from '../database';
import type { DocumentStore } from '../documents';
import type { Terms } from '../enrollments';
import { HouseholdRepository, Placement } from '../households';
import type { ProtectedData } from '../protected-data';
import { ImportRepository, type BatchRow } from './import.repository';

/** Enrols people in the project of an import, in the transaction in which they are registered; some of them on terms of their own. */
export type Enrol = (tx: CoreTransaction, by: { actorId: string | null; organizationId: string }, projectId: string, beneficiaryIds: readonly string[], terms: ReadonlyMap<string, Partial<Terms>>) => Promise<void>;

/** What imports work with, as a process has it. */
export interface ImportWork {
  database: CoreDatabase;
  documents: Pick<DocumentStore, 'read'>;
  protectedData: ProtectedData;
  attributes: Pick<Attributes, 'checker'>;
  enrol: Enrol;
  /** What somebody may do now; null for who may do nothing any more. */
  principalOf(userId: string): Promise<Principal | null>;
  /** Source rows of one transaction. */
  chunk: number;
}

export interface PhaseDeps extends ImportWork {
  repository: ImportRepository;
  registrar: Registrar;
  amender: Amender;
  access: BeneficiaryAccess;
  placement: Placement;
}

export function phaseDeps(work: ImportWork): PhaseDeps {
  const { database, protectedData, attributes } = work;
  return {
    ...work,
    repository: new ImportRepository(database),
    registrar: new Registrar(protectedData, attributes),
    amender: new Amender(protectedData, attributes),
    access: new BeneficiaryAccess(database),
    placement: new Placement(new HouseholdRepository(database)),
  };
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
