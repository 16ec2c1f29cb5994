import { createPool } from '#kernel/db';
import { catalogue, eventSchema } from '#kernel/events';
import { createLogger } from '#kernel/telemetry';
import { migrationsOf } from '../database/type-migrations';
import type { ProjectType } from '../project-type';
import { buildTypeSchema } from '../schema/build-type-schema';

/** What an image says of itself; see "A project service image" in docs/architecture.md. */
export interface TypeDescription {
  type: string;
  version: string;
  title: string;
  sdl: string;
  settingsSchema: object;
  migrations: string[];
  /** The events that its services publish, each with the JSON schema of its data. */
  events: Array<{ name: string; version: number; sentence: string; schema: object }>;
}

/** The SDL of a type. Builds it for no project and on a pool that is never used: nothing connects before its first query. */
export async function sdlOf(type: ProjectType): Promise<string> {
  const pool = createPool('postgres://nowhere.invalid/none', { max: 1, name: 'describe' });
  const parts = type.build({ projectId: '', pool, logger: createLogger({ name: type.name, level: 'silent' }) });
  return (await buildTypeSchema(parts, '')).sdl;
}

export async function describeType(type: ProjectType): Promise<TypeDescription> {
  const { name, version, title, settingsSchema } = type;
  const migrations = migrationsOf(type).map((migration) => migration.name);
  const events = catalogue().map((event) => ({ name: event.name, version: event.version, sentence: event.sentence, schema: eventSchema(event) }));
  return { type: name, version, title, sdl: await sdlOf(type), settingsSchema, migrations, events };
}
