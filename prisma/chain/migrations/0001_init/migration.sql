-- The database of the chain room: the rows of the embedded indexer, the transactions it sends, and the shared event tables.

-- A graph that is being indexed. `deployment` names everything that decides its rows: when it changes, they are made anew.
CREATE TABLE "indexed_graph" (
    "name" TEXT NOT NULL,
    "deployment" TEXT NOT NULL,
    "genesis_hash" TEXT NOT NULL,
    "failure" TEXT,

    CONSTRAINT "indexed_graph_pkey" PRIMARY KEY ("name")
);

-- Blocks up to which a graph was indexed, the newest ones only: they tell a reorganization, and can be read at by hash.
CREATE TABLE "indexed_block" (
    "graph" TEXT NOT NULL,
    "number" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,
    "parent_hash" TEXT NOT NULL,
    "timestamp" BIGINT NOT NULL,

    CONSTRAINT "indexed_block_pkey" PRIMARY KEY ("graph", "number"),
    CONSTRAINT "indexed_block_graph_fkey" FOREIGN KEY ("graph") REFERENCES "indexed_graph" ("name") ON DELETE CASCADE
);
CREATE UNIQUE INDEX "indexed_block_graph_hash_key" ON "indexed_block" ("graph", "hash");

-- One version of one entity: how it was from block_from on, until before block_to. Nothing is overwritten, so any block can be
-- read at, and a reorganization is undone by deleting what came after and reopening what was closed after.
CREATE TABLE "entity_version" (
    "graph" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "block_from" BIGINT NOT NULL,
    "block_to" BIGINT,
    "data" JSONB NOT NULL,

    CONSTRAINT "entity_version_pkey" PRIMARY KEY ("graph", "entity", "id", "block_from"),
    CONSTRAINT "entity_version_graph_fkey" FOREIGN KEY ("graph") REFERENCES "indexed_graph" ("name") ON DELETE CASCADE,
    CONSTRAINT "entity_version_range_check" CHECK ("block_to" IS NULL OR "block_to" > "block_from")
);
CREATE UNIQUE INDEX "entity_version_current_key" ON "entity_version" ("graph", "entity", "id") WHERE "block_to" IS NULL;
CREATE INDEX "entity_version_block_from_idx" ON "entity_version" ("graph", "block_from");
CREATE INDEX "entity_version_block_to_idx" ON "entity_version" ("graph", "block_to") WHERE "block_to" IS NOT NULL;
-- Finds the entities that refer to another one.
CREATE INDEX "entity_version_data_idx" ON "entity_version" USING gin ("data" jsonb_path_ops);

-- Accounts that send transactions. Whoever sends for one locks its row: one transaction at a time, so that nonces leave no gap.
CREATE TABLE "sender_lane" (
    "address" TEXT NOT NULL,

    CONSTRAINT "sender_lane_pkey" PRIMARY KEY ("address")
);

-- The wish that a project has a contract, and how far it is.
CREATE TABLE "contract_intent" (
    "project_id" UUID NOT NULL,
    "budget_minor" NUMERIC(78, 0) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'QUEUED',
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "transaction_hash" TEXT,
    "raw_transaction" TEXT,
    "address" TEXT,
    "block_number" BIGINT,
    -- The chain on which it was done: a development chain that is reset has another genesis, and none of our contracts.
    "genesis_hash" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "contract_intent_pkey" PRIMARY KEY ("project_id"),
    CONSTRAINT "contract_intent_state_check" CHECK ("state" IN ('QUEUED', 'SENT', 'DEPLOYED')),
    CONSTRAINT "contract_intent_budget_check" CHECK ("budget_minor" >= 0)
);
CREATE INDEX "contract_intent_open_idx" ON "contract_intent" ("due_at") WHERE "state" <> 'DEPLOYED';

-- What core has accepted as our part of the supergraph, as a hash of the registration.
CREATE TABLE "accepted_registration" (
    "name" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "accepted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "accepted_registration_pkey" PRIMARY KEY ("name")
);

-- Shared tables of events and audit, as in every room.
CREATE TABLE "outbox_event" (
    "id" UUID NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "project_id" UUID,
    "aggregate_type" TEXT NOT NULL,
    "aggregate_id" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "correlation_id" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "published_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_event_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "outbox_event_seq_key" ON "outbox_event" ("seq");
CREATE INDEX "outbox_event_unpublished" ON "outbox_event" ("seq") WHERE "published_at" IS NULL;

CREATE TABLE "inbox_event" (
    "subscriber" TEXT NOT NULL,
    "event_id" UUID NOT NULL,
    "processed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "inbox_event_pkey" PRIMARY KEY ("subscriber", "event_id")
);

CREATE TABLE "audit_entry" (
    "id" UUID NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_type" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "entity_type" TEXT NOT NULL,
    "entity_id" TEXT NOT NULL,
    "organization_id" UUID,
    "project_id" UUID,
    "correlation_id" TEXT NOT NULL,
    "payload" JSONB NOT NULL,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "audit_entry_seq_key" ON "audit_entry" ("seq");

CREATE TABLE "audit_relayed" (
    "id" UUID NOT NULL,

    CONSTRAINT "audit_relayed_pkey" PRIMARY KEY ("id")
);
