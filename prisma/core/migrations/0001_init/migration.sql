-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "user_status" AS ENUM ('ACTIVE', 'DISABLED');

-- CreateEnum
CREATE TYPE "gender" AS ENUM ('FEMALE', 'MALE', 'OTHER', 'UNKNOWN');

-- CreateEnum
CREATE TYPE "beneficiary_status" AS ENUM ('DRAFT', 'ACTIVE', 'SUSPENDED');

-- CreateEnum
CREATE TYPE "vendor_status" AS ENUM ('PENDING', 'APPROVED', 'SUSPENDED', 'OFFBOARDED');

-- CreateEnum
CREATE TYPE "project_status" AS ENUM ('DRAFT', 'PROVISIONING', 'ACTIVE', 'PAUSED', 'CLOSING', 'CLOSED', 'ARCHIVED', 'FAILED');

-- CreateEnum
CREATE TYPE "milestone_status" AS ENUM ('PLANNED', 'DONE', 'MISSED');

-- CreateEnum
CREATE TYPE "enrollment_status" AS ENUM ('REGISTERED', 'VALIDATED', 'INCLUDED', 'PAUSED', 'DECLINED', 'COMPLETED', 'REMOVED');

-- CreateEnum
CREATE TYPE "project_vendor_status" AS ENUM ('ASSIGNED', 'VERIFIED', 'SUSPENDED');

-- CreateEnum
CREATE TYPE "desired_state" AS ENUM ('RUNNING', 'STOPPED', 'DELETED');

-- CreateEnum
CREATE TYPE "instance_state" AS ENUM ('STARTING', 'READY', 'ATTACHED', 'DRAINING', 'STOPPED', 'FAILED');

-- CreateEnum
CREATE TYPE "step_status" AS ENUM ('RUNNING', 'DONE', 'FAILED');

-- CreateTable
CREATE TABLE "organization" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organization_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "app_user" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "display_name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "status" "user_status" NOT NULL DEFAULT 'ACTIVE',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "app_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "role_assignment" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "project_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "role_assignment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "beneficiary" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "reference_id" TEXT NOT NULL,
    "status" "beneficiary_status" NOT NULL DEFAULT 'ACTIVE',
    "gender" "gender" NOT NULL DEFAULT 'UNKNOWN',
    "birth_date" DATE,
    "preferred_language" TEXT NOT NULL DEFAULT 'en',
    "area_code" TEXT,
    "wallet_address" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "beneficiary_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "beneficiary_pii" (
    "beneficiary_id" UUID NOT NULL,
    "full_name" TEXT NOT NULL,
    "phone" TEXT,

    CONSTRAINT "beneficiary_pii_pkey" PRIMARY KEY ("beneficiary_id")
);

-- CreateTable
CREATE TABLE "vendor" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "status" "vendor_status" NOT NULL DEFAULT 'PENDING',
    "area_code" TEXT,
    "contact_phone" TEXT,
    "wallet_address" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "vendor_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "project" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "type_code" TEXT NOT NULL,
    "status" "project_status" NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "budget_minor" BIGINT NOT NULL,
    "starts_on" DATE NOT NULL,
    "ends_on" DATE NOT NULL,
    "settings" JSONB NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "contract_address" TEXT,
    "created_by_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "project_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "milestone" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "due_on" DATE NOT NULL,
    "status" "milestone_status" NOT NULL DEFAULT 'PLANNED',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "milestone_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "enrollment" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "beneficiary_id" UUID NOT NULL,
    "status" "enrollment_status" NOT NULL DEFAULT 'REGISTERED',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "enrollment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "project_vendor" (
    "project_id" UUID NOT NULL,
    "vendor_id" UUID NOT NULL,
    "status" "project_vendor_status" NOT NULL DEFAULT 'ASSIGNED',
    "daily_limit_minor" BIGINT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "project_vendor_pkey" PRIMARY KEY ("project_id","vendor_id")
);

-- CreateTable
CREATE TABLE "project_type_version" (
    "type_code" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "image" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "sdl" TEXT NOT NULL,
    "sdl_hash" TEXT NOT NULL,
    "settings_schema" JSONB NOT NULL,
    "registered_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "live_since" TIMESTAMPTZ(3),
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "project_type_version_pkey" PRIMARY KEY ("type_code","version")
);

