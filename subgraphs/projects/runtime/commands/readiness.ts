import { fromPg, type Pool } from '#kernel/db';
import { areApplied, migrationsOf } from '../database/type-migrations';
import type { ProjectFacts } from '../project/project-facts';
import { learnProject } from '../project/project-state';
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
    await learnProject(fromPg(deps.pool), deps.facts);
    await deps.parts.start?.();
    done = true;
    deps.onFirstReady();
  };
  return {
    check: async () => {
      if (!(await areApplied(fromPg(deps.pool), migrations))) return false;
      // A start that failed is not tried again: it ends the process, whoever asked first.
      prepared ??= prepare();
      await prepared;
      return (await deps.parts.isReady?.()) ?? true;
    },
    wasReady: () => done,
  };
}
