CREATE SEQUENCE "log_record_seq";

-- What the processes of the system have written into their logs, redacted. One partition for each day (UTC): what is too old is dropped, not deleted.
CREATE TABLE "log_record" (
    "at" TIMESTAMPTZ(3) NOT NULL,
    -- In the order of arrival, because many lines are written in one millisecond.
    "seq" BIGINT NOT NULL DEFAULT nextval('log_record_seq'),
    -- Whose line it is: the organisation of its project; the id of nobody for lines of the system.
    "scope" UUID NOT NULL,
    "project_id" UUID,
    "room" TEXT NOT NULL,
    "instance" TEXT,
    "release" TEXT,
    -- https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber
    "severity" SMALLINT NOT NULL,
    "message" TEXT NOT NULL,
    "correlation_id" TEXT,
    "job_id" TEXT,
    "event_id" TEXT,
    "incident_id" TEXT,
    "trace_id" TEXT,
    "span_id" TEXT,
    "exception_id" UUID,
    "attributes" JSONB NOT NULL,
    "words" TSVECTOR NOT NULL GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, "message")) STORED,

    CONSTRAINT "log_record_pkey" PRIMARY KEY ("at", "seq")
) PARTITION BY RANGE ("at");

-- Every list is newest first, within what the caller may see.
CREATE INDEX "log_record_scope_at_seq_idx" ON "log_record"("scope", "at", "seq");
CREATE INDEX "log_record_scope_room_at_seq_idx" ON "log_record"("scope", "room", "at", "seq");
CREATE INDEX "log_record_scope_severe_idx" ON "log_record"("scope", "at", "seq") WHERE "severity" >= 13;
CREATE INDEX "log_record_project_id_at_seq_idx" ON "log_record"("project_id", "at", "seq") WHERE "project_id" IS NOT NULL;
CREATE INDEX "log_record_correlation_id_at_idx" ON "log_record"("correlation_id", "at") WHERE "correlation_id" IS NOT NULL;
CREATE INDEX "log_record_incident_id_idx" ON "log_record"("incident_id") WHERE "incident_id" IS NOT NULL;
CREATE INDEX "log_record_words_idx" ON "log_record" USING gin ("words");

-- The role of the service may not make or drop tables; these two it may have made and dropped. Run as the owner of the database.
CREATE FUNCTION "ensure_log_partition"("day" DATE) RETURNS VOID LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    partition TEXT := 'log_record_' || to_char(day, 'YYYYMMDD');
BEGIN
    -- Two that make the same one take turns.
    PERFORM pg_advisory_xact_lock(hashtextextended('log partitions', 0));
    IF to_regclass('public.' || partition) IS NULL THEN
        EXECUTE format('CREATE TABLE public.%I PARTITION OF public.log_record FOR VALUES FROM (%L) TO (%L)', partition, day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
    END IF;
END $$;

CREATE FUNCTION "drop_log_partitions"("before" DATE) RETURNS INTEGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    partition TEXT;
    dropped INTEGER := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('log partitions', 0));
    FOR partition IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'public.log_record'::regclass AND c.relname ~ '^log_record_\d{8}$' AND to_date(right(c.relname, 8), 'YYYYMMDD') < before ORDER BY 1
    LOOP
        EXECUTE format('DROP TABLE public.%I', partition);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;
