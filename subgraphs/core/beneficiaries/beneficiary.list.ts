import type { Principal } from '#kernel/auth';
import { BadInputError } from '#kernel/errors';
import { isId } from '#kernel/db';
import { Prisma, type Beneficiary as BeneficiaryRow } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import type { ProtectedData } from '../protected-data';
import { areaSql, scopeOf } from '../scope';
import { BeneficiaryOrder, type ListFilter } from './filter.inputs';
import { searched } from './identifiers';

const { sql } = Prisma;

/**
 * Says of a column that holds the id of a person what a page says of the person: that they come after the cursor. The planner does not see that for
 * itself, and would read from their beginning the tables that people are looked for in.
 */
export type Beyond = (column: Prisma.Sql) => Prisma.Sql;
const fromTheStart: Beyond = () => Prisma.empty;

/** Whom a caller may see, as `visibleTo` of the repository says it, for SQL in which `b` is the person. */
export function visibleSql(principal: Principal, permission: string, beyond = fromTheStart): Prisma.Sql {
  const { organizationId, everywhere, projects, areas } = scopeOf(principal, permission);
  const mine = sql`b.organization_id = ${organizationId}::uuid`;
  if (everywhere) return mine;
  const inAreas = areas.map(({ projectId, area }) => {
    const within = areaSql(sql`b.area_code`, area);
    return projectId === null ? within : sql`(${enrolledIn([projectId], beyond)} AND ${within})`;
  });
  const inProjects = projects.length === 0 ? [] : [enrolledIn(projects, beyond)];
  const places = [...inProjects, ...inAreas];
  return places.length === 0 ? sql`false` : sql`${mine} AND (${Prisma.join(places, ' OR ')})`;
}

function enrolledIn(projectIds: readonly string[], beyond: Beyond): Prisma.Sql {
  // One project is an index from end to end; among several, people stand in no order.
  const of = projectIds.length === 1 ? sql`e.project_id = ${projectIds[0]}::uuid` : sql`e.project_id = ANY(${[...projectIds]}::uuid[])`;
  return sql`EXISTS (SELECT FROM enrollment e WHERE ${of} AND e.beneficiary_id = b.id ${beyond(sql`e.beneficiary_id`)})`;
}

type Ordered = Pick<BeneficiaryRow, 'id' | 'referenceId' | 'areaCode'>;

/** How a list is ordered: what by, which way, and what of a row its cursors hold. Each is an index from end to end. */
interface Order {
  by: Prisma.Sql | null;
  descending: boolean;
  valueOf: (row: Ordered) => string;
}

const area = sql`coalesce(b.area_code, '')`;
const reference = sql`b.reference_id`;
const none = (): string => '';

const orders: Record<BeneficiaryOrder, Order> = {
  // Ids are made in order of time (UUID version 7).
  REGISTERED: { by: null, descending: false, valueOf: none },
  REGISTERED_DESC: { by: null, descending: true, valueOf: none },
  REFERENCE: { by: reference, descending: false, valueOf: ({ referenceId }) => referenceId },
  REFERENCE_DESC: { by: reference, descending: true, valueOf: ({ referenceId }) => referenceId },
  AREA: { by: area, descending: false, valueOf: ({ areaCode }) => areaCode ?? '' },
  AREA_DESC: { by: area, descending: true, valueOf: ({ areaCode }) => areaCode ?? '' },
};

/** What a cursor of a list in this order holds: the id, and before it what the list is ordered by, so that a page begins where the last one ended whatever has changed since. */
export function keyIn(order: BeneficiaryOrder): (row: Ordered) => string {
  const { by, valueOf } = orders[order];
  return (row) => (by === null ? row.id : `${order} ${row.id} ${valueOf(row)}`);
}

/** Where a page begins, for the person and for what is looked for in other tables. */
function startOf(key: string | null, order: BeneficiaryOrder): { after: Prisma.Sql; beyond: Beyond } {
  if (key === null) return { after: sql`true`, beyond: fromTheStart };
  const { by, descending } = orders[order];
  const comes = descending ? sql`<` : sql`>`;
  if (by === null) {
    const last = isId(key) ? key : refused();
    return { after: sql`b.id ${comes} ${last}::uuid`, beyond: (column) => sql`AND ${column} ${comes} ${last}::uuid` };
  }
  const [made, id = '', ...value] = key.split(' ');
  if (made !== order || !isId(id)) refused();
  return { after: sql`(${by}, b.id) ${comes} (${value.join(' ')}, ${id}::uuid)`, beyond: fromTheStart };
}

function refused(): never {
  throw new BadInputError('after', 'is not a cursor of a list in this order');
}

/** What a list asks for. `attributes` are checked: open ones only. */
export interface Listing {
  filter: ListFilter;
  /** Another condition on the person `b`, for example that they belong to something. */
  among?: ((beyond: Beyond) => Prisma.Sql) | undefined;
  order: BeneficiaryOrder;
  after: string | null;
  limit: number;
}

