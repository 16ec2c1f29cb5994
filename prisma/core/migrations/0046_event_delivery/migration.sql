-- Published events on their way to each subscriber. Written in the transaction that publishes them, deleted when the subscriber has them.
CREATE TABLE "event_delivery" (
    "subscriber" TEXT NOT NULL,
    "event_id" UUID NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "event_name" TEXT NOT NULL,
    "project_id" UUID,
    "aggregate_type" TEXT NOT NULL,
    "aggregate_id" TEXT NOT NULL,
    "event" JSONB NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "error" TEXT,
    "parked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "event_delivery_pkey" PRIMARY KEY ("subscriber", "event_id")
);
-- What comes next, and what it must wait for.
CREATE INDEX "event_delivery_next" ON "event_delivery" ("seq") WHERE "parked_at" IS NULL;
CREATE INDEX "event_delivery_order" ON "event_delivery" ("subscriber", "aggregate_type", "aggregate_id", "seq") WHERE "parked_at" IS NULL;
CREATE INDEX "event_delivery_parked" ON "event_delivery" ("seq") WHERE "parked_at" IS NOT NULL;
-- What was applied is remembered for as long as it may come again.
CREATE INDEX "inbox_event_processed_at_idx" ON "inbox_event" ("processed_at");
CREATE INDEX "idempotency_key_created_at_idx" ON "idempotency_key" ("created_at");
