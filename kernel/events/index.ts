export { appendAudit, appendAudits, type AuditEntry, type NewAuditEntry } from './audit';
export { toCloudEvent, wireEventSchema, type CloudEvent } from './cloud-events';
export { catalogue, defineEvent, eventSchema, type EventDefinition, type EventEnvelope, eventEnvelopeSchema, auditEntrySchema } from './catalogue';
export { appendEvent, appendEvents, type NewEvent } from './outbox';
export { applyOnce } from './inbox';
export { createRelay, toWire, type Relay, type RelayBatch, type RelayOptions } from './relay';
