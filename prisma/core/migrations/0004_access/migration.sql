-- Who may do what: roles of organisations, assignments with area, limit and end, API keys, invitations, sign-up requests.
ALTER TYPE "user_status" ADD VALUE IF NOT EXISTS 'LOCKED';
CREATE TYPE "signup_status" AS ENUM ('PENDING', 'APPROVED', 'REJECTED');

ALTER TABLE "organization" ADD COLUMN "signup_open" BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE "app_user"
    ADD COLUMN "preferred_language" TEXT NOT NULL DEFAULT 'en',
    ADD COLUMN "settings" JSONB NOT NULL DEFAULT '{}';

ALTER TABLE "role_assignment"
    ADD COLUMN "area_path" TEXT NOT NULL DEFAULT '',
    ADD COLUMN "approval_limit_minor" BIGINT,
    ADD COLUMN "expires_at" TIMESTAMPTZ(3),
    ADD COLUMN "granted_by_id" TEXT,
    ADD CONSTRAINT "role_assignment_limit_not_negative" CHECK ("approval_limit_minor" IS NULL OR "approval_limit_minor" >= 0);

-- A role is held once in a place; NULL project counts as a place.
DROP INDEX "role_assignment_once";
CREATE UNIQUE INDEX "role_assignment_once" ON "role_assignment" ("user_id", "role", "project_id", "area_path") NULLS NOT DISTINCT;
CREATE INDEX "role_assignment_role_idx" ON "role_assignment"("role");

CREATE TABLE "role" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "role_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "role_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "role_organization_id_name_key" ON "role"("organization_id", "name");

CREATE TABLE "role_permission" (
    "role_id" UUID NOT NULL,
    "permission" TEXT NOT NULL,

    CONSTRAINT "role_permission_pkey" PRIMARY KEY ("role_id", "permission"),
    CONSTRAINT "role_permission_role_id_fkey" FOREIGN KEY ("role_id") REFERENCES "role"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "incompatible_role_pair" (
    "organization_id" UUID NOT NULL,
    "role_a" TEXT NOT NULL,
    "role_b" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "incompatible_role_pair_pkey" PRIMARY KEY ("organization_id", "role_a", "role_b"),
    CONSTRAINT "incompatible_role_pair_in_order" CHECK ("role_a" COLLATE "C" < "role_b" COLLATE "C"),
    CONSTRAINT "incompatible_role_pair_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

CREATE TABLE "api_key" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "secret_hash" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "permissions" TEXT[] NOT NULL,
    "project_id" UUID,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "api_key_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "api_key_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "api_key_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "api_key_prefix_key" ON "api_key"("prefix");
CREATE UNIQUE INDEX "api_key_secret_hash_key" ON "api_key"("secret_hash");
CREATE INDEX "api_key_organization_id_id_idx" ON "api_key"("organization_id", "id");

CREATE TABLE "invitation" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "roles" JSONB NOT NULL,
    "token_hash" TEXT NOT NULL,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "user_id" UUID,

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "invitation_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "invitation_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "invitation_token_hash_key" ON "invitation"("token_hash");
CREATE INDEX "invitation_organization_id_id_idx" ON "invitation"("organization_id", "id");

CREATE TABLE "signup_request" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "message" TEXT NOT NULL DEFAULT '',
    "status" "signup_status" NOT NULL DEFAULT 'PENDING',
    "decided_by_id" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "reason" TEXT,
    "invitation_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "signup_request_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "signup_request_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "signup_request_invitation_id_fkey" FOREIGN KEY ("invitation_id") REFERENCES "invitation"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "signup_request_organization_id_id_idx" ON "signup_request"("organization_id", "id");
-- Who asks twice has asked once.
CREATE UNIQUE INDEX "signup_request_pending_once" ON "signup_request" ("organization_id", "email") WHERE "status" = 'PENDING';

-- Areas narrow lists: `ke.kisumu` and all that begins with `ke.kisumu.`.
CREATE INDEX "beneficiary_organization_id_area_code_idx" ON "beneficiary"("organization_id", "area_code" text_pattern_ops);
