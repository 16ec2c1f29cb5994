import type { Migration } from '#kernel/db';

/**
 * The tables that every project database has besides those of its type, applied before them.
 * They travel inside the code of the image, in this one place, so that no type can forget them or carry another copy.
 * An applied migration never changes (a test pins their checksums): what comes later is a further entry of the list.
 */
export const runtimeMigrations: readonly Migration[] = [
  {
    name: '0000_runtime',
    sql: `-- Core's facts of the project that this database belongs to. One row.
CREATE TABLE project_state (
  only_row BOOLEAN PRIMARY KEY DEFAULT true CHECK (only_row),
  project_id UUID NOT NULL,
  revision INTEGER NOT NULL,
  facts JSONB NOT NULL,
  updated_at TIMESTAMPTZ(3) NOT NULL DEFAULT now()
);

-- Which generation of the service may relay and run jobs. Raised by core's worker, never lowered.
CREATE TABLE service_lease (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  generation INTEGER NOT NULL CHECK (generation >= 0)
);
INSERT INTO service_lease (id, generation) VALUES (1, 0);

CREATE TABLE outbox_event (
  id UUID PRIMARY KEY,
  seq BIGSERIAL NOT NULL UNIQUE,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  project_id UUID,
  aggregate_type TEXT NOT NULL,
  aggregate_id TEXT NOT NULL,
  occurred_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  correlation_id TEXT NOT NULL,
  payload JSONB NOT NULL,
  published_at TIMESTAMPTZ(3)
);
CREATE INDEX outbox_event_unpublished ON outbox_event (seq) WHERE published_at IS NULL;

CREATE FUNCTION notify_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('outbox', '');
  RETURN NULL;
END $$;
CREATE TRIGGER outbox_event_wakes_relay AFTER INSERT ON outbox_event FOR EACH STATEMENT EXECUTE FUNCTION notify_outbox();

CREATE TABLE inbox_event (
  subscriber TEXT NOT NULL,
  event_id UUID NOT NULL,
  processed_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (subscriber, event_id)
);

CREATE TABLE idempotency_key (
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  result JSONB,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (scope, key)
);

-- The service may only insert and read. What core holds already is therefore marked in a table of its own.
CREATE TABLE audit_entry (
  id UUID PRIMARY KEY,
  seq BIGSERIAL NOT NULL UNIQUE,
  occurred_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  actor_type TEXT NOT NULL CHECK (actor_type IN ('USER', 'SYSTEM')),
  actor_id TEXT NOT NULL,
  action TEXT NOT NULL,
  entity_type TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  organization_id UUID,
  project_id UUID,
  correlation_id TEXT NOT NULL,
  payload JSONB NOT NULL
);

CREATE TABLE audit_relayed (
  id UUID PRIMARY KEY REFERENCES audit_entry (id)
);
`,
  },
  {
    name: '0001_audit_ip',
    sql: `-- Of the client, as the gateway saw it.
ALTER TABLE audit_entry ADD COLUMN ip TEXT;
-- Bearers of API keys act in projects as well.
ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_actor_type_check;
ALTER TABLE audit_entry ADD CONSTRAINT audit_entry_actor_type_check CHECK (actor_type IN ('USER', 'API_KEY', 'SYSTEM'));
`,
  },
];

/** Tables that the service's role may read and insert into, but never change. */
export const appendOnlyTables = ['audit_entry', '_prisma_migrations'] as const;