/** The ids of one page. By keyset: the last page costs as much as the first. */
export function pageSql(principal: Principal, protectedData: Pick<ProtectedData, 'blindIndex'>, listing: Listing): Prisma.Sql {
  const { order, limit } = listing;
  const { by, descending } = orders[order];
  const { after, beyond } = startOf(listing.after, order);
  const direction = descending ? sql`DESC` : sql`ASC`;
  return sql`SELECT b.id FROM beneficiary b WHERE ${fitting(principal, protectedData, listing, beyond)} AND ${after} ORDER BY ${by === null ? Prisma.empty : sql`${by} ${direction},`} b.id ${direction} LIMIT ${limit}`;
}

/** Everybody who fits, in no order. */
export function everybodySql(principal: Principal, protectedData: Pick<ProtectedData, 'blindIndex'>, of: Pick<Listing, 'filter' | 'among'>): Prisma.Sql {
  return sql`SELECT b.id, b.status FROM beneficiary b WHERE ${fitting(principal, protectedData, of, fromTheStart)}`;
}

function fitting(principal: Principal, protectedData: Pick<ProtectedData, 'blindIndex'>, { filter, among }: Pick<Listing, 'filter' | 'among'>, beyond: Beyond): Prisma.Sql {
  const conditions = [visibleSql(principal, 'beneficiary:read', beyond), ...matching(principal, filter, beyond), ...named(principal, protectedData, filter.search, beyond)];
  return Prisma.join(among ? [...conditions, among(beyond)] : conditions, ' AND ');
}

function matching(principal: Principal, filter: ListFilter, beyond: Beyond): Prisma.Sql[] {
  const given: Array<Prisma.Sql | null> = [
    // Written out, not bound: only so does the planner see that a partial index holds them.
    filter.status ? Prisma.raw(`b.status = '${filter.status}'`) : null,
    filter.gender ? sql`b.gender = ${filter.gender}::gender` : null,
    filter.referenceId ? sql`b.reference_id = ${filter.referenceId}` : null,
    filter.areaCode ? areaSql(sql`b.area_code`, filter.areaCode) : null,
    filter.verified == null ? null : filter.verified ? sql`b.verified_at IS NOT NULL` : sql`b.verified_at IS NULL`,
    filter.ageAtLeast == null ? null : sql`b.birth_date <= ${birthday(filter.ageAtLeast)}`,
    filter.ageAtMost == null ? null : sql`b.birth_date > ${birthday(filter.ageAtMost + 1)}`,
    filter.attributes && Object.keys(filter.attributes).length > 0 ? sql`b.attributes @> ${JSON.stringify(filter.attributes)}::jsonb` : null,
    filter.projectId ? sql`${visibleSql(principal, 'enrollment:read', beyond)} AND ${enrolledIn([filter.projectId], beyond)}` : null,
    // The id says about when, the column when exactly.
    filter.registeredFrom ? sql`b.created_at >= ${filter.registeredFrom} AND b.id >= ${firstIdOf(filter.registeredFrom, -DAY)}::uuid` : null,
    filter.registeredBefore ? sql`b.created_at < ${filter.registeredBefore} AND b.id < ${firstIdOf(filter.registeredBefore, DAY)}::uuid` : null,
    filter.householdRole ? sql`EXISTS (SELECT FROM household_member m WHERE m.beneficiary_id = b.id AND m.until IS NULL AND m.role = ${filter.householdRole}::household_role)` : null,
  ];
  return given.filter((condition) => condition !== null);
}

/** Whoever has each of these words or numbers, among those whose personal data the caller may read: finding somebody by name is reading it. */
function named(principal: Principal, protectedData: Pick<ProtectedData, 'blindIndex'>, text: string | null | undefined, beyond: Beyond): Prisma.Sql[] {
  const { organizationId } = principal;
  if (!text || organizationId === null) return [];
  const wanted = searched(text);
  if (wanted.length === 0) return [sql`b.id = ${NONE}::uuid`];
  const having = wanted.map(({ kinds, value }) => {
    const pairs = kinds.map((kind) => sql`(i.kind = ${kind}::identifier_kind AND i.blind_index = ${protectedData.blindIndex(organizationId, kind, value)})`);
    return sql`EXISTS (SELECT FROM beneficiary_identifier i WHERE i.organization_id = ${organizationId}::uuid AND i.beneficiary_id = b.id AND (${Prisma.join(pairs, ' OR ')}) ${beyond(sql`i.beneficiary_id`)})`;
  });
  return [visibleSql(principal, 'beneficiary:read-pii', beyond), ...having];
}

const DAY = 86_400_000;

/** The last day on which somebody was born who is so many years old today (UTC). */
function birthday(years: number): Prisma.Sql {
  return sql`(${new Date().toISOString().slice(0, 10)}::date - make_interval(years => ${years}::int))::date`;
}

/** The smallest id (UUID version 7, RFC 9562) of a moment. */
function firstIdOf(time: Date, slack: number): string {
  const hex = Math.max(0, time.getTime() + slack).toString(16).padStart(12, '0').slice(-12);
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
