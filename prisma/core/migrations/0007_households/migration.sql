CREATE TYPE "household_role" AS ENUM ('HEAD', 'MEMBER', 'COLLECTOR', 'ALTERNATE');

CREATE TABLE "household" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "reference_id" TEXT NOT NULL,
    "area_code" TEXT,
    "size" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "dissolved_at" TIMESTAMPTZ(3),

    CONSTRAINT "household_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "household_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "household_size" CHECK ("size" BETWEEN 1 AND 1000)
);
CREATE UNIQUE INDEX "household_organization_id_reference_id_key" ON "household"("organization_id", "reference_id");
CREATE UNIQUE INDEX "household_organization_id_id_idx" ON "household"("organization_id", "id");
CREATE INDEX "household_organization_id_area_code_idx" ON "household"("organization_id", "area_code" text_pattern_ops);

-- A household and its members belong to one organisation: the keys that say so need unique pairs to point to.
DROP INDEX "beneficiary_organization_id_id_idx";
CREATE UNIQUE INDEX "beneficiary_organization_id_id_idx" ON "beneficiary"("organization_id", "id");

CREATE TABLE "household_member" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "household_id" UUID NOT NULL,
    "beneficiary_id" UUID NOT NULL,
    "role" "household_role" NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "until" TIMESTAMPTZ(3),

    CONSTRAINT "household_member_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "household_member_household_fkey" FOREIGN KEY ("organization_id", "household_id") REFERENCES "household"("organization_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "household_member_beneficiary_fkey" FOREIGN KEY ("organization_id", "beneficiary_id") REFERENCES "beneficiary"("organization_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "household_member_order" CHECK ("until" >= "since")
);
CREATE INDEX "household_member_household_id_id_idx" ON "household_member"("household_id", "id");
CREATE INDEX "household_member_beneficiary_id_id_idx" ON "household_member"("beneficiary_id", "id");
-- Now, and not only as far as the code looks: one household for a person, one head and one collector for a household.
CREATE UNIQUE INDEX "household_member_lives_once" ON "household_member"("beneficiary_id") WHERE "until" IS NULL;
CREATE UNIQUE INDEX "household_member_one_head" ON "household_member"("household_id") WHERE "until" IS NULL AND "role" = 'HEAD';
CREATE UNIQUE INDEX "household_member_one_collector" ON "household_member"("household_id") WHERE "until" IS NULL AND "role" = 'COLLECTOR';
