import { newId } from '#kernel/db';
import type { CoreTransaction } from '../database';
import { scoreOf, WORTH_A_LOOK, type Likeness } from './score';

/** A number or a name that more people share than this tells nothing: a whole village may have one phone. It also bounds the work. */
const MOST_SHARING = 20;

/** What makes a person new to a search: they were registered, changed, or parted from another one. */
export const NEWS = `'beneficiary.registered', 'beneficiary.updated', 'beneficiary.unmerged'`;

/** Of whom the log of an organisation ($1) tells after an entry ($3), and whoever has a number or the sound of a word in common with them: nobody else can be in a pair with them. */
const NEWCOMERS = `
newcomer AS MATERIALIZED (
  SELECT DISTINCT entity_id::uuid AS id FROM audit_entry WHERE organization_id = $1::uuid AND seq > $3::bigint AND entity_type = 'Beneficiary' AND action IN (${NEWS})
), akin AS MATERIALIZED (
  SELECT DISTINCT y.beneficiary_id AS id FROM newcomer n JOIN beneficiary_identifier x ON x.beneficiary_id = n.id
  JOIN beneficiary_identifier y ON y.organization_id = $1::uuid AND y.kind = x.kind AND y.blind_index = x.blind_index WHERE x.kind <> 'NAME_TOKEN'
), `;

/**
 * Pairs of people of an organisation ($1) that are worth comparing: who share a number; who share the day of birth and the sound of a word of the name; whose names
 * sound the same as a whole. Set-based: the work grows with people, not with pairs of people.
 */
export const pairsOf = (whom: 'everybody' | 'newcomers'): string => `
WITH ${whom === 'newcomers' ? NEWCOMERS : ''}person AS MATERIALIZED (
  SELECT id, birth_date FROM beneficiary WHERE organization_id = $1::uuid AND status IN ('DRAFT', 'ACTIVE', 'SUSPENDED') ${whom === 'newcomers' ? 'AND id IN (SELECT id FROM akin)' : ''}
), by_number AS (
  SELECT array_agg(i.beneficiary_id) AS people FROM beneficiary_identifier i JOIN person p ON p.id = i.beneficiary_id
  WHERE i.organization_id = $1::uuid AND i.kind IN ('PHONE', 'GOVERNMENT_ID', 'BANK_ACCOUNT', 'EMAIL') GROUP BY i.kind, i.blind_index HAVING count(*) BETWEEN 2 AND ${MOST_SHARING}
), sound AS MATERIALIZED (
  SELECT i.beneficiary_id AS id, i.blind_index, p.birth_date FROM beneficiary_identifier i JOIN person p ON p.id = i.beneficiary_id WHERE i.organization_id = $1::uuid AND i.kind = 'NAME_SOUND'
), by_birth AS (
  SELECT array_agg(id) AS people FROM sound WHERE birth_date IS NOT NULL GROUP BY blind_index, birth_date HAVING count(*) BETWEEN 2 AND ${MOST_SHARING}
), by_name AS (
  SELECT array_agg(id) AS people FROM (SELECT id, md5(string_agg(encode(blind_index, 'hex'), ',' ORDER BY blind_index)) AS name FROM sound GROUP BY id) named GROUP BY name HAVING count(*) BETWEEN 2 AND ${MOST_SHARING}
), alike AS (
  SELECT people FROM by_number UNION ALL SELECT people FROM by_birth UNION ALL SELECT people FROM by_name
)
SELECT DISTINCT low, high FROM alike, unnest(people) low, unnest(people) high WHERE low < high AND NOT EXISTS (SELECT FROM duplicate_candidate c WHERE c.low_id = low AND c.high_id = high)
  ${whom === 'newcomers' ? 'AND (low IN (SELECT id FROM newcomer) OR high IN (SELECT id FROM newcomer))' : ''}`;

/** Writes down which pairs a search compares. @returns how many there are. */
export function writePairs(tx: CoreTransaction, { id, organizationId, sinceSeq }: { id: string; organizationId: string; sinceSeq: bigint | null }): Promise<number> {
  const insert = (pairs: string): string => `INSERT INTO duplicate_pair (search_id, position, low_id, high_id) SELECT $2::uuid, row_number() OVER (ORDER BY low, high), low, high FROM (${pairs}) p`;
  return sinceSeq === null ? tx.sql.execute(insert(pairsOf('everybody')), [organizationId, id]) : tx.sql.execute(insert(pairsOf('newcomers')), [organizationId, id, String(sinceSeq)]);
}

interface Row extends Omit<Likeness, 'sharedWords' | 'sharedSounds'> {
  low: string;
  high: string;
  words: number;
  allWords: number;
  sounds: number;
  allSounds: number;
}

/**
 * What each pair has in common: one statement for all of them. People and what they are found by are read person by person first: joined at once, the planner goes by the index
 * of values, and reads everybody who has a common name (25 times as long among 131,072 people).
 */
