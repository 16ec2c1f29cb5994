-- A search may be of newcomers alone: of whom the log tells since the search before.
ALTER TABLE "duplicate_search" ADD COLUMN "since_seq" BIGINT, ADD COLUMN "last_seq" BIGINT NOT NULL DEFAULT 0;
