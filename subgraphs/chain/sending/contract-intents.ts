import type { SqlTransaction } from '#kernel/db';
import type { SignedTransaction } from './signed-transaction';

/** The wish that a project has a contract. */
export interface ContractIntent {
  projectId: string;
  /** Digits. */
  budgetMinor: string;
  state: 'QUEUED' | 'SENT' | 'DEPLOYED';
  /** Set while a transaction is on its way. */
  transactionHash: string | null;
  rawTransaction: string | null;
  /** The chain to which it was sent. */
  genesisHash: string | null;
  due: boolean;
}

const COLUMNS = `project_id AS "projectId", budget_minor::text AS "budgetMinor", state, transaction_hash AS "transactionHash",
  raw_transaction AS "rawTransaction", genesis_hash AS "genesisHash", due_at <= now() AS due`;
const LONGEST_PAUSE_SECONDS = 300;

/** Wishes for a contract; a project has one wish, however often it is told. */
export async function queueContract(tx: SqlTransaction, project: { projectId: string; budgetMinor: string }): Promise<void> {
  await tx.execute('INSERT INTO contract_intent (project_id, budget_minor) VALUES ($1::uuid, $2::numeric) ON CONFLICT DO NOTHING', [project.projectId, project.budgetMinor]);
}

/**
 * The intent to work on: what is on its way comes before what waits, and what was done on another chain (a development chain that
 * was reset) is to be done again. Null when there is nothing to do now.
 */
export async function nextIntent(tx: SqlTransaction, genesisHash: string): Promise<ContractIntent | null> {
  const [intent] = await tx.query<ContractIntent>(
    `SELECT ${COLUMNS} FROM contract_intent
     WHERE (state = 'SENT' AND genesis_hash = $1) OR (state = 'QUEUED' AND due_at <= now()) OR (state <> 'QUEUED' AND genesis_hash <> $1 AND due_at <= now())
     ORDER BY (state = 'SENT' AND genesis_hash = $1) DESC, created_at, project_id LIMIT 1`,
    [genesisHash],
  );
  // One transaction at a time: while one is on its way and need not be looked at, nothing else is.
  return intent?.state === 'SENT' && intent.genesisHash === genesisHash && !intent.due ? null : (intent ?? null);
}

/** Notes a transaction before it is broadcast, so that it can be found and broadcast again whatever happens. */
export async function markSent(tx: SqlTransaction, projectId: string, sent: SignedTransaction & { genesisHash: string }): Promise<void> {
  await tx.execute(
    `UPDATE contract_intent SET state = 'SENT', transaction_hash = $2, raw_transaction = $3, genesis_hash = $4, due_at = now() WHERE project_id = $1::uuid`,
    [projectId, sent.hash, sent.raw, sent.genesisHash],
  );
}

/** Looks again in so many milliseconds. */
export async function lookAgain(tx: SqlTransaction, projectId: string, milliseconds: number): Promise<void> {
  await tx.execute(`UPDATE contract_intent SET due_at = now() + $2 * interval '1 millisecond' WHERE project_id = $1::uuid`, [projectId, milliseconds]);
}

/** Begins again later, each time after a longer pause. */
export async function requeue(tx: SqlTransaction, projectId: string, reason: string): Promise<void> {
  await tx.execute(
    `UPDATE contract_intent SET state = 'QUEUED', transaction_hash = NULL, raw_transaction = NULL, attempts = attempts + 1, last_error = $2,
       due_at = now() + LEAST(power(2, LEAST(attempts, 20)), ${LONGEST_PAUSE_SECONDS}) * interval '1 second'
     WHERE project_id = $1::uuid`,
    [projectId, reason.slice(0, 500)],
  );
}

export async function markDeployed(tx: SqlTransaction, projectId: string, contract: { address: string; blockNumber: number; transactionHash: string; genesisHash: string }): Promise<void> {
  await tx.execute(
    `UPDATE contract_intent SET state = 'DEPLOYED', address = $2, block_number = $3, transaction_hash = $4, genesis_hash = $5, raw_transaction = NULL, last_error = NULL
     WHERE project_id = $1::uuid`,
    [projectId, contract.address, contract.blockNumber, contract.transactionHash, contract.genesisHash],
  );
}

/** The contract that came on chain last. Null when there is none. */
export async function newestContract(tx: SqlTransaction): Promise<{ projectId: string; address: string } | null> {
  const [row] = await tx.query<{ projectId: string; address: string }>(
    `SELECT project_id AS "projectId", address FROM contract_intent WHERE state = 'DEPLOYED' ORDER BY block_number DESC, created_at DESC LIMIT 1`,
    [],
  );
  return row ?? null;
}

/** How many wishes are not fulfilled yet. */
export async function countOpen(tx: SqlTransaction): Promise<number> {
  const [row] = await tx.query<{ open: number }>(`SELECT count(*)::int AS open FROM contract_intent WHERE state <> 'DEPLOYED'`, []);
  return row?.open ?? 0;
}
