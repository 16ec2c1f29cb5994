import { newId, type Pool } from '#kernel/db';
import { writePersonalData } from '../../subgraphs/core/beneficiaries/personal-data';
import { transaction, type CoreDatabase } from '../../subgraphs/core/database';
import type { PersonalData, ProtectedData } from '../../subgraphs/core/protected-data';
import { say } from '../progress';

/** The family name of every twentieth; the others share two thousand. */
export const COMMON = 'Otieno';
const BATCH = 2000;
/** Batches on their way at the same time. */
const LANES = 3;

const SYLLABLES = ['ba', 'che', 'do', 'ga', 'ha', 'ki', 'la', 'mo', 'nya', 'pe', 'ra', 'si', 'ta', 'we', 'zu'];

/** The n-th of some thousand names. */
function word(n: number): string {
  const [a = '', b = '', c = ''] = [n, Math.floor(n / 15), Math.floor(n / 225)].map((part) => SYLLABLES[part % 15] ?? '');
  const text = `${a}${b}${c}n`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function nameOf(n: number): string {
  return `${word(n % 500)} ${n % 20 === 0 ? COMMON : word(500 + ((n * 7919) % 2000))}`;
}

export function phoneOf(n: number): string {
  return `+2547${String(n).padStart(8, '0')}`;
}

/** Registers so many people as an import would have left them: rows, sealed data and identifiers, by the code that does it; no events, which others would be busy with. */
export async function fillPeople(pool: Pool, database: CoreDatabase, protectedData: ProtectedData, { organizationId, projectId, people }: { organizationId: string; projectId: string; people: number }): Promise<void> {
  say(`people-search: ${people.toLocaleString('en')} rows`);
  await pool.query(
    `INSERT INTO beneficiary (id, organization_id, reference_id, status, gender, birth_date, area_code, attributes, registered_by_id, created_at, updated_at)
     SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(mark, 1, 3) || '8' || substr(mark, 4, 15))::uuid, $1::text::uuid, 'R-' || lpad(n::text, 7, '0'),
       (CASE WHEN n % 500 = 0 THEN 'DRAFT' ELSE 'ACTIVE' END)::beneficiary_status, (ARRAY['FEMALE', 'MALE'])[1 + n % 2]::gender, date '1940-01-01' + (n::bigint * 7919 % 30000)::int,
       'ke.c' || n % 10 || '.w' || n % 1000, jsonb_build_object('camp', 'c' || n % 5000), 'bench', at, at
     FROM (SELECT n, at, md5($1::text || n) AS mark FROM generate_series(0, $2::int - 1) n, LATERAL (SELECT timestamptz '2023-01-01' + n * interval '2 minutes' AS at) a) p`,
    [organizationId, people],
  );
  await pool.query(`INSERT INTO enrollment (id, project_id, beneficiary_id, updated_at) SELECT gen_random_uuid(), $1, id, now() FROM beneficiary WHERE organization_id = $2 AND reference_id LIKE '%7'`, [projectId, organizationId]);
  const batches = Array.from({ length: Math.ceil(people / BATCH) }, (_, index) => index * BATCH);
  const lane = async (): Promise<void> => {
    for (let from = batches.shift(); from !== undefined; from = batches.shift()) {
      if (from % 50_000 === 0) say(`people-search: sealing from ${from.toLocaleString('en')}`);
      const { rows } = await pool.query<{ id: string; n: number }>(`SELECT id, right(reference_id, 7)::int AS n FROM beneficiary WHERE organization_id = $1 AND reference_id >= $2 ORDER BY reference_id LIMIT $3`, [organizationId, `R-${String(from).padStart(7, '0')}`, BATCH]);
      await transaction(database, (tx) => writePersonalData(tx, protectedData, rows.map(({ id, n }) => ({ owner: { id, organizationId, walletAddress: null }, personal: personalOf(n) }))));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  await pool.query('VACUUM ANALYZE beneficiary, beneficiary_identifier, beneficiary_pii, enrollment');
}

function personalOf(n: number): PersonalData {
  return { fullName: nameOf(n), phones: [phoneOf(n)], email: null, address: null, governmentIds: [{ kind: 'national-id', number: `N${n}` }], bankAccount: null, attributes: {} };
}

/** An attribute and a project, so that lists can be narrowed by them. */
export async function fillSurroundings(database: CoreDatabase, organizationId: string): Promise<string> {
  const [projectId, day] = [newId(), new Date('2026-01-01')];
  await database.project.create({ data: { id: projectId, organizationId, slug: 'bench', name: 'Bench', typeCode: 'none', status: 'ACTIVE', currency: 'KES', budgetMinor: 0n, startsOn: day, endsOn: day, settings: {}, createdById: 'bench' } });
  await database.attribute.create({ data: { organizationId, key: 'camp', type: 'TEXT', isPersonal: false } });
  await database.attributeDefinition.create({ data: { id: newId(), organizationId, key: 'camp', version: 1, label: { en: 'Camp' }, required: false, options: [], active: true, createdById: 'bench' } });
  return projectId;
}
