-- Vendors: who registered them and acts for them, sealed contacts and off-ramp accounts, history, limits in projects, and what an organisation asks before it approves.
-- What stands in vendor.contact_phone is sealed by core when it starts (vendors/seal-plain.ts): it alone has the keys.
ALTER TABLE "vendor"
    ADD COLUMN "owner_user_id" UUID,
    ADD COLUMN "registered_by_id" TEXT,
    ADD COLUMN "account_set_by_id" TEXT,
    ADD CONSTRAINT "vendor_owner_user_id_fkey" FOREIGN KEY ("owner_user_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
CREATE INDEX "vendor_owner_user_id_idx" ON "vendor"("owner_user_id");
CREATE INDEX "vendor_organization_id_area_code_idx" ON "vendor"("organization_id", "area_code" text_pattern_ops);

CREATE TABLE "vendor_pii" (
    "vendor_id" UUID NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "wrapped_key" BYTEA NOT NULL,
    "key_version" INTEGER NOT NULL,

    CONSTRAINT "vendor_pii_pkey" PRIMARY KEY ("vendor_id"),
    CONSTRAINT "vendor_pii_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "vendor"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "vendor_step" (
    "id" UUID NOT NULL,
    "vendor_id" UUID NOT NULL,
    "status" "vendor_status" NOT NULL,
    "reason" TEXT,
    "actor_id" TEXT NOT NULL,
    "by_maker" BOOLEAN NOT NULL DEFAULT false,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "vendor_step_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "vendor_step_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "vendor"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "vendor_step_has_reason" CHECK ("status" NOT IN ('SUSPENDED', 'OFFBOARDED') OR "reason" IS NOT NULL)
);
CREATE INDEX "vendor_step_vendor_id_id_idx" ON "vendor_step"("vendor_id", "id");

-- I9: whatever the code above does, a vendor stands where an edge leads.
CREATE FUNCTION vendor_status_edge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (OLD.status::text || '>' || NEW.status::text = ANY (ARRAY['PENDING>APPROVED', 'PENDING>OFFBOARDED', 'APPROVED>SUSPENDED', 'APPROVED>OFFBOARDED', 'SUSPENDED>APPROVED', 'SUSPENDED>OFFBOARDED'])) THEN
        RAISE EXCEPTION 'a vendor does not go from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER "vendor_status_edge" BEFORE UPDATE OF "status" ON "vendor" FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION vendor_status_edge();

ALTER TABLE "project_vendor"
    ADD COLUMN "offline_exposure_limit_minor" BIGINT,
    ADD CONSTRAINT "project_vendor_limits_not_negative" CHECK ("daily_limit_minor" >= 0 AND "offline_exposure_limit_minor" >= 0);

-- One row for each organisation that has said something; without it nothing is required and nobody approves what is their own.
CREATE TABLE "onboarding_policy" (
    "organization_id" UUID NOT NULL,
    "required_documents" TEXT[] NOT NULL DEFAULT '{}',
    "self_approval" BOOLEAN NOT NULL DEFAULT false,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "onboarding_policy_pkey" PRIMARY KEY ("organization_id"),
    CONSTRAINT "onboarding_policy_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
