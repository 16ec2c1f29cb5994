-- Personal data is sealed row by row. What is there already is sealed by core when it starts (beneficiaries/seal-plain.ts): it alone has the keys.
ALTER TABLE "beneficiary_pii"
    ADD COLUMN "ciphertext" BYTEA,
    ADD COLUMN "wrapped_key" BYTEA,
    ADD COLUMN "key_version" INTEGER,
    ALTER COLUMN "full_name" DROP NOT NULL,
    ADD CONSTRAINT "beneficiary_pii_sealed_whole" CHECK (("ciphertext" IS NULL) = ("wrapped_key" IS NULL) AND ("ciphertext" IS NULL) = ("key_version" IS NULL)),
    ADD CONSTRAINT "beneficiary_pii_sealed_or_plain" CHECK ("ciphertext" IS NULL OR ("full_name" IS NULL AND "phone" IS NULL));
CREATE INDEX "beneficiary_pii_key_version_idx" ON "beneficiary_pii"("key_version", "beneficiary_id");

ALTER TYPE "beneficiary_status" ADD VALUE 'MERGED';
ALTER TYPE "beneficiary_status" ADD VALUE 'ERASED';

CREATE TYPE "identifier_kind" AS ENUM ('PHONE', 'GOVERNMENT_ID', 'BANK_ACCOUNT', 'EMAIL', 'WALLET', 'NAME_TOKEN', 'NAME_SOUND');

-- By what people are found without reading what is sealed. The key is the index: equal values lie together, in order of registration.
CREATE TABLE "beneficiary_identifier" (
    "organization_id" UUID NOT NULL,
    "kind" "identifier_kind" NOT NULL,
    "blind_index" BYTEA NOT NULL,
    "beneficiary_id" UUID NOT NULL,

    CONSTRAINT "beneficiary_identifier_pkey" PRIMARY KEY ("organization_id", "kind", "blind_index", "beneficiary_id"),
    CONSTRAINT "beneficiary_identifier_beneficiary_id_fkey" FOREIGN KEY ("beneficiary_id") REFERENCES "beneficiary"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "beneficiary_identifier_beneficiary_id_idx" ON "beneficiary_identifier"("beneficiary_id");
-- A wallet has one owner. Phones are shared by families, and accounts by households.
CREATE UNIQUE INDEX "beneficiary_identifier_exclusive" ON "beneficiary_identifier"("organization_id", "blind_index") WHERE "kind" = 'WALLET';

-- Who has read somebody's personal data: one entry tells of all that one request read.
CREATE INDEX "audit_entry_read_personal_data_idx" ON "audit_entry" USING gin (("payload" #> '{beneficiaryIds}'::text[])) WHERE "action" = 'beneficiary.personal-data-read';
-- The id alone tells a thing apart; with it in the first place, it need not come with its type.
DROP INDEX "audit_entry_entity_type_entity_id_seq_idx";
CREATE INDEX "audit_entry_entity_id_seq_idx" ON "audit_entry"("entity_id", "seq");
