-- Files of audit entries with what proves them, on their way or made.
CREATE TABLE "audit_export" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "from" TIMESTAMPTZ(3),
    "to" TIMESTAMPTZ(3),
    "project_id" UUID,
    "known_sizes" BIGINT[] NOT NULL DEFAULT '{}',
    "status" "export_status" NOT NULL DEFAULT 'RUNNING',
    "entries" INTEGER,
    "tree_size" BIGINT,
    "document_id" UUID,
    "failure" TEXT,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "audit_export_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "audit_export_ready_whole" CHECK (("status" = 'READY') = ("document_id" IS NOT NULL)),
    CONSTRAINT "audit_export_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "audit_export_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "document"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "audit_export_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "audit_export_organization_id_id_idx" ON "audit_export"("organization_id", "id");

-- Checkpoints that were handed to the chain room.
CREATE TABLE "audit_anchor_request" (
    "tree_size" BIGINT NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_anchor_request_pkey" PRIMARY KEY ("tree_size")
);