-- CreateTable
CREATE TABLE "static_subgraph" (
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "url" TEXT,
    "sdl" TEXT NOT NULL,
    "config" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "static_subgraph_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "supergraph_version" (
    "version" INTEGER NOT NULL,
    "parent" INTEGER NOT NULL,
    "sdl" TEXT NOT NULL,
    "subgraphs" JSONB NOT NULL,
    "cause" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "supergraph_version_pkey" PRIMARY KEY ("version")
);

-- CreateTable
CREATE TABLE "registry_state" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "routes_version" INTEGER NOT NULL DEFAULT 0,
    "permissions_version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "registry_state_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gateway_lease" (
    "gateway_id" TEXT NOT NULL,
    "supergraph_version" INTEGER NOT NULL,
    "routes_version" INTEGER NOT NULL,
    "renewed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "gateway_lease_pkey" PRIMARY KEY ("gateway_id")
);

-- CreateTable
CREATE TABLE "deployment" (
    "project_id" UUID NOT NULL,
    "desired" "desired_state" NOT NULL DEFAULT 'RUNNING',
    "type_code" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "live_generation" INTEGER NOT NULL DEFAULT 0,
    "failure_code" TEXT,
    "failure_reason" TEXT,
    "settled" BOOLEAN NOT NULL DEFAULT false,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "deployment_pkey" PRIMARY KEY ("project_id")
);

-- CreateTable
CREATE TABLE "service_instance" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "generation" INTEGER NOT NULL,
    "version" TEXT NOT NULL,
    "image" TEXT NOT NULL,
    "sdl_hash" TEXT NOT NULL,
    "state" "instance_state" NOT NULL,
    "url" TEXT,
    "restarts" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ready_at" TIMESTAMPTZ(3),
    "stopped_at" TIMESTAMPTZ(3),

    CONSTRAINT "service_instance_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "deployment_step" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "generation" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "status" "step_status" NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 1,
    "message" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "deployment_step_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox_event" (
    "id" UUID NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "project_id" UUID,
    "aggregate_type" TEXT NOT NULL,
    "aggregate_id" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "correlation_id" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "published_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "inbox_event" (
    "subscriber" TEXT NOT NULL,
    "event_id" UUID NOT NULL,
    "processed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "inbox_event_pkey" PRIMARY KEY ("subscriber","event_id")
);

