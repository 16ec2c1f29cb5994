-- From a row to what tells it apart: comparing rows with people goes row by row, and must not look through the whole batch for each.
CREATE INDEX "import_identifier_batch_id_row_idx" ON "import_identifier"("batch_id", "row");
