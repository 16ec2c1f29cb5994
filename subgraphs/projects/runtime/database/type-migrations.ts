import { existsSync } from 'node:fs';
import { readMigrations, type Migration } from '#kernel/db';
import type { ProjectType } from '../project-type';
import { runtimeMigrations } from './runtime-tables';

/** All migrations of a type's database, in order: the runtime's, then its own. */
export function migrationsOf(type: ProjectType): Migration[] {
  const own = existsSync(type.migrationsDirectory) ? readMigrations(type.migrationsDirectory) : [];
  return [...runtimeMigrations, ...own];
}
