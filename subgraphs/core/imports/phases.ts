import { transaction } from '../database';
import { commit } from './commit';
import { deduplicate } from './deduplicate';
import type { BatchRow } from './import.repository';
import { Overtaken, type PhaseDeps } from './phase';
import { read } from './read';
import { tell } from './tell';
import { validate } from './validate';

type Phase = (deps: PhaseDeps, batch: BatchRow) => Promise<void>;

/** What is done to a batch where it stands; each moves it on. Killed at any moment, a phase goes on where its last transaction ended. */
const PHASES: Partial<Record<BatchRow['status'], Phase>> = {
  RECEIVED: read,
  READING: read,
  VALIDATING: validate,
  DEDUPLICATING: deduplicate,
  COMMITTING: commit,
};

/** Does with a batch what there is to do, until somebody has to decide or it has ended. Faults of the file end it; all others are thrown, to be tried again. */
export async function runPhases(deps: PhaseDeps, batchId: string): Promise<void> {
  for (;;) {
    const batch = await deps.repository.find(batchId);
    const phase = batch && PHASES[batch.status];
    if (!batch || !phase) return;
    try {
      await phase(deps, batch);
    } catch (error) {
      if (error instanceof Overtaken) return;
      if (!isFaultOfFile(error)) throw error;
      await fail(deps, batch, error);
    }
  }
}

interface FaultOfFile extends Error {
  code: string;
  details: Record<string, unknown>;
}

function isFaultOfFile(error: unknown): error is FaultOfFile {
  return error instanceof Error && 'code' in error && ['FILE_UNREADABLE', 'BAD_USER_INPUT'].includes(String(error.code));
}

/** What was staged goes with it: nothing is left behind of a file that cannot be read to its end. */
async function fail(deps: PhaseDeps, batch: BatchRow, { code, message, details }: FaultOfFile): Promise<void> {
  await transaction(deps.database, async (tx) => {
    const open = await tx.models.importBatch.updateMany({
      where: { id: batch.id, status: batch.status, generation: batch.generation },
      data: { status: 'FAILED', failure: JSON.parse(JSON.stringify({ code, message, ...details })), endedAt: new Date() },
    });
    if (open.count === 0) return;
    await deps.repository.clearRows(tx, batch.id);
    await tell(tx, 'failed', batch, null, { code });
  });
}
