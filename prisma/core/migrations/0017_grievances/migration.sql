CREATE TYPE "grievance_type" AS ENUM ('TECHNICAL', 'OPERATIONAL', 'FINANCIAL', 'OTHER');
CREATE TYPE "grievance_priority" AS ENUM ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL');
CREATE TYPE "grievance_status" AS ENUM ('NEW', 'IN_PROGRESS', 'RESOLVED', 'CLOSED', 'REJECTED');

CREATE TABLE "grievance" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID,
    "beneficiary_id" UUID,
    "vendor_id" UUID,
    "area_code" TEXT,
    "type" "grievance_type" NOT NULL,
    "priority" "grievance_priority" NOT NULL DEFAULT 'MEDIUM',
    "status" "grievance_status" NOT NULL DEFAULT 'NEW',
    "assignee_id" UUID,
    "filed_by_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "grievance_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "grievance_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "grievance_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "grievance_beneficiary_id_fkey" FOREIGN KEY ("beneficiary_id") REFERENCES "beneficiary"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "grievance_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "vendor"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "grievance_assignee_id_fkey" FOREIGN KEY ("assignee_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "grievance_organization_id_id_idx" ON "grievance"("organization_id", "id");
CREATE INDEX "grievance_project_id_id_idx" ON "grievance"("project_id", "id");
CREATE INDEX "grievance_beneficiary_id_idx" ON "grievance"("beneficiary_id");
CREATE INDEX "grievance_assignee_id_id_idx" ON "grievance"("assignee_id", "id");

CREATE TABLE "grievance_step" (
    "id" UUID NOT NULL,
    "grievance_id" UUID NOT NULL,
    "status" "grievance_status" NOT NULL,
    "priority" "grievance_priority" NOT NULL,
    "assignee_id" UUID,
    "actor_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ciphertext" BYTEA,
    "wrapped_key" BYTEA,
    "key_version" INTEGER,

    CONSTRAINT "grievance_step_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "grievance_step_grievance_id_fkey" FOREIGN KEY ("grievance_id") REFERENCES "grievance"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "grievance_step_sealed_whole" CHECK (("ciphertext" IS NULL) = ("wrapped_key" IS NULL) AND ("ciphertext" IS NULL) = ("key_version" IS NULL))
);
CREATE INDEX "grievance_step_grievance_id_id_idx" ON "grievance_step"("grievance_id", "id");
