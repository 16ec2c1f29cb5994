-- Devices of vendors and field workers, and what field workers' devices register without a network (ADR 0018).
CREATE TYPE "device_status" AS ENUM ('PENDING', 'APPROVED', 'REVOKED');

CREATE TABLE "device" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "vendor_id" UUID,
    "user_id" UUID,
    "public_key" BYTEA NOT NULL,
    "label" TEXT NOT NULL,
    "status" "device_status" NOT NULL DEFAULT 'PENDING',
    "enrolled_by_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "approved_by_id" TEXT,
    "approved_at" TIMESTAMPTZ(3),
    "revoked_by_id" TEXT,
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_reason" TEXT,
    "last_seq" INTEGER NOT NULL DEFAULT 0,
    -- Fingerprint of the newest batch: what the next one must follow.
    "head" TEXT,
    "last_seen_at" TIMESTAMPTZ(3),
    "clock_skew_ms" BIGINT,
    "forked_at" TIMESTAMPTZ(3),

    CONSTRAINT "device_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "device_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "device_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "vendor"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "device_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "device_has_one_holder" CHECK (num_nonnulls("vendor_id", "user_id") = 1),
    CONSTRAINT "device_public_key_ed25519" CHECK (octet_length("public_key") = 32),
    CONSTRAINT "device_approved_whole" CHECK (("approved_at" IS NULL) = ("approved_by_id" IS NULL) AND ("status" <> 'APPROVED' OR "approved_at" IS NOT NULL)),
    CONSTRAINT "device_revoked_whole" CHECK (("status" = 'REVOKED') = ("revoked_at" IS NOT NULL) AND ("revoked_at" IS NULL) = ("revoked_by_id" IS NULL) AND ("revoked_at" IS NULL) = ("revoked_reason" IS NULL)),
    CONSTRAINT "device_seq_not_negative" CHECK ("last_seq" >= 0 AND ("last_seq" = 0) = ("head" IS NULL))
);
-- Everywhere and for ever: rows of devices are never deleted.
CREATE UNIQUE INDEX "device_public_key_key" ON "device"("public_key");
CREATE INDEX "device_organization_id_id_idx" ON "device"("organization_id", "id");
CREATE INDEX "device_vendor_id_idx" ON "device"("vendor_id");
CREATE INDEX "device_user_id_idx" ON "device"("user_id");

CREATE FUNCTION device_is_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a device is revoked, never deleted: its key must not return' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.public_key <> OLD.public_key OR NEW.vendor_id IS DISTINCT FROM OLD.vendor_id OR NEW.user_id IS DISTINCT FROM OLD.user_id THEN
        RAISE EXCEPTION 'a device keeps its key and its holder' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.last_seq < OLD.last_seq THEN
        RAISE EXCEPTION 'the sequence of a device only grows' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status <> OLD.status AND NOT (OLD.status::text || '>' || NEW.status::text = ANY (ARRAY['PENDING>APPROVED', 'PENDING>REVOKED', 'APPROVED>REVOKED'])) THEN
        RAISE EXCEPTION 'a device does not go from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER "device_is_for_ever" BEFORE UPDATE OR DELETE ON "device" FOR EACH ROW EXECUTE FUNCTION device_is_for_ever();

-- A key that waits for its proof.
CREATE TABLE "device_enrollment" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "vendor_id" UUID,
    "public_key" BYTEA NOT NULL,
    "label" TEXT NOT NULL,
    "nonce" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "device_id" UUID,

    CONSTRAINT "device_enrollment_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "device_enrollment_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "device_enrollment_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "device_enrollment_user_id_idx" ON "device_enrollment"("user_id");

CREATE TYPE "offline_outcome" AS ENUM ('ACCEPTED', 'CONFLICT');
CREATE TYPE "offline_conflict_kind" AS ENUM ('CLIENT_ID_REUSED', 'PERSON_CHANGED', 'TAKEN', 'INVALID', 'OUT_OF_REACH');
CREATE TYPE "offline_conflict_status" AS ENUM ('OPEN', 'REGISTERED', 'LINKED', 'DISCARDED');

