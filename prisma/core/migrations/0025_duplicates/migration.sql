CREATE TYPE "duplicate_status" AS ENUM ('OPEN', 'DISTINCT', 'DUPLICATE', 'MERGED');
CREATE TYPE "duplicate_search_status" AS ENUM ('PAIRING', 'SCORING', 'DONE');

CREATE TABLE "duplicate_candidate" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "low_id" UUID NOT NULL,
    "high_id" UUID NOT NULL,
    "score" INTEGER NOT NULL,
    "reasons" JSONB NOT NULL,
    "status" "duplicate_status" NOT NULL DEFAULT 'OPEN',
    "decided_by_id" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "note" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "duplicate_candidate_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "duplicate_candidate_in_order" CHECK ("low_id" < "high_id"),
    CONSTRAINT "duplicate_candidate_score" CHECK ("score" BETWEEN 0 AND 1000),
    CONSTRAINT "duplicate_candidate_decided_whole" CHECK (("status" = 'OPEN') = ("decided_at" IS NULL)),
    CONSTRAINT "duplicate_candidate_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "duplicate_candidate_low_id_fkey" FOREIGN KEY ("low_id") REFERENCES "beneficiary"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "duplicate_candidate_high_id_fkey" FOREIGN KEY ("high_id") REFERENCES "beneficiary"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "duplicate_candidate_low_id_high_id_key" ON "duplicate_candidate"("low_id", "high_id");
CREATE INDEX "duplicate_candidate_organization_id_status_score_id_idx" ON "duplicate_candidate"("organization_id", "status", "score" DESC, "id");
CREATE INDEX "duplicate_candidate_high_id_idx" ON "duplicate_candidate"("high_id");

CREATE TABLE "duplicate_search" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "status" "duplicate_search_status" NOT NULL DEFAULT 'PAIRING',
    "pairs" INTEGER NOT NULL DEFAULT 0,
    "cursor" INTEGER NOT NULL DEFAULT 0,
    "found" INTEGER NOT NULL DEFAULT 0,
    "created_by_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "duplicate_search_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "duplicate_search_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "duplicate_search_organization_id_id_idx" ON "duplicate_search"("organization_id", "id");

CREATE TABLE "duplicate_pair" (
    "search_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "low_id" UUID NOT NULL,
    "high_id" UUID NOT NULL,

    CONSTRAINT "duplicate_pair_pkey" PRIMARY KEY ("search_id", "position"),
    CONSTRAINT "duplicate_pair_search_id_fkey" FOREIGN KEY ("search_id") REFERENCES "duplicate_search"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "beneficiary_merge" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "survivor_id" UUID NOT NULL,
    "merged_id" UUID NOT NULL,
    "previous_status" "beneficiary_status" NOT NULL,
    "moved_enrollments" UUID[] NOT NULL,
    "merged_by_id" TEXT NOT NULL,
    "merged_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "undone_by_id" TEXT,
    "undone_at" TIMESTAMPTZ(3),

    CONSTRAINT "beneficiary_merge_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "beneficiary_merge_of_two" CHECK ("survivor_id" <> "merged_id"),
    CONSTRAINT "beneficiary_merge_survivor_id_fkey" FOREIGN KEY ("survivor_id") REFERENCES "beneficiary"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "beneficiary_merge_merged_id_fkey" FOREIGN KEY ("merged_id") REFERENCES "beneficiary"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "beneficiary_merge_survivor_id_idx" ON "beneficiary_merge"("survivor_id");
-- Nobody is merged into two people.
CREATE UNIQUE INDEX "beneficiary_merge_stands_once" ON "beneficiary_merge"("merged_id") WHERE "undone_at" IS NULL;
