CREATE TYPE "import_status" AS ENUM ('RECEIVED', 'READING', 'VALIDATING', 'DEDUPLICATING', 'IN_REVIEW', 'COMMITTING', 'COMMITTED', 'PARTIALLY_COMMITTED', 'REFUSED', 'FAILED');
CREATE TYPE "import_row_status" AS ENUM ('VALID', 'INVALID', 'DUPLICATE', 'SKIPPED', 'COMMITTED');

CREATE TABLE "import_batch" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID,
    "document_id" UUID NOT NULL,
    "content_key" TEXT NOT NULL,
    "status" "import_status" NOT NULL DEFAULT 'RECEIVED',
    "dry_run" BOOLEAN NOT NULL,
    "settings" JSONB NOT NULL,
    "reach" JSONB NOT NULL,
    "mapping" JSONB,
    "date_order" TEXT,
    "notices" JSONB NOT NULL DEFAULT '[]',
    "failure" JSONB,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "cursor" INTEGER NOT NULL DEFAULT 0,
    "total" INTEGER NOT NULL DEFAULT 0,
    "created_by_id" TEXT NOT NULL,
    "committed_by_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "import_batch_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "import_batch_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "import_batch_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "import_batch_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "document"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "import_batch_organization_id_id_idx" ON "import_batch"("organization_id", "id");
CREATE INDEX "import_batch_project_id_id_idx" ON "import_batch"("project_id", "id");
-- The same file with the same settings is the same batch, unless nothing came of it.
CREATE UNIQUE INDEX "import_batch_once" ON "import_batch"("organization_id", "content_key") WHERE "status" NOT IN ('REFUSED', 'FAILED');

CREATE TABLE "import_row" (
    "batch_id" UUID NOT NULL,
    "row" INTEGER NOT NULL,
    "status" "import_row_status" NOT NULL,
    "problems" JSONB NOT NULL DEFAULT '[]',
    "reference_id" TEXT,
    "doubles" JSONB,
    "beneficiary_id" UUID,

    CONSTRAINT "import_row_pkey" PRIMARY KEY ("batch_id", "row"),
    CONSTRAINT "import_row_committed_whole" CHECK (("status" = 'COMMITTED') = ("beneficiary_id" IS NOT NULL)),
    CONSTRAINT "import_row_batch_id_fkey" FOREIGN KEY ("batch_id") REFERENCES "import_batch"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "import_row_batch_id_status_row_idx" ON "import_row"("batch_id", "status", "row");

CREATE TABLE "import_identifier" (
    "batch_id" UUID NOT NULL,
    "kind" "identifier_kind" NOT NULL,
    "blind_index" BYTEA NOT NULL,
    "row" INTEGER NOT NULL,

    CONSTRAINT "import_identifier_pkey" PRIMARY KEY ("batch_id", "kind", "blind_index", "row"),
    CONSTRAINT "import_identifier_batch_id_fkey" FOREIGN KEY ("batch_id") REFERENCES "import_batch"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "import_mapping" (
    "organization_id" UUID NOT NULL,
    "headers_hash" TEXT NOT NULL,
    "mapping" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "import_mapping_pkey" PRIMARY KEY ("organization_id", "headers_hash"),
    CONSTRAINT "import_mapping_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
