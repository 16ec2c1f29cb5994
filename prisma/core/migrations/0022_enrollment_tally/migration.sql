CREATE TABLE "enrollment_tally" (
    "id" BIGSERIAL NOT NULL,
    "project_id" UUID NOT NULL,
    "status" "enrollment_status" NOT NULL,
    "gender" "gender" NOT NULL,
    "birth_year" INTEGER,
    "area_code" TEXT,
    "count" INTEGER NOT NULL,

    CONSTRAINT "enrollment_tally_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "enrollment_tally_project_id_idx" ON "enrollment_tally"("project_id");

INSERT INTO "enrollment_tally" ("project_id", "status", "gender", "birth_year", "area_code", "count")
SELECT e.project_id, e.status, b.gender, extract(year FROM b.birth_date)::int, b.area_code, count(*)
FROM enrollment e JOIN beneficiary b ON b.id = e.beneficiary_id GROUP BY 1, 2, 3, 4, 5;

-- People are held while they are counted: otherwise one who changes at this moment would be counted as they were by one side and as they are by the other.
CREATE FUNCTION tally_enrollments_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO enrollment_tally (project_id, status, gender, birth_year, area_code, count)
  SELECT held.project_id, held.status, held.gender, held.birth_year, held.area_code, count(*) FROM (
    SELECT n.project_id, n.status, b.gender, extract(year FROM b.birth_date)::int AS birth_year, b.area_code
    FROM added n JOIN beneficiary b ON b.id = n.beneficiary_id ORDER BY b.id FOR SHARE OF b
  ) held GROUP BY 1, 2, 3, 4, 5;
  RETURN NULL;
END $$;
CREATE TRIGGER "enrollment_is_counted" AFTER INSERT ON "enrollment" REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION tally_enrollments_added();

CREATE FUNCTION tally_enrollments_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO enrollment_tally (project_id, status, gender, birth_year, area_code, count)
  SELECT held.project_id, held.status, held.gender, held.birth_year, held.area_code, sum(held.change) FROM (
    SELECT m.project_id, m.status, b.gender, extract(year FROM b.birth_date)::int AS birth_year, b.area_code, m.change
    FROM (
      SELECT o.beneficiary_id, o.project_id, o.status, -1 AS change FROM before o JOIN after n ON n.id = o.id WHERE (o.status, o.project_id, o.beneficiary_id) IS DISTINCT FROM (n.status, n.project_id, n.beneficiary_id)
      UNION ALL
      SELECT n.beneficiary_id, n.project_id, n.status, 1 FROM before o JOIN after n ON n.id = o.id WHERE (o.status, o.project_id, o.beneficiary_id) IS DISTINCT FROM (n.status, n.project_id, n.beneficiary_id)
    ) m JOIN beneficiary b ON b.id = m.beneficiary_id ORDER BY b.id FOR SHARE OF b
  ) held GROUP BY 1, 2, 3, 4, 5 HAVING sum(held.change) <> 0;
  RETURN NULL;
END $$;
CREATE TRIGGER "enrollment_is_counted_anew" AFTER UPDATE ON "enrollment" REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION tally_enrollments_moved();

CREATE FUNCTION tally_enrollments_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO enrollment_tally (project_id, status, gender, birth_year, area_code, count)
  SELECT held.project_id, held.status, held.gender, held.birth_year, held.area_code, -count(*) FROM (
    SELECT o.project_id, o.status, b.gender, extract(year FROM b.birth_date)::int AS birth_year, b.area_code
    FROM removed o JOIN beneficiary b ON b.id = o.beneficiary_id ORDER BY b.id FOR SHARE OF b
  ) held GROUP BY 1, 2, 3, 4, 5;
  RETURN NULL;
END $$;
CREATE TRIGGER "enrollment_is_no_longer_counted" AFTER DELETE ON "enrollment" REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION tally_enrollments_removed();

CREATE FUNCTION tally_people_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO enrollment_tally (project_id, status, gender, birth_year, area_code, count)
  SELECT e.project_id, e.status, m.gender, m.birth_year, m.area_code, sum(m.change) FROM (
    SELECT o.id, o.gender, extract(year FROM o.birth_date)::int AS birth_year, o.area_code, -1 AS change FROM before o JOIN after n ON n.id = o.id
    WHERE (o.gender, extract(year FROM o.birth_date), o.area_code) IS DISTINCT FROM (n.gender, extract(year FROM n.birth_date), n.area_code)
    UNION ALL
    SELECT n.id, n.gender, extract(year FROM n.birth_date)::int, n.area_code, 1 FROM before o JOIN after n ON n.id = o.id
    WHERE (o.gender, extract(year FROM o.birth_date), o.area_code) IS DISTINCT FROM (n.gender, extract(year FROM n.birth_date), n.area_code)
  ) m JOIN enrollment e ON e.beneficiary_id = m.id GROUP BY 1, 2, 3, 4, 5 HAVING sum(m.change) <> 0;
  RETURN NULL;
END $$;
CREATE TRIGGER "beneficiary_is_counted_anew" AFTER UPDATE ON "beneficiary" REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION tally_people_changed();