-- A batch that was taken. What was in it is not kept: people lie in beneficiary_pii, conflicts in offline_conflict.
CREATE TABLE "offline_batch" (
    "device_id" UUID NOT NULL,
    "from_seq" INTEGER NOT NULL,
    "to_seq" INTEGER NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "submitted_by_id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "clock_skew_ms" BIGINT,

    CONSTRAINT "offline_batch_pkey" PRIMARY KEY ("device_id", "from_seq"),
    CONSTRAINT "offline_batch_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "offline_batch_not_empty" CHECK ("from_seq" >= 1 AND "to_seq" >= "from_seq")
);

-- Which person a client id stands for: one, whoever sends it and however often.
CREATE TABLE "offline_registration" (
    "organization_id" UUID NOT NULL,
    "client_id" UUID NOT NULL,
    "beneficiary_id" UUID NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "offline_registration_pkey" PRIMARY KEY ("organization_id", "client_id"),
    CONSTRAINT "offline_registration_beneficiary_id_fkey" FOREIGN KEY ("beneficiary_id") REFERENCES "beneficiary"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "offline_registration_beneficiary_id_idx" ON "offline_registration"("beneficiary_id");

CREATE TABLE "offline_conflict" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "device_id" UUID NOT NULL,
    "client_id" UUID NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "kind" "offline_conflict_kind" NOT NULL,
    -- What stands in the way, without values.
    "problem" TEXT NOT NULL,
    "area_code" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "status" "offline_conflict_status" NOT NULL DEFAULT 'OPEN',
    "beneficiary_id" UUID,
    "resolved_by_id" TEXT,
    "resolved_at" TIMESTAMPTZ(3),
    "reason" TEXT,
    "ciphertext" BYTEA,
    "wrapped_key" BYTEA,
    "key_version" INTEGER,

    CONSTRAINT "offline_conflict_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "offline_conflict_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "offline_conflict_beneficiary_id_fkey" FOREIGN KEY ("beneficiary_id") REFERENCES "beneficiary"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "offline_conflict_sealed_whole" CHECK (("ciphertext" IS NULL) = ("wrapped_key" IS NULL) AND ("ciphertext" IS NULL) = ("key_version" IS NULL)),
    -- What was resolved is no longer needed, and no longer there.
    CONSTRAINT "offline_conflict_open_has_content" CHECK (("status" = 'OPEN') = ("ciphertext" IS NOT NULL)),
    CONSTRAINT "offline_conflict_resolved_whole" CHECK (("status" = 'OPEN') = ("resolved_at" IS NULL) AND ("resolved_at" IS NULL) = ("resolved_by_id" IS NULL)),
    CONSTRAINT "offline_conflict_ends_at_a_person" CHECK ("status" NOT IN ('REGISTERED', 'LINKED') OR "beneficiary_id" IS NOT NULL)
);
-- The same content of the same client id is one conflict.
CREATE UNIQUE INDEX "offline_conflict_once" ON "offline_conflict"("organization_id", "client_id", "fingerprint");
CREATE INDEX "offline_conflict_organization_id_status_id_idx" ON "offline_conflict"("organization_id", "status", "id");
CREATE INDEX "offline_conflict_device_id_idx" ON "offline_conflict"("device_id");
CREATE INDEX "offline_conflict_key_version_idx" ON "offline_conflict"("key_version", "id");

CREATE TABLE "offline_item" (
    "device_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "client_id" UUID NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "outcome" "offline_outcome" NOT NULL,
    "beneficiary_id" UUID,
    "conflict_id" UUID,

    CONSTRAINT "offline_item_pkey" PRIMARY KEY ("device_id", "seq"),
    CONSTRAINT "offline_item_device_id_fkey" FOREIGN KEY ("device_id") REFERENCES "device"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "offline_item_beneficiary_id_fkey" FOREIGN KEY ("beneficiary_id") REFERENCES "beneficiary"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "offline_item_conflict_id_fkey" FOREIGN KEY ("conflict_id") REFERENCES "offline_conflict"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "offline_item_one_outcome" CHECK (("outcome" = 'ACCEPTED') = ("beneficiary_id" IS NOT NULL) AND ("outcome" = 'CONFLICT') = ("conflict_id" IS NOT NULL))
);
CREATE INDEX "offline_item_beneficiary_id_idx" ON "offline_item"("beneficiary_id");
