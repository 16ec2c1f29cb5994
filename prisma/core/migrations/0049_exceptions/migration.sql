CREATE TYPE "exception_state" AS ENUM ('OPEN', 'ACKNOWLEDGED', 'RESOLVED', 'IGNORED');

-- Unexpected errors that have the same cause, as far as their type and the frames of our own code tell.
CREATE TABLE "exception_group" (
    "id" UUID NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "room" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "severity" SMALLINT NOT NULL,
    "state" "exception_state" NOT NULL DEFAULT 'OPEN',
    "count" BIGINT NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "first_release" TEXT,
    "last_release" TEXT,
    "regressed_at" TIMESTAMPTZ(3),
    "state_changed_at" TIMESTAMPTZ(3),
    "state_changed_by_id" TEXT,

    CONSTRAINT "exception_group_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "exception_group_fingerprint_key" ON "exception_group"("fingerprint");
CREATE INDEX "exception_group_last_seen_at_id_idx" ON "exception_group"("last_seen_at", "id");
CREATE INDEX "exception_group_state_last_seen_at_id_idx" ON "exception_group"("state", "last_seen_at", "id");

-- The latest of each, a bounded number.
CREATE TABLE "exception_occurrence" (
    "id" UUID NOT NULL,
    "group_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "release" TEXT,
    "instance" TEXT,
    "project_id" UUID,
    "incident_id" TEXT,
    "correlation_id" TEXT,
    "job_id" TEXT,
    "event_id" TEXT,
    "trace_id" TEXT,
    "message" TEXT NOT NULL,
    "stack" TEXT NOT NULL,
    "attributes" JSONB NOT NULL,

    CONSTRAINT "exception_occurrence_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "exception_occurrence_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "exception_group"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "exception_occurrence_group_id_at_id_idx" ON "exception_occurrence"("group_id", "at", "id");
CREATE INDEX "exception_occurrence_incident_id_idx" ON "exception_occurrence"("incident_id");
CREATE INDEX "exception_occurrence_correlation_id_idx" ON "exception_occurrence"("correlation_id");
