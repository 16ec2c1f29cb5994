import { z } from 'zod';
import { eventEnvelopeSchema, type EventEnvelope } from './catalogue';

/** An event on the wire: CloudEvents 1.0 in JSON (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md). */
export interface CloudEvent {
  specversion: '1.0';
  /** A UUID; together with `source` it never comes twice for another event. */
  id: string;
  /** Which room it comes from: `/core`, `/chain`, `/projects/<id>`. */
  source: string;
  /** Its name and version: `project.created.v1`. */
  type: string;
  /** What it tells of: `Project/<id>`. */
  subject: string;
  /** UTC, RFC 3339. */
  time: string;
  datacontenttype: 'application/json';
  /** Extension: the request that caused it. */
  correlationid: string;
  /** Extension: the project that it concerns; left out where there is none. */
  projectid?: string;
  data: Record<string, unknown>;
}

/** Core's own words about a project have no type in their names, a service's have. */
const OF_SERVICE = /^project\.[a-z0-9]+\.[a-z0-9-]+$/;

export function toCloudEvent({ id, name, version, projectId, aggregateType, aggregateId, occurredAt, correlationId, payload }: EventEnvelope): CloudEvent {
  return {
    specversion: '1.0',
    id,
    source: sourceOf(name, projectId),
    type: `${name}.v${version}`,
    subject: `${aggregateType}/${aggregateId}`,
    time: occurredAt,
    datacontenttype: 'application/json',
    correlationid: correlationId,
    ...(projectId === null ? {} : { projectid: projectId }),
    data: payload,
  };
}

function sourceOf(name: string, projectId: string | null): string {
  if (projectId !== null && OF_SERVICE.test(name)) return `/projects/${projectId}`;
  return name.startsWith('chain.') ? '/chain' : '/core';
}

const cloudEventSchema = z
  .object({
    specversion: z.literal('1.0'),
    id: z.uuid(),
    type: z.string().regex(/^[a-z][a-z0-9.-]*\.v[1-9]\d*$/),
    subject: z.string().regex(/^[^/]+\/.+$/s),
    time: z.string(),
    correlationid: z.string(),
    projectid: z.uuid().optional(),
    data: z.record(z.string(), z.unknown()),
  })
  .transform(({ id, type, subject, time, correlationid, projectid, data }): EventEnvelope => {
    const [name, version] = [type.slice(0, type.lastIndexOf('.v')), Number(type.slice(type.lastIndexOf('.v') + 2))];
    const slash = subject.indexOf('/');
    return { id, name, version, projectId: projectid ?? null, aggregateType: subject.slice(0, slash), aggregateId: subject.slice(slash + 1), occurredAt: time, correlationId: correlationid, payload: data };
  })
  .pipe(eventEnvelopeSchema);

/** Reads an event from the wire. Images made before it was a CloudEvent send the envelope as it is. */
export const wireEventSchema = z.unknown().transform((value, context): EventEnvelope => {
  const ofCloud = typeof value === 'object' && value !== null && 'specversion' in value;
  // Not a union of both: that could not say which field is wrong.
  const { success, data, error } = (ofCloud ? cloudEventSchema : eventEnvelopeSchema).safeParse(value);
  if (success) return data;
  context.issues.push(...error.issues.map(({ path, message }) => ({ code: 'custom' as const, path: [...path], message, input: undefined })));
  return z.NEVER;
});