-- CreateTable
CREATE TABLE "idempotency_key" (
    "scope" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "result" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("scope","key")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" UUID NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_type" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "entity_type" TEXT NOT NULL,
    "entity_id" TEXT NOT NULL,
    "organization_id" UUID,
    "project_id" UUID,
    "correlation_id" TEXT NOT NULL,
    "payload" JSONB NOT NULL,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "organization_slug_key" ON "organization"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "app_user_email_key" ON "app_user"("email");

-- CreateIndex
CREATE INDEX "app_user_organization_id_id_idx" ON "app_user"("organization_id", "id");

-- CreateIndex
CREATE INDEX "role_assignment_user_id_idx" ON "role_assignment"("user_id");

-- CreateIndex
CREATE INDEX "beneficiary_organization_id_id_idx" ON "beneficiary"("organization_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "beneficiary_organization_id_reference_id_key" ON "beneficiary"("organization_id", "reference_id");

-- CreateIndex
CREATE INDEX "vendor_organization_id_id_idx" ON "vendor"("organization_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "vendor_organization_id_name_key" ON "vendor"("organization_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "project_slug_key" ON "project"("slug");

-- CreateIndex
CREATE INDEX "project_organization_id_id_idx" ON "project"("organization_id", "id");

-- CreateIndex
CREATE INDEX "milestone_project_id_due_on_idx" ON "milestone"("project_id", "due_on");

-- CreateIndex
CREATE INDEX "enrollment_project_id_id_idx" ON "enrollment"("project_id", "id");

-- CreateIndex
CREATE INDEX "enrollment_beneficiary_id_idx" ON "enrollment"("beneficiary_id");

-- CreateIndex
CREATE UNIQUE INDEX "enrollment_project_id_beneficiary_id_key" ON "enrollment"("project_id", "beneficiary_id");

-- CreateIndex
CREATE INDEX "project_vendor_vendor_id_idx" ON "project_vendor"("vendor_id");

-- CreateIndex
CREATE UNIQUE INDEX "project_type_version_image_key" ON "project_type_version"("image");

-- CreateIndex
CREATE INDEX "project_type_version_sdl_hash_idx" ON "project_type_version"("sdl_hash");

-- CreateIndex
CREATE UNIQUE INDEX "supergraph_version_parent_key" ON "supergraph_version"("parent");

-- CreateIndex
CREATE UNIQUE INDEX "service_instance_project_id_generation_key" ON "service_instance"("project_id", "generation");

-- CreateIndex
CREATE INDEX "deployment_step_project_id_id_idx" ON "deployment_step"("project_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_event_seq_key" ON "outbox_event"("seq");

-- CreateIndex
CREATE UNIQUE INDEX "audit_entry_seq_key" ON "audit_entry"("seq");

-- CreateIndex
CREATE INDEX "audit_entry_organization_id_seq_idx" ON "audit_entry"("organization_id", "seq");

-- CreateIndex
CREATE INDEX "audit_entry_project_id_seq_idx" ON "audit_entry"("project_id", "seq");

-- CreateIndex
CREATE INDEX "audit_entry_entity_type_entity_id_seq_idx" ON "audit_entry"("entity_type", "entity_id", "seq");

-- AddForeignKey
ALTER TABLE "app_user" ADD CONSTRAINT "app_user_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "role_assignment" ADD CONSTRAINT "role_assignment_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "beneficiary" ADD CONSTRAINT "beneficiary_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "beneficiary_pii" ADD CONSTRAINT "beneficiary_pii_beneficiary_id_fkey" FOREIGN KEY ("beneficiary_id") REFERENCES "beneficiary"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "vendor" ADD CONSTRAINT "vendor_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project" ADD CONSTRAINT "project_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "milestone" ADD CONSTRAINT "milestone_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "enrollment" ADD CONSTRAINT "enrollment_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "enrollment" ADD CONSTRAINT "enrollment_beneficiary_id_fkey" FOREIGN KEY ("beneficiary_id") REFERENCES "beneficiary"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_vendor" ADD CONSTRAINT "project_vendor_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_vendor" ADD CONSTRAINT "project_vendor_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "vendor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deployment" ADD CONSTRAINT "deployment_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "service_instance" ADD CONSTRAINT "service_instance_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "deployment"("project_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deployment_step" ADD CONSTRAINT "deployment_step_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "deployment"("project_id") ON DELETE CASCADE ON UPDATE CASCADE;



-- What Prisma's schema language cannot say.

ALTER TABLE "project" ADD CONSTRAINT "project_budget_not_negative" CHECK ("budget_minor" >= 0);
ALTER TABLE "project" ADD CONSTRAINT "project_ends_after_start" CHECK ("ends_on" >= "starts_on");
ALTER TABLE "project_vendor" ADD CONSTRAINT "project_vendor_limit_not_negative" CHECK ("daily_limit_minor" IS NULL OR "daily_limit_minor" >= 0);
ALTER TABLE "registry_state" ADD CONSTRAINT "registry_state_one_row" CHECK ("id" = 1);
INSERT INTO "registry_state" ("id") VALUES (1);

-- A role is held once in a place; NULL project counts as a place.
CREATE UNIQUE INDEX "role_assignment_once" ON "role_assignment" ("user_id", "role", "project_id") NULLS NOT DISTINCT;

-- The relay and the worker look only at what is not done yet.
CREATE INDEX "outbox_event_unpublished" ON "outbox_event" ("seq") WHERE "published_at" IS NULL;
CREATE INDEX "deployment_unsettled" ON "deployment" ("project_id") WHERE NOT "settled";

-- Raw inserts of shared code name no id or time: the database gives them.
CREATE FUNCTION notify_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('outbox', '');
  RETURN NULL;
END $$;
CREATE TRIGGER "outbox_event_wakes_relay" AFTER INSERT ON "outbox_event" FOR EACH STATEMENT EXECUTE FUNCTION notify_outbox();

-- Core API processes hear of new supergraph, route and permission versions at once (polling is the net).
CREATE FUNCTION notify_registry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('registry', '');
  RETURN NULL;
END $$;
CREATE TRIGGER "supergraph_version_is_news" AFTER INSERT ON "supergraph_version" FOR EACH STATEMENT EXECUTE FUNCTION notify_registry();
CREATE TRIGGER "registry_state_is_news" AFTER UPDATE ON "registry_state" FOR EACH STATEMENT EXECUTE FUNCTION notify_registry();
