CREATE TYPE "consent_purpose" AS ENUM ('PROCESSING', 'SHARING', 'MESSAGING');
CREATE TYPE "consent_method" AS ENUM ('SPOKEN', 'WRITTEN', 'THUMBPRINT', 'DIGITAL');
CREATE TYPE "consent_end" AS ENUM ('WITHDRAWN', 'RENEWED');

CREATE TABLE "consent" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "beneficiary_id" UUID NOT NULL,
    "purpose" "consent_purpose" NOT NULL,
    "method" "consent_method" NOT NULL,
    "language" TEXT NOT NULL,
    "wording" TEXT NOT NULL,
    "given_on" DATE NOT NULL,
    "recorded_by_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),
    "end" "consent_end",
    "ended_by_id" TEXT,

    CONSTRAINT "consent_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "consent_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "consent_beneficiary_id_fkey" FOREIGN KEY ("beneficiary_id") REFERENCES "beneficiary"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "consent_ends_whole" CHECK (("ended_at" IS NULL) = ("end" IS NULL) AND ("ended_at" IS NULL) = ("ended_by_id" IS NULL))
);
CREATE INDEX "consent_beneficiary_id_idx" ON "consent"("beneficiary_id");
-- One answer at a time to the question whether somebody has agreed.
CREATE UNIQUE INDEX "consent_stands_once" ON "consent"("beneficiary_id", "purpose") WHERE "ended_at" IS NULL;
