-- Documents: what is known of a file. Its content lies in the storage.
CREATE TYPE "document_status" AS ENUM ('UPLOADING', 'STORED', 'QUARANTINED', 'DELETED');
CREATE TYPE "document_sensitivity" AS ENUM ('PUBLIC', 'INTERNAL', 'PERSONAL');
CREATE TYPE "document_refusal" AS ENUM ('TYPE_NOT_ALLOWED', 'INFECTED');
CREATE TYPE "document_scan" AS ENUM ('NONE', 'CLEAN', 'INFECTED');
CREATE TYPE "document_target" AS ENUM ('USER', 'VENDOR', 'PROJECT', 'BENEFICIARY');

CREATE TABLE "document" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID,
    "kind" TEXT NOT NULL,
    "filename" TEXT NOT NULL,
    "media_type" TEXT,
    "size" INTEGER NOT NULL,
    "sha256" TEXT,
    "fingerprint" TEXT,
    "cid" TEXT,
    "sensitivity" "document_sensitivity" NOT NULL,
    "status" "document_status" NOT NULL DEFAULT 'UPLOADING',
    "refusal" "document_refusal",
    "storage_key" TEXT,
    "wrapped_key" BYTEA,
    "key_version" INTEGER,
    "scan" "document_scan",
    "retain_until" TIMESTAMPTZ(3),
    "created_by_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "document_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "document_size_positive" CHECK ("size" > 0),
    CONSTRAINT "document_stored_whole" CHECK ("status" <> 'STORED' OR (num_nonnulls("sha256", "fingerprint") = 1 AND "media_type" IS NOT NULL AND "storage_key" IS NOT NULL)),
    -- Personal content is never at rest in the clear, and never published.
    CONSTRAINT "document_personal_sealed" CHECK ("sensitivity" <> 'PERSONAL' OR (("wrapped_key" IS NOT NULL OR "status" IN ('DELETED', 'QUARANTINED')) AND "cid" IS NULL)),
    CONSTRAINT "document_key_whole" CHECK (("wrapped_key" IS NULL) = ("key_version" IS NULL)),
    CONSTRAINT "document_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "document_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE SET NULL ON UPDATE CASCADE
);
CREATE INDEX "document_organization_id_id_idx" ON "document"("organization_id", "id");
CREATE INDEX "document_project_id_id_idx" ON "document"("project_id", "id");
CREATE INDEX "document_key_version_idx" ON "document"("key_version", "id");
CREATE INDEX "document_retain_until_idx" ON "document"("retain_until");

CREATE TABLE "document_link" (
    "document_id" UUID NOT NULL,
    "target_type" "document_target" NOT NULL,
    "target_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "document_link_pkey" PRIMARY KEY ("document_id", "target_type", "target_id"),
    CONSTRAINT "document_link_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "document"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "document_link_target_type_target_id_idx" ON "document_link"("target_type", "target_id");
