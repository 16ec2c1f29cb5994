CREATE TYPE "attribute_type" AS ENUM ('TEXT', 'TEL', 'NUMBER', 'DATE', 'BOOLEAN', 'SELECT', 'MULTISELECT', 'GEO');

CREATE TABLE "attribute" (
    "organization_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "type" "attribute_type" NOT NULL,
    "is_personal" BOOLEAN NOT NULL,

    CONSTRAINT "attribute_pkey" PRIMARY KEY ("organization_id", "key"),
    CONSTRAINT "attribute_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

CREATE TABLE "attribute_definition" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID,
    "key" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "label" JSONB NOT NULL,
    "required" BOOLEAN NOT NULL,
    "options" JSONB NOT NULL,
    "pattern" TEXT,
    "active" BOOLEAN NOT NULL,
    "created_by_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "attribute_definition_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "attribute_definition_organization_id_key_fkey" FOREIGN KEY ("organization_id", "key") REFERENCES "attribute"("organization_id", "key") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "attribute_definition_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "attribute_definition_version" CHECK ("version" >= 1),
    CONSTRAINT "attribute_definition_once" UNIQUE NULLS NOT DISTINCT ("organization_id", "key", "project_id", "version")
);
CREATE INDEX "attribute_definition_project_id_idx" ON "attribute_definition"("project_id");
