import { grantService, migrate } from '#kernel/db';
import { appendOnlyTables } from '../database/runtime-tables';
import { migrationsOf } from '../database/type-migrations';
import type { ProjectType } from '../project-type';

/** Brings the database of a project up to this version of its type, as its owner, and lets the service role use it. */
export async function migrateType(type: ProjectType, database: { ownerUrl: string; serviceRole: string }): Promise<string[]> {
  const { applied } = await migrate(database.ownerUrl, migrationsOf(type));
  await grantService(database.ownerUrl, database.serviceRole, { appendOnly: appendOnlyTables });
  return applied;
}
