import { areApplied, fromPg, type Pool } from '#kernel/db';
import { invariant } from '#kernel/errors';
import { migrationsOf } from '../database/type-migrations';
import type { ProjectFacts } from '../project/project-facts';
import { learnProject, readProject } from '../project/project-state';
import type { ProjectParts, ProjectType } from '../project-type';

/** Whether an instance can do its work. */
export interface ServiceReadiness {
  /** Looks: the database answers, its tables are there, and the type has what it needs. */
  check(): Promise<boolean>;
  /** Whether the tables have been there once. They never go away again. */
  wasReady(): boolean;
}

export interface ReadinessDeps {
  type: ProjectType;
  parts: ProjectParts;
  pool: Pool;
  /** The facts that core started this instance with. */
  facts: ProjectFacts;
  onFirstReady(): void;
}

/** When the tables are first seen, the instance takes over its facts and starts to work; until then it only waits. */
export function createReadiness(deps: ReadinessDeps): ServiceReadiness {
  const migrations = migrationsOf(deps.type);
  let prepared: Promise<void> | null = null;
  let done = false;
  const prepare = async (): Promise<void> => {
    const sql = fromPg(deps.pool);
    await learnProject(sql, deps.facts);
    invariant((await readProject(sql)).id === deps.facts.id, 'a service is given the database of its own project');
    await deps.parts.start?.();
    done = true;
    deps.onFirstReady();
  };
  return {
    check: async () => {
      if (!(await areApplied(fromPg(deps.pool), migrations))) return false;
      // Looks at the same moment share one attempt; after one that failed, the next look tries again.
      prepared ??= prepare().catch((error: unknown) => {
        prepared = null;
        throw error;
      });
      await prepared;
      return (await deps.parts.isReady?.()) ?? true;
    },
    wasReady: () => done,
  };
}
