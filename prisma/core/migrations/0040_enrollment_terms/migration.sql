CREATE TYPE "enrollment_type" AS ENUM ('ENROLLED', 'REFERRED', 'WALK_IN');

-- How somebody came, and what they may get beside others. The multiplier in hundredths: money is never multiplied by a fraction that a computer cannot write.
ALTER TABLE "enrollment"
    ADD COLUMN "type" "enrollment_type" NOT NULL DEFAULT 'ENROLLED',
    ADD COLUMN "multiplier_hundredths" INTEGER NOT NULL DEFAULT 100,
    ADD COLUMN "max_payments" INTEGER,
    ADD CONSTRAINT "enrollment_multiplier" CHECK ("multiplier_hundredths" BETWEEN 1 AND 999999),
    ADD CONSTRAINT "enrollment_max_payments" CHECK ("max_payments" BETWEEN 1 AND 1000);
