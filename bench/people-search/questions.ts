import { encodeCursor } from '#kernel/graphql';
import type { Pool } from '#kernel/db';
import { keyIn } from '../../subgraphs/core/beneficiaries/beneficiary.list';
import { BeneficiaryOrder } from '../../subgraphs/core/beneficiaries/filter.inputs';
import { COMMON, nameOf, phoneOf } from './people';

/** One question that is asked again and again, each time about somebody else where it can be. */
export interface Question {
  title: string;
  fields: string;
  variables: (round: number) => Record<string, unknown>;
}

export const PAGE = 20;
const FIELDS = 'id referenceId status areaCode';
const DEEP = 5000;

export const QUERY = (fields: string): string =>
  `query ($first: Int!, $after: String, $order: BeneficiaryOrder, $filter: BeneficiaryFilter) { beneficiaries(first: $first, after: $after, order: $order, filter: $filter) { edges { node { ${fields} } } pageInfo { endCursor } } }`;

/** Somebody of so many, another one each round. */
const somebody = (round: number, people: number): number => (round * 104_729) % people;

export async function questionsOf(pool: Pool, organizationId: string, people: number, projectId: string): Promise<Question[]> {
  const deep = Math.min(DEEP, Math.floor(people / PAGE / 2));
  const pages: Question[] = [];
  for (const order of [BeneficiaryOrder.REGISTERED, BeneficiaryOrder.REFERENCE, BeneficiaryOrder.AREA]) {
    for (const [title, skipped] of [['page 1', 0], [`page ${deep.toLocaleString('en')}`, (deep - 1) * PAGE], ['last page', people - PAGE]] as const) {
      const after = skipped === 0 ? null : await cursorAt(pool, organizationId, order, skipped);
      pages.push({ title: `${title} in order ${order}`, fields: FIELDS, variables: () => ({ order, after }) });
    }
  }
  const find = (title: string, filter: (round: number) => Record<string, unknown>, fields = FIELDS): Question => ({ title, fields, variables: (round) => ({ filter: filter(round) }) });
  return [
    ...pages,
    find('a full name', (round) => ({ search: nameOf(somebody(round, people)) })),
    find('a full name, and show it', (round) => ({ search: nameOf(somebody(round, people)) }), `${FIELDS} fullName phone`),
    find('the family name of one in twenty', () => ({ search: COMMON })),
    find('a family name that nobody has', (round) => ({ search: `Nobody${round}` })),
    find('a phone number', (round) => ({ search: phoneOf(somebody(round, people)) })),
    find('a reference', (round) => ({ referenceId: `R-${String(somebody(round, people)).padStart(7, '0')}` })),
    find('an area of one in a thousand', (round) => ({ areaCode: `ke.c${round % 10}.w${round % 1000}` })),
    find('an attribute of one in five thousand', (round) => ({ attributes: { camp: `c${round}` } })),
    find('drafts', () => ({ status: 'DRAFT' })),
    find('a project of one in ten', () => ({ projectId })),
    find('women of working age', () => ({ gender: 'FEMALE', ageAtLeast: 18, ageAtMost: 59 })),
  ];
}

/** The cursor after so many people. */
async function cursorAt(pool: Pool, organizationId: string, order: BeneficiaryOrder, skipped: number): Promise<string> {
  const by = { REGISTERED: 'id', REFERENCE: 'reference_id', AREA: `coalesce(area_code, ''), id` }[order as 'REGISTERED' | 'REFERENCE' | 'AREA'];
  const { rows } = await pool.query<{ id: string; referenceId: string; areaCode: string }>(
    `SELECT id, reference_id AS "referenceId", area_code AS "areaCode" FROM beneficiary WHERE organization_id = $1 ORDER BY ${by} LIMIT 1 OFFSET $2`,
    [organizationId, skipped - 1],
  );
  if (!rows[0]) throw new Error('There are fewer people than pages.');
  return encodeCursor(keyIn(order)(rows[0]));
}
