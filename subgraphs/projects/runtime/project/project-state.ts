import type { SqlTransaction } from '#kernel/db';
import { AppError, NotFoundError } from '#kernel/errors';
import { projectFactsSchema, type ProjectFacts } from './project-facts';

// Its row changes only when core has news, so readers and writers hardly ever wait for each other.
const SELECT = 'SELECT facts FROM project_state';
const CLOSED = new Set(['CLOSING', 'CLOSED', 'ARCHIVED']);

/** The facts of the project as this service knows them. */
export async function readProject(tx: SqlTransaction): Promise<ProjectFacts> {
  return only(await tx.query(SELECT, []));
}

/**
 * The facts of the project, for a change: they stay as they are until the transaction ends, so that nothing is changed after
 * a pause or against a budget that was just lowered.
 * @throws AppError PROJECT_PAUSED, PROJECT_CLOSED
 */
export async function lockProject(tx: SqlTransaction): Promise<ProjectFacts> {
  const facts = only(await tx.query(`${SELECT} FOR SHARE`, []));
  if (facts.status === 'PAUSED') throw new AppError('PROJECT_PAUSED', 'The project is paused: reading works, changes do not.');
  if (CLOSED.has(facts.status)) throw new AppError('PROJECT_CLOSED', 'The project is closed.');
  return facts;
}

/** Takes over facts from core unless newer ones are known. @returns whether they were taken. */
export async function learnProject(tx: SqlTransaction, facts: ProjectFacts): Promise<boolean> {
  const changed = await tx.execute(
    `INSERT INTO project_state (project_id, revision, facts) VALUES ($1::uuid, $2::int, $3::jsonb)
     ON CONFLICT (only_row) DO UPDATE SET revision = EXCLUDED.revision, facts = EXCLUDED.facts, updated_at = now()
     WHERE project_state.revision < EXCLUDED.revision AND project_state.project_id = EXCLUDED.project_id`,
    [facts.id, facts.revision, JSON.stringify(facts)],
  );
  return changed > 0;
}

function only(rows: Array<{ facts: unknown }>): ProjectFacts {
  const [row] = rows;
  if (!row) throw new NotFoundError('The project');
  return projectFactsSchema.parse(row.facts);
}
