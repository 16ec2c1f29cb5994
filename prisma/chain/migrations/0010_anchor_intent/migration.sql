-- The wish that a checkpoint of an audit log is on chain, and how far it is.
CREATE TABLE "anchor_intent" (
    "log_id" TEXT NOT NULL,
    "tree_size" NUMERIC(20, 0) NOT NULL,
    "root_hash" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'QUEUED',
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "raw_transaction" TEXT,
    "transaction_hash" TEXT,
    "block_number" BIGINT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "anchor_intent_pkey" PRIMARY KEY ("log_id", "tree_size"),
    CONSTRAINT "anchor_intent_state_check" CHECK ("state" IN ('QUEUED', 'SENT', 'ANCHORED', 'SKIPPED'))
);
CREATE INDEX "anchor_intent_open_idx" ON "anchor_intent" ("due_at") WHERE "state" IN ('QUEUED', 'SENT');
