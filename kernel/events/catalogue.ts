import { z } from 'zod';

/** One kind of news: its name, version, shape and meaning. No personal data: people are named by id. */
export interface EventDefinition<S extends z.ZodType = z.ZodType> {
  /** `aggregate.past-tense`, for example `project.created`. */
  name: string;
  version: number;
  payload: S;
  /** One sentence for the catalogue. */
  sentence: string;
}

const defined = new Map<string, EventDefinition>();

/**
 * Defines an event, and enters it into the catalogue of this process. Versions stand beside each other: publishers go on with the old one until nobody listens
 * to it any more. Who listens reads of it what it needs, with a schema of its own.
 * @throws Error when one name and version is defined twice.
 */
export function defineEvent<S extends z.ZodType>(definition: EventDefinition<S>): EventDefinition<S> {
  const key = `${definition.name}.v${definition.version}`;
  if (defined.has(key)) throw new Error(`The event ${key} is defined twice.`);
  defined.set(key, definition);
  return definition;
}

/** Every event that was defined in this process, by name and version. */
export function catalogue(): EventDefinition[] {
  return [...defined.values()].sort((a, b) => (a.name === b.name ? a.version - b.version : a.name < b.name ? -1 : 1));
}

/** The JSON schema (2020-12) of an event's data. */
export function eventSchema({ payload }: EventDefinition): object {
  const { $schema: _schema, ...schema } = z.toJSONSchema(payload, { target: 'draft-2020-12', unrepresentable: 'any' });
  return schema;
}

/** An event on its way between rooms. Ids are UUIDs, times UTC in ISO 8601. */
export const eventEnvelopeSchema = z.object({
  id: z.uuid(),
  name: z.string().min(3).max(120),
  version: z.number().int().min(1),
  projectId: z.uuid().nullable(),
  aggregateType: z.string().min(1).max(60),
  aggregateId: z.string().min(1).max(120),
  occurredAt: z.string(),
  correlationId: z.string().max(128),
  payload: z.record(z.string(), z.unknown()),
});

export type EventEnvelope = z.infer<typeof eventEnvelopeSchema>;

/** Who did what to which thing, without personal data. */
export const auditEntrySchema = z.object({
  id: z.uuid(),
  occurredAt: z.string(),
  actorType: z.enum(['USER', 'API_KEY', 'SYSTEM']),
  actorId: z.string().min(1).max(120),
  action: z.string().min(3).max(120),
  entityType: z.string().min(1).max(60),
  entityId: z.string().min(1).max(120),
  organizationId: z.uuid().nullable(),
  projectId: z.uuid().nullable(),
  correlationId: z.string().max(128),
  /** Of the client, as the gateway saw it. Images made before there was one do not say it. */
  ip: z.string().max(64).nullable().default(null),
  payload: z.record(z.string(), z.unknown()),
});
