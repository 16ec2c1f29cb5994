-- By which version of the index key a person is found. Adding a column with a constant default rewrites nothing.
ALTER TABLE "beneficiary_pii" ADD COLUMN "index_version" INTEGER NOT NULL DEFAULT 1;
CREATE INDEX "beneficiary_pii_index_version_idx" ON "beneficiary_pii"("index_version", "beneficiary_id");
