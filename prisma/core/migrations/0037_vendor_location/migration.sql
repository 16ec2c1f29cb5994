-- Where a vendor is, in degrees of WGS 84; six decimals are some 11 cm. Both or none of the two.
ALTER TABLE "vendor"
    ADD COLUMN "latitude" DECIMAL(9,6),
    ADD COLUMN "longitude" DECIMAL(9,6),
    ADD CONSTRAINT "vendor_location_whole" CHECK (("latitude" IS NULL) = ("longitude" IS NULL)),
    ADD CONSTRAINT "vendor_location_on_earth" CHECK ("latitude" BETWEEN -90 AND 90 AND "longitude" BETWEEN -180 AND 180);
CREATE INDEX "vendor_organization_id_latitude_longitude_idx" ON "vendor"("organization_id", "latitude", "longitude");
