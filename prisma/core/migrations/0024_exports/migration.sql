CREATE TYPE "export_format" AS ENUM ('CSV', 'XLSX', 'JSON');
CREATE TYPE "export_purpose" AS ENUM ('INTERNAL', 'SHARING');
CREATE TYPE "export_status" AS ENUM ('RUNNING', 'READY', 'FAILED');

CREATE TABLE "export" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "format" "export_format" NOT NULL,
    "purpose" "export_purpose" NOT NULL,
    "personal" BOOLEAN NOT NULL,
    "filter" JSONB NOT NULL,
    "status" "export_status" NOT NULL DEFAULT 'RUNNING',
    "rows" INTEGER,
    "withheld" INTEGER,
    "document_id" UUID,
    "failure" TEXT,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "export_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "export_ready_whole" CHECK (("status" = 'READY') = ("document_id" IS NOT NULL)),
    CONSTRAINT "export_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "export_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "document"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "export_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "export_organization_id_id_idx" ON "export"("organization_id", "id");
