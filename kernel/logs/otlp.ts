import { z } from 'zod';

/**
 * Logs as OTLP/HTTP carries them in JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding. Exceptions are records with
 * the attributes of https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/.
 */
const anyValue: z.ZodType<AnyValue, AnyValue> = z.lazy(() =>
  z.object({
    stringValue: z.string().optional(),
    boolValue: z.boolean().optional(),
    intValue: z.union([z.string(), z.number()]).optional(),
    doubleValue: z.number().optional(),
    arrayValue: z.object({ values: z.array(anyValue) }).optional(),
    kvlistValue: z.object({ values: z.array(keyValue) }).optional(),
  }),
);
const keyValue: z.ZodType<KeyValue, KeyValue> = z.lazy(() => z.object({ key: z.string().max(200).regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be text'), value: anyValue }));

export interface AnyValue {
  stringValue?: string | undefined;
  boolValue?: boolean | undefined;
  intValue?: string | number | undefined;
  doubleValue?: number | undefined;
  arrayValue?: { values: AnyValue[] } | undefined;
  kvlistValue?: { values: KeyValue[] } | undefined;
}

export interface KeyValue {
  key: string;
  value: AnyValue;
}

const logRecord = z.object({
  /** Nanoseconds since the epoch, as digits. */
  timeUnixNano: z.union([z.string().regex(/^\d{1,20}$/), z.number()]).optional(),
  /** 1 to 24: https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
  severityNumber: z.number().int().min(0).max(24).default(9),
  severityText: z.string().max(20).optional(),
  body: anyValue.optional(),
  attributes: z.array(keyValue).max(200).default([]),
  traceId: z.string().max(32).optional(),
  spanId: z.string().max(16).optional(),
});

/** How many records one request may hold. */
export const MAX_RECORDS = 1000;

/** `ExportLogsServiceRequest`. */
export const exportLogsSchema = z.object({
  resourceLogs: z
    .array(z.object({ resource: z.object({ attributes: z.array(keyValue).max(100).default([]) }).default({ attributes: [] }), scopeLogs: z.array(z.object({ logRecords: z.array(logRecord).max(MAX_RECORDS).default([]) })).max(100).default([]) }))
    .max(100),
});

export type ExportLogs = z.input<typeof exportLogsSchema>;
export type OtlpRecord = z.output<typeof logRecord>;

/** A value as OTLP carries it; what JSON has no room for is left out. */
export function toAnyValue(value: unknown): AnyValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(toAnyValue) } };
  if (value && typeof value === 'object') return { kvlistValue: { values: toKeyValues(value) } };
  return {};
}

export function toKeyValues(object: object): KeyValue[] {
  return Object.entries(object).flatMap(([key, value]) => (value === undefined || value === null ? [] : [{ key, value: toAnyValue(value) }]));
}

/** The other way round. */
export function fromAnyValue(value: AnyValue): unknown {
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.arrayValue) return value.arrayValue.values.map(fromAnyValue);
  if (value.kvlistValue) return fromKeyValues(value.kvlistValue.values);
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? null;
}

export function fromKeyValues(values: readonly KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(values.map(({ key, value }) => [key, fromAnyValue(value)]));
}
