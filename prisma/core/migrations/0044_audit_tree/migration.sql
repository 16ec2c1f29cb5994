-- The audit log by months, so that it stays flat however long it grows, and as a Merkle tree (ADR 0021).

-- Entries have moved into partitions: PostgreSQL cannot partition a table that is there.
ALTER TABLE "audit_entry" RENAME TO "audit_entry_before";
ALTER SEQUENCE "audit_entry_seq_seq" OWNED BY NONE;

CREATE TABLE "audit_entry" (
    "id" UUID NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT nextval('audit_entry_seq_seq'),
    "occurred_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_type" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "entity_type" TEXT NOT NULL,
    "entity_id" TEXT NOT NULL,
    "organization_id" UUID,
    "project_id" UUID,
    "correlation_id" TEXT NOT NULL,
    "ip" TEXT,
    "payload" JSONB NOT NULL
) PARTITION BY RANGE ("occurred_at");
ALTER SEQUENCE "audit_entry_seq_seq" OWNED BY "audit_entry"."seq";

-- What comes late from a service that was away, and whatever a month has no partition for.
CREATE TABLE "audit_entry_other" PARTITION OF "audit_entry" DEFAULT;

-- Makes the partitions of this month and the next ones. The service calls it, and may make no other tables.
CREATE FUNCTION "make_audit_partitions"("ahead" INTEGER) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  first timestamptz;
  name text;
BEGIN
  FOR n IN 0..ahead LOOP
    first := date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
    first := ((first AT TIME ZONE 'UTC') + make_interval(months => n)) AT TIME ZONE 'UTC';
    name := 'audit_entry_' || to_char(first AT TIME ZONE 'UTC', 'YYYY_MM');
    CONTINUE WHEN to_regclass('public.' || name) IS NOT NULL
      OR EXISTS (SELECT FROM audit_entry_other WHERE occurred_at >= first AND occurred_at < ((first AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC');
    EXECUTE format('CREATE TABLE %I PARTITION OF audit_entry FOR VALUES FROM (%L) TO (%L)', name, first, ((first AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC');
  END LOOP;
END $$;
SELECT "make_audit_partitions"(3);

INSERT INTO "audit_entry" ("id", "seq", "occurred_at", "actor_type", "actor_id", "action", "entity_type", "entity_id", "organization_id", "project_id", "correlation_id", "payload")
SELECT "id", "seq", "occurred_at", "actor_type", "actor_id", "action", "entity_type", "entity_id", "organization_id", "project_id", "correlation_id", "payload" FROM "audit_entry_before";
DROP TABLE "audit_entry_before";

ALTER TABLE "audit_entry" ADD CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id", "occurred_at");
CREATE INDEX "audit_entry_seq_idx" ON "audit_entry"("seq");
CREATE INDEX "audit_entry_organization_id_seq_idx" ON "audit_entry"("organization_id", "seq");
CREATE INDEX "audit_entry_project_id_seq_idx" ON "audit_entry"("project_id", "seq");
CREATE INDEX "audit_entry_entity_id_seq_idx" ON "audit_entry"("entity_id", "seq");
CREATE INDEX "audit_entry_actor_id_seq_idx" ON "audit_entry"("actor_id", "seq");
CREATE INDEX "audit_entry_correlation_id_idx" ON "audit_entry"("correlation_id");
CREATE INDEX "audit_entry_organization_id_action_seq_idx" ON "audit_entry"("organization_id", "action", "seq");
CREATE INDEX "audit_entry_read_personal_data_idx" ON "audit_entry" USING gin (("payload" #> '{beneficiaryIds}'::text[])) WHERE "action" = 'beneficiary.personal-data-read';

-- Entries that have no leaf yet. A trigger writes them, with the entry itself: nothing is found by a time or a number, which commit in another order.
CREATE TABLE "audit_pending" (
    "seq" BIGINT NOT NULL,
    "entry_id" UUID NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "audit_pending_pkey" PRIMARY KEY ("seq", "entry_id")
);
CREATE FUNCTION "await_leaf"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO audit_pending (seq, entry_id, occurred_at) SELECT seq, id, occurred_at FROM written;
  RETURN NULL;
END $$;
CREATE TRIGGER "audit_entry_awaits_leaf" AFTER INSERT ON "audit_entry" REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION "await_leaf"();
INSERT INTO "audit_pending" ("seq", "entry_id", "occurred_at") SELECT "seq", "id", "occurred_at" FROM "audit_entry";

-- Leaves of the tree, numbered without a gap by their single writer.
CREATE TABLE "audit_leaf" (
    "index" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,
    "entry_id" UUID NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "included_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "audit_leaf_pkey" PRIMARY KEY ("index"),
    CONSTRAINT "audit_leaf_index_not_negative" CHECK ("index" >= 0),
    CONSTRAINT "audit_leaf_hash_is_sha256" CHECK (octet_length("hash") = 32)
);
CREATE UNIQUE INDEX "audit_leaf_entry_id_occurred_at_key" ON "audit_leaf"("entry_id", "occurred_at");

-- Roots of whole subtrees: of 256 leaves at level 0, of 256 of those at level 1, and so on. All between them is computed.
CREATE TABLE "audit_subtree" (
    "level" INTEGER NOT NULL,
    "index" BIGINT NOT NULL,
    "root" BYTEA NOT NULL,

    CONSTRAINT "audit_subtree_pkey" PRIMARY KEY ("level", "index"),
    CONSTRAINT "audit_subtree_root_is_sha256" CHECK (octet_length("root") = 32)
);

-- Signed sizes of the tree (https://c2sp.org/tlog-checkpoint).
CREATE TABLE "audit_checkpoint" (
    "tree_size" BIGINT NOT NULL,
    "root_hash" BYTEA NOT NULL,
    "note" TEXT NOT NULL,
    "signed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "audit_checkpoint_pkey" PRIMARY KEY ("tree_size"),
    CONSTRAINT "audit_checkpoint_not_empty" CHECK ("tree_size" > 0 AND octet_length("root_hash") = 32)
);

-- Keys that have signed, so that old checkpoints can be checked after a rotation.
CREATE TABLE "audit_key" (
    "verifier_key" TEXT NOT NULL,
    "first_used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "audit_key_pkey" PRIMARY KEY ("verifier_key")
);

-- Checkpoints that are on chain.
CREATE TABLE "audit_anchor" (
    "tree_size" BIGINT NOT NULL,
    "chain_id" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "transaction_hash" TEXT NOT NULL,
    "block_number" BIGINT NOT NULL,
    "anchored_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "audit_anchor_pkey" PRIMARY KEY ("tree_size", "chain_id", "address")
);
