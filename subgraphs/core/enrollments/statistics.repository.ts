import { isId } from '#kernel/db';
import type { CoreDatabase } from '../database';
import { EnrollmentDimension } from './statistics.type';

/** A number of people of one kind. */
export interface Tally {
  projectId: string;
  key: string;
  count: number;
}

/** People who are named for a project or take part in it. */
const PRESENT = `status IN ('REGISTERED', 'VALIDATED', 'INCLUDED', 'PAUSED')`;
const AGE = `CASE WHEN birth_year IS NULL THEN 'UNKNOWN' WHEN $3 - birth_year < 5 THEN '0-4' WHEN $3 - birth_year < 18 THEN '5-17' WHEN $3 - birth_year < 60 THEN '18-59' ELSE '60+' END`;
const KEYS: Readonly<Record<EnrollmentDimension, string>> = {
  [EnrollmentDimension.STATUS]: 'status::text',
  [EnrollmentDimension.GENDER]: 'gender::text',
  [EnrollmentDimension.AGE_BAND]: AGE,
  [EnrollmentDimension.AREA]: `array_to_string((string_to_array(coalesce(area_code, ''), '.'))[1:$2], '.')`,
};

/** Reads what the triggers count: as many rows as there are kinds of people, however many people there are. */
export class StatisticsRepository {
  constructor(private readonly database: CoreDatabase) {}

  /** Of many projects at once. The caller has been shown the projects. @param depth Of areas: how many segments of their path. */
  tallies(projectIds: readonly string[], by: EnrollmentDimension, depth: number, year = new Date().getUTCFullYear()): Promise<Tally[]> {
    const whom = by === EnrollmentDimension.STATUS ? 'true' : PRESENT;
    return this.database.$queryRawUnsafe<Tally[]>(
      `SELECT project_id AS "projectId", ${KEYS[by]} AS key, sum(count)::int AS count FROM enrollment_tally
       WHERE project_id = ANY($1::uuid[]) AND ${whom} AND $2::int > 0 AND $3::int > 0 GROUP BY 1, 2 HAVING sum(count) <> 0 ORDER BY 1, 2`,
      projectIds.filter(isId),
      depth,
      year,
    );
  }

  /** Adds rows of the same kind up, project by project. What is counted at this moment is added afterwards. @returns how many rows were put together. */
  async compact(more = 1000): Promise<number> {
    const crowded = await this.database.$queryRawUnsafe<Array<{ id: string }>>('SELECT project_id::text AS id FROM enrollment_tally GROUP BY project_id HAVING count(*) > $1', more);
    let put = 0;
    for (const { id } of crowded) {
      put += await this.database.$executeRawUnsafe(
        `WITH gone AS (DELETE FROM enrollment_tally WHERE project_id = $1::uuid RETURNING *)
         INSERT INTO enrollment_tally (project_id, status, gender, birth_year, area_code, count)
         SELECT project_id, status, gender, birth_year, area_code, sum(count) FROM gone GROUP BY 1, 2, 3, 4, 5 HAVING sum(count) <> 0`,
        id,
      );
    }
    return put;
  }
}
