import { existsSync } from 'node:fs';
import { readMigrations, type Migration, type SqlTransaction } from '#kernel/db';
import type { ProjectType } from '../project-type';
import { runtimeMigrations } from './runtime-tables';

/** All migrations of a type's database, in order: the runtime's, then its own. */
export function migrationsOf(type: ProjectType): Migration[] {
  const own = existsSync(type.migrationsDirectory) ? readMigrations(type.migrationsDirectory) : [];
  return [...runtimeMigrations, ...own];
}

/** Whether all of these have been applied. Later ones may have been too: an upgrade migrates before the older instance stops. */
export async function areApplied(tx: SqlTransaction, migrations: readonly Migration[]): Promise<boolean> {
  const [there] = await tx.query<{ found: boolean }>(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS found`, []);
  if (!there?.found) return false;
  const [row] = await tx.query<{ applied: number }>(
    `SELECT count(DISTINCT migration_name)::int AS applied FROM _prisma_migrations
     WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL AND migration_name = ANY($1)`,
    [migrations.map((migration) => migration.name)],
  );
  return row?.applied === migrations.length;
}
