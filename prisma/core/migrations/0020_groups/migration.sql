CREATE TYPE "group_purpose" AS ENUM ('BANK_TRANSFER', 'MOBILE_MONEY', 'VENDOR_VOUCHER', 'IN_KIND', 'COMMUNICATION');

CREATE TABLE "beneficiary_group" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID,
    "name" TEXT NOT NULL,
    "purpose" "group_purpose" NOT NULL,
    "filter" JSONB,
    "created_by_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "beneficiary_group_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "beneficiary_group_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "beneficiary_group_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    -- Words that people are found by are personal: no filter keeps them in the open.
    CONSTRAINT "beneficiary_group_filter" CHECK (jsonb_typeof("filter") = 'object' AND NOT "filter" ? 'search')
);
CREATE UNIQUE INDEX "beneficiary_group_organization_id_id_idx" ON "beneficiary_group"("organization_id", "id");
CREATE INDEX "beneficiary_group_project_id_id_idx" ON "beneficiary_group"("project_id", "id");
CREATE UNIQUE INDEX "beneficiary_group_named_once" ON "beneficiary_group"("organization_id", "project_id", "name") NULLS NOT DISTINCT WHERE "archived_at" IS NULL;

CREATE TABLE "beneficiary_group_member" (
    "organization_id" UUID NOT NULL,
    "group_id" UUID NOT NULL,
    "beneficiary_id" UUID NOT NULL,
    "added_by_id" TEXT NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "beneficiary_group_member_pkey" PRIMARY KEY ("group_id", "beneficiary_id"),
    CONSTRAINT "beneficiary_group_member_group_fkey" FOREIGN KEY ("organization_id", "group_id") REFERENCES "beneficiary_group"("organization_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "beneficiary_group_member_beneficiary_fkey" FOREIGN KEY ("organization_id", "beneficiary_id") REFERENCES "beneficiary"("organization_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "beneficiary_group_member_beneficiary_id_idx" ON "beneficiary_group_member"("beneficiary_id");

CREATE TABLE "group_snapshot" (
    "id" UUID NOT NULL,
    "group_id" UUID NOT NULL,
    "count" INTEGER NOT NULL,
    "left_out" INTEGER NOT NULL,
    "hash" BYTEA NOT NULL,
    "taken_by_id" TEXT NOT NULL,
    "taken_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "group_snapshot_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "group_snapshot_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "beneficiary_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "group_snapshot_of_somebody" CHECK ("count" > 0 AND "left_out" >= 0 AND octet_length("hash") = 32)
);
CREATE INDEX "group_snapshot_group_id_id_idx" ON "group_snapshot"("group_id", "id");

CREATE TABLE "group_snapshot_member" (
    "snapshot_id" UUID NOT NULL,
    "beneficiary_id" UUID NOT NULL,

    CONSTRAINT "group_snapshot_member_pkey" PRIMARY KEY ("snapshot_id", "beneficiary_id"),
    -- At the end of the transaction: members come before the snapshot that closes them.
    CONSTRAINT "group_snapshot_member_snapshot_id_fkey" FOREIGN KEY ("snapshot_id") REFERENCES "group_snapshot"("id") ON DELETE RESTRICT ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED
);

CREATE FUNCTION refuse_change_of_snapshot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A snapshot of a group is never changed.';
END $$;
CREATE TRIGGER "group_snapshot_never_changes" BEFORE UPDATE OR DELETE OR TRUNCATE ON "group_snapshot" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_snapshot();
CREATE TRIGGER "group_snapshot_member_never_changes" BEFORE UPDATE OR DELETE OR TRUNCATE ON "group_snapshot_member" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_snapshot();

CREATE FUNCTION refuse_latecomers_of_snapshot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM "group_snapshot" WHERE "id" IN (SELECT "snapshot_id" FROM added)) THEN
    RAISE EXCEPTION 'A snapshot of a group is never changed.';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "group_snapshot_is_closed" AFTER INSERT ON "group_snapshot_member" REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_latecomers_of_snapshot();
