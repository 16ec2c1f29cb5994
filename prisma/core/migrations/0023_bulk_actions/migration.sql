CREATE TYPE "bulk_action_kind" AS ENUM ('SUSPEND', 'ACTIVATE', 'ENROL', 'MOVE_ENROLLMENT');
CREATE TYPE "bulk_action_status" AS ENUM ('RUNNING', 'DONE', 'CANCELLED');

CREATE TABLE "bulk_action" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID,
    "kind" "bulk_action_kind" NOT NULL,
    "target" TEXT,
    "reason" TEXT,
    "status" "bulk_action_status" NOT NULL DEFAULT 'RUNNING',
    "total" INTEGER NOT NULL,
    "cursor" INTEGER NOT NULL DEFAULT 0,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "bulk_action_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "bulk_action_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "bulk_action_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "bulk_action_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "bulk_action_organization_id_id_idx" ON "bulk_action"("organization_id", "id");

CREATE TABLE "bulk_action_item" (
    "action_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "beneficiary_id" UUID NOT NULL,
    "code" TEXT,

    CONSTRAINT "bulk_action_item_pkey" PRIMARY KEY ("action_id", "position"),
    CONSTRAINT "bulk_action_item_action_id_fkey" FOREIGN KEY ("action_id") REFERENCES "bulk_action"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
-- The report: whom nothing was done to.
CREATE INDEX "bulk_action_item_failed_idx" ON "bulk_action_item"("action_id", "position") WHERE "code" IS NOT NULL;
