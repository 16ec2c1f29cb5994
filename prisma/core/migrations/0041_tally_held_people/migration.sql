-- People are held by a statement of their own, before the one that counts them: a statement that waits for a person while it counts goes on with what it has read of everything else,
-- and counted wrong where a person, and their part in a project, changed at one moment.
CREATE OR REPLACE FUNCTION tally_enrollments_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM beneficiary b WHERE b.id IN (SELECT t.beneficiary_id FROM added t) ORDER BY b.id FOR SHARE;
  INSERT INTO enrollment_tally (project_id, status, gender, birth_year, area_code, count)
  SELECT n.project_id, n.status, b.gender, extract(year FROM b.birth_date)::int, b.area_code, count(*) FROM added n JOIN beneficiary b ON b.id = n.beneficiary_id GROUP BY 1, 2, 3, 4, 5;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION tally_enrollments_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM beneficiary b WHERE b.id IN (SELECT t.beneficiary_id FROM before t UNION SELECT t.beneficiary_id FROM after t) ORDER BY b.id FOR SHARE;
  INSERT INTO enrollment_tally (project_id, status, gender, birth_year, area_code, count)
  SELECT m.project_id, m.status, b.gender, extract(year FROM b.birth_date)::int, b.area_code, sum(m.change) FROM (
    SELECT o.beneficiary_id, o.project_id, o.status, -1 AS change FROM before o JOIN after n ON n.id = o.id WHERE (o.status, o.project_id, o.beneficiary_id) IS DISTINCT FROM (n.status, n.project_id, n.beneficiary_id)
    UNION ALL
    SELECT n.beneficiary_id, n.project_id, n.status, 1 FROM before o JOIN after n ON n.id = o.id WHERE (o.status, o.project_id, o.beneficiary_id) IS DISTINCT FROM (n.status, n.project_id, n.beneficiary_id)
  ) m JOIN beneficiary b ON b.id = m.beneficiary_id GROUP BY 1, 2, 3, 4, 5 HAVING sum(m.change) <> 0;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION tally_enrollments_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM beneficiary b WHERE b.id IN (SELECT t.beneficiary_id FROM removed t) ORDER BY b.id FOR SHARE;
  INSERT INTO enrollment_tally (project_id, status, gender, birth_year, area_code, count)
  SELECT o.project_id, o.status, b.gender, extract(year FROM b.birth_date)::int, b.area_code, -count(*) FROM removed o JOIN beneficiary b ON b.id = o.beneficiary_id GROUP BY 1, 2, 3, 4, 5;
  RETURN NULL;
END $$;

-- What may have been counted wrong is counted anew.
LOCK TABLE "beneficiary", "enrollment" IN SHARE MODE;
DELETE FROM "enrollment_tally";
INSERT INTO "enrollment_tally" ("project_id", "status", "gender", "birth_year", "area_code", "count")
SELECT e.project_id, e.status, b.gender, extract(year FROM b.birth_date)::int, b.area_code, count(*)
FROM enrollment e JOIN beneficiary b ON b.id = e.beneficiary_id GROUP BY 1, 2, 3, 4, 5;
