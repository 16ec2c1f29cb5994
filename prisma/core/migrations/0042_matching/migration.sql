CREATE TYPE "matching_agreement_status" AS ENUM ('PROPOSED', 'ACCEPTED', 'ENDED');
CREATE TYPE "matching_run_status" AS ENUM ('RUNNING', 'DONE', 'CANCELLED');

CREATE TABLE "matching_agreement" (
    "id" UUID NOT NULL,
    "proposer_id" UUID NOT NULL,
    "accepter_id" UUID NOT NULL,
    "purpose" TEXT NOT NULL,
    "kinds" "identifier_kind"[] NOT NULL,
    "ends_on" DATE NOT NULL,
    "status" "matching_agreement_status" NOT NULL DEFAULT 'PROPOSED',
    "proposed_by_id" TEXT NOT NULL,
    "accepted_by_id" TEXT,
    "accepted_at" TIMESTAMPTZ(3),
    "ended_by_id" TEXT,
    "ended_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "matching_agreement_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "matching_agreement_proposer_id_fkey" FOREIGN KEY ("proposer_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "matching_agreement_accepter_id_fkey" FOREIGN KEY ("accepter_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "matching_agreement_of_two" CHECK ("proposer_id" <> "accepter_id"),
    CONSTRAINT "matching_agreement_kinds" CHECK (cardinality("kinds") > 0 AND "kinds" <@ ARRAY['PHONE', 'GOVERNMENT_ID', 'BANK_ACCOUNT', 'WALLET']::identifier_kind[]),
    CONSTRAINT "matching_agreement_accepted" CHECK ("status" <> 'ACCEPTED' OR "accepted_at" IS NOT NULL)
);
CREATE INDEX "matching_agreement_proposer_id_id_idx" ON "matching_agreement"("proposer_id", "id");
CREATE INDEX "matching_agreement_accepter_id_id_idx" ON "matching_agreement"("accepter_id", "id");
-- Two organisations have one agreement at a time, whoever proposed it.
CREATE UNIQUE INDEX "matching_agreement_once" ON "matching_agreement"(least("proposer_id", "accepter_id"), greatest("proposer_id", "accepter_id")) WHERE "status" <> 'ENDED';

CREATE TABLE "matching_run" (
    "id" UUID NOT NULL,
    "agreement_id" UUID NOT NULL,
    "status" "matching_run_status" NOT NULL DEFAULT 'RUNNING',
    "organization_id" UUID NOT NULL,
    "started_by_id" TEXT NOT NULL,
    "proposers_people" INTEGER NOT NULL DEFAULT 0,
    "accepters_people" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "matching_run_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "matching_run_agreement_id_fkey" FOREIGN KEY ("agreement_id") REFERENCES "matching_agreement"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "matching_run_agreement_id_id_idx" ON "matching_run"("agreement_id", "id");
CREATE UNIQUE INDEX "matching_run_one_at_a_time" ON "matching_run"("agreement_id") WHERE "status" = 'RUNNING';

-- What people are compared by while a run is under way. Of no use without the key of the attempt, which is in no table and no file; in no backup and no replica (UNLOGGED); gone when the run ends.
CREATE UNLOGGED TABLE "matching_token" (
    "attempt_id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "by_proposer" BOOLEAN NOT NULL,
    "kind" "identifier_kind" NOT NULL,
    "token" BYTEA NOT NULL,
    "beneficiary_id" UUID NOT NULL,

    CONSTRAINT "matching_token_pkey" PRIMARY KEY ("attempt_id", "by_proposer", "kind", "token", "beneficiary_id")
);
CREATE INDEX "matching_token_run_id_idx" ON "matching_token"("run_id");

-- Who agrees with whom. Each side is told of its own people alone.
CREATE TABLE "matching_pair" (
    "agreement_id" UUID NOT NULL,
    "proposers_id" UUID NOT NULL,
    "accepters_id" UUID NOT NULL,
    "kinds" "identifier_kind"[] NOT NULL,

    CONSTRAINT "matching_pair_pkey" PRIMARY KEY ("agreement_id", "proposers_id", "accepters_id"),
    CONSTRAINT "matching_pair_agreement_id_fkey" FOREIGN KEY ("agreement_id") REFERENCES "matching_agreement"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "matching_pair_proposers_id_fkey" FOREIGN KEY ("proposers_id") REFERENCES "beneficiary"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "matching_pair_accepters_id_fkey" FOREIGN KEY ("accepters_id") REFERENCES "beneficiary"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "matching_pair_agreement_id_accepters_id_idx" ON "matching_pair"("agreement_id", "accepters_id");
CREATE INDEX "matching_pair_proposers_id_idx" ON "matching_pair"("proposers_id");
CREATE INDEX "matching_pair_accepters_id_idx" ON "matching_pair"("accepters_id");
