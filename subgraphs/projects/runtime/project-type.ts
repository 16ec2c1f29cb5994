import type { EntityReference, SubgraphContextBase } from '#kernel/graphql';
import type { Pool } from '#kernel/db';
import type { Logger } from '#kernel/telemetry';

/** The context of one GraphQL request to a project service. Loaders live in it through `perRequest` of the kernel. */
export type ProjectContext = SubgraphContextBase;

/** What a type is built from. Nothing here is connected yet: `describe` builds a type too and never uses its database. */
export interface ProjectDeps {
  /** The one project that this instance serves. */
  projectId: string;
  /** At most three connections, shared with the relay. Give the same pool to Prisma: an idle service holds four in all. */
  pool: Pool;
  logger: Logger;
}

/** What a type gives to the service that runs it. */
export interface ProjectParts {
  /** type-graphql resolver classes with the instance that serves each. */
  resolvers: ReadonlyMap<NewableFunction, object>;
  /** Entity name → reference resolver. It never sees a representation of another project. */
  references: Readonly<Record<string, EntityReference<ProjectContext>>>;
  /** graphql-shield rules by type name, then by field (`'*'` for all); what is not named is denied. */
  rules: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Types that no root field reaches: mostly the stubs of entities that the type extends. */
  orphanedTypes?: readonly NewableFunction[];
  /** Runs once, when the tables are there and before the service is ready. Throwing ends the process, and fails the deployment. */
  start?(): Promise<void>;
  /** Says whether the type has what it needs, besides its database. */
  isReady?(): Promise<boolean>;
}

/** A kind of project. One folder in `types/` makes one; nothing outside of that folder names it. */
export interface ProjectType {
  /** One lower-case word. Prefix of its root fields and, in Pascal case, of its GraphQL types: `rfv`. */
  name: string;
  /** Semantic version of the schema and the code: `1.2.0`. */
  version: string;
  /** What people call it. */
  title: string;
  /** JSON schema of the settings of a project of this type; core checks them against it. */
  settingsSchema: Readonly<Record<string, unknown>>;
  /** Folder of `<name>/migration.sql`. Need not exist when the type has no tables. */
  migrationsDirectory: string;
  build(deps: ProjectDeps): ProjectParts;
}

/** Declares a project type, to be run by `runProjectType` from the type's `main.ts`. */
export function defineProjectType(type: ProjectType): ProjectType {
  return type;
}
