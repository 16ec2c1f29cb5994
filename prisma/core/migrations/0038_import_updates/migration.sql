-- Rows that change somebody who is registered. As text below: a value of an enum cannot be used in the transaction that adds it.
ALTER TYPE "import_row_status" ADD VALUE 'TO_UPDATE';
ALTER TYPE "import_row_status" ADD VALUE 'UPDATED';
ALTER TABLE "import_row" DROP CONSTRAINT "import_row_committed_whole";
ALTER TABLE "import_row" ADD CONSTRAINT "import_row_committed_whole" CHECK (("status"::text IN ('COMMITTED', 'UPDATED')) = ("beneficiary_id" IS NOT NULL));