const LIKENESS = `
WITH pair AS MATERIALIZED (SELECT low, high FROM unnest($1::uuid[], $2::uuid[]) AS p(low, high)),
person AS MATERIALIZED (
  SELECT b.* FROM (SELECT low AS id FROM pair UNION SELECT high FROM pair) who CROSS JOIN LATERAL (SELECT id, birth_date, area_code, gender FROM beneficiary WHERE id = who.id OFFSET 0) b
), identifier AS MATERIALIZED (
  SELECT person.id, i.kind, i.blind_index FROM person CROSS JOIN LATERAL (SELECT kind, blind_index FROM beneficiary_identifier WHERE beneficiary_id = person.id OFFSET 0) i
), shared AS (
  SELECT p.low, p.high, count(*) FILTER (WHERE x.kind = 'GOVERNMENT_ID') AS ids, count(*) FILTER (WHERE x.kind = 'PHONE') AS phones, count(*) FILTER (WHERE x.kind = 'BANK_ACCOUNT') AS accounts,
    count(*) FILTER (WHERE x.kind = 'EMAIL') AS emails, count(*) FILTER (WHERE x.kind = 'NAME_TOKEN') AS words, count(*) FILTER (WHERE x.kind = 'NAME_SOUND') AS sounds
  FROM pair p JOIN identifier x ON x.id = p.low JOIN identifier y ON y.id = p.high AND y.kind = x.kind AND y.blind_index = x.blind_index GROUP BY 1, 2
), held AS (
  SELECT id, count(*) FILTER (WHERE kind = 'GOVERNMENT_ID') AS ids, count(*) FILTER (WHERE kind = 'NAME_TOKEN') AS words, count(*) FILTER (WHERE kind = 'NAME_SOUND') AS sounds FROM identifier GROUP BY 1
)
SELECT p.low, p.high,
  CASE WHEN coalesce(a.ids, 0) = 0 OR coalesce(b.ids, 0) = 0 THEN NULL ELSE coalesce(s.ids, 0) > 0 END AS "sameGovernmentId",
  coalesce(s.phones, 0) > 0 AS "samePhone", coalesce(s.accounts, 0) > 0 AS "sameBankAccount", coalesce(s.emails, 0) > 0 AS "sameEmail",
  CASE WHEN l.birth_date IS NULL OR h.birth_date IS NULL THEN NULL WHEN l.birth_date = h.birth_date THEN 'SAME_DAY' WHEN extract(year FROM l.birth_date) = extract(year FROM h.birth_date) THEN 'SAME_YEAR' ELSE 'OTHER' END AS birth,
  coalesce(s.words, 0)::int AS words, (coalesce(a.words, 0) + coalesce(b.words, 0) - coalesce(s.words, 0))::int AS "allWords",
  coalesce(s.sounds, 0)::int AS sounds, (coalesce(a.sounds, 0) + coalesce(b.sounds, 0) - coalesce(s.sounds, 0))::int AS "allSounds",
  coalesce(l.area_code = h.area_code, false) AS "sameArea", CASE WHEN l.gender = 'UNKNOWN' OR h.gender = 'UNKNOWN' THEN NULL ELSE l.gender = h.gender END AS "sameGender"
FROM pair p JOIN person l ON l.id = p.low JOIN person h ON h.id = p.high
LEFT JOIN shared s ON s.low = p.low AND s.high = p.high LEFT JOIN held a ON a.id = p.low LEFT JOIN held b ON b.id = p.high`;

/** Compares pairs and keeps those that somebody should look at; a pair that is known stays as it is. @returns how many are new. */
export async function comparePairs(tx: CoreTransaction, organizationId: string, pairs: ReadonlyArray<{ low: string; high: string }>): Promise<number> {
  if (pairs.length === 0) return 0;
  const rows = await tx.sql.query<Row>(LIKENESS, [pairs.map(({ low }) => low), pairs.map(({ high }) => high)]);
  const candidates = rows.flatMap(({ low, high, words, allWords, sounds, allSounds, ...like }) => {
    const { score, reasons } = scoreOf({ ...like, sharedWords: allWords === 0 ? 0 : words / allWords, sharedSounds: allSounds === 0 ? 0 : sounds / allSounds });
    return score < WORTH_A_LOOK ? [] : [{ id: newId(), low, high, score, reasons }];
  });
  if (candidates.length === 0) return 0;
  return tx.sql.execute(
    `INSERT INTO duplicate_candidate (id, organization_id, low_id, high_id, score, reasons)
     SELECT id, $2::uuid, low, high, score, reasons FROM jsonb_to_recordset($1::jsonb) AS c(id uuid, low uuid, high uuid, score int, reasons jsonb) ON CONFLICT (low_id, high_id) DO NOTHING`,
    [JSON.stringify(candidates), organizationId],
  );
}
