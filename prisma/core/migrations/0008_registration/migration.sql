CREATE TYPE "birth_date_precision" AS ENUM ('DAY', 'MONTH', 'YEAR', 'ESTIMATED');
CREATE TYPE "verification_method" AS ENUM ('DOCUMENT', 'HOME_VISIT', 'IN_PERSON', 'PHONE_CALL', 'COMMUNITY');

ALTER TABLE "beneficiary"
    ADD COLUMN "birth_date_precision" "birth_date_precision" NOT NULL DEFAULT 'DAY',
    ADD COLUMN "attributes" JSONB NOT NULL DEFAULT '{}',
    ADD COLUMN "attribute_versions" JSONB NOT NULL DEFAULT '{}',
    ADD COLUMN "registered_by_id" TEXT,
    ADD COLUMN "verified_on" DATE,
    ADD COLUMN "verification_method" "verification_method",
    ADD COLUMN "verified_by_id" TEXT,
    ADD COLUMN "verified_at" TIMESTAMPTZ(3);

-- Who registered whom is on record since the first registration.
UPDATE "beneficiary" b SET "registered_by_id" = a."actor_id"
FROM "audit_entry" a WHERE a."entity_id" = b."id"::text AND a."action" = 'beneficiary.registered';

ALTER TABLE "beneficiary"
    ADD CONSTRAINT "beneficiary_verified_whole" CHECK (("verified_at" IS NULL) = ("verified_on" IS NULL) AND ("verified_at" IS NULL) = ("verification_method" IS NULL) AND ("verified_at" IS NULL) = ("verified_by_id" IS NULL)),
    ADD CONSTRAINT "beneficiary_verified_by_another" CHECK ("verified_by_id" <> "registered_by_id");

-- Lists in each of their orders, and what there is little of: the work that waits, and what was set aside. Few rows are in these, so that imports pay little for them.
CREATE INDEX "beneficiary_by_area_idx" ON "beneficiary"("organization_id", (coalesce("area_code", '')), "id");
CREATE INDEX "beneficiary_not_active_idx" ON "beneficiary"("organization_id", "status", "id") WHERE "status" <> 'ACTIVE';
CREATE INDEX "beneficiary_verified_idx" ON "beneficiary"("organization_id", "id") WHERE "verified_at" IS NOT NULL;
CREATE INDEX "beneficiary_unverified_idx" ON "beneficiary"("organization_id", "id") WHERE "verified_at" IS NULL;
CREATE INDEX "beneficiary_attributes_idx" ON "beneficiary" USING gin ("attributes" jsonb_path_ops);
