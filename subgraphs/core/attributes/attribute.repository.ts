import type { Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { Prisma } from '../../../generated/prisma/core/client';
import type { CoreDatabase, CoreTransaction } from '../database';
import { scopeOf } from '../scope';
import type { AttributeOption, Definition } from './definition';

const withAttribute = { attribute: true } as const;
type Row = Prisma.AttributeDefinitionGetPayload<{ include: typeof withAttribute }>;

/** What the organisation defines, and what is defined in projects where the caller sees people. Whoever sees people of an area sees what is asked of them in any project of theirs. */
function visibleTo(principal: Principal): Prisma.AttributeDefinitionWhereInput {
  const { organizationId, everywhere, projects, areas } = scopeOf(principal, 'beneficiary:read');
  if (everywhere || areas.some(({ projectId }) => projectId === null)) return { organizationId };
  const inProjects = [...projects, ...areas.flatMap(({ projectId }) => projectId ?? [])];
  return { organizationId, OR: [{ projectId: null }, { projectId: { in: inProjects } }] };
}

/** The only user of Prisma in this slice. */
export class AttributeRepository {
  constructor(private readonly database: CoreDatabase) {}

  async findVisible(principal: Principal, ids: readonly string[]): Promise<Definition[]> {
    return (await this.database.attributeDefinition.findMany({ where: { AND: [visibleTo(principal), { id: { in: ids.filter(isId) } }] }, include: withAttribute })).map(toDefinition);
  }

  /** In the transaction of a change: one that asked for a second connection could wait for itself. */
  async findToChange(tx: CoreTransaction, principal: Principal, id: string): Promise<Definition | null> {
    const row = isId(id) ? await tx.models.attributeDefinition.findFirst({ where: { AND: [visibleTo(principal), { id }] }, include: withAttribute }) : null;
    return row && toDefinition(row);
  }

  /** All versions of these keys that the caller may see, the newest first. */
  async versions(principal: Principal, keys: readonly string[]): Promise<Definition[]> {
    const rows = await this.database.attributeDefinition.findMany({ where: { AND: [visibleTo(principal), { key: { in: [...keys] } }] }, include: withAttribute, orderBy: { version: 'desc' } });
    return rows.map(toDefinition);
  }

  /** The current definitions that the caller may see: of the organisation, and of one project or (undefined) of all. By key, those of the organisation first. */
  async listVisible(principal: Principal, projectId: string | undefined): Promise<Definition[]> {
    const of = projectId === undefined ? {} : { OR: [{ projectId: null }, ...(isId(projectId) ? [{ projectId }] : [])] };
    return this.current(this.database, { AND: [visibleTo(principal), of] });
  }

  /** The current definitions that count in the organisation (null) or in one of its projects. */
  async counting(organizationId: string, projectId: string | null, tx?: CoreTransaction): Promise<Definition[]> {
    return this.current(tx?.models ?? this.database, { organizationId, OR: [{ projectId: null }, ...(projectId !== null && isId(projectId) ? [{ projectId }] : [])] });
  }

  private async current(models: Pick<CoreDatabase, 'attributeDefinition'>, where: Prisma.AttributeDefinitionWhereInput): Promise<Definition[]> {
    const rows = await models.attributeDefinition.findMany({
      where,
      include: withAttribute,
      distinct: ['key', 'projectId'],
      orderBy: [{ key: 'asc' }, { projectId: { sort: 'asc', nulls: 'first' } }, { version: 'desc' }],
    });
    return rows.map(toDefinition);
  }

  async isProject(tx: CoreTransaction, organizationId: string, projectId: string): Promise<boolean> {
    return (await tx.models.project.count({ where: { id: projectId, organizationId } })) === 1;
  }

  /** The key, made if it is new; changes of it wait for each other until the transaction ends. */
  async lockKey(tx: CoreTransaction, attribute: Pick<Definition, 'organizationId' | 'key' | 'type' | 'isPersonal'>): Promise<Pick<Definition, 'type' | 'isPersonal'>> {
    await tx.models.attribute.createMany({ data: [attribute], skipDuplicates: true });
    const [row] = await tx.sql.query<Pick<Definition, 'type' | 'isPersonal'>>(
      'SELECT type::text AS type, is_personal AS "isPersonal" FROM attribute WHERE organization_id = $1::uuid AND key = $2 FOR UPDATE',
      [attribute.organizationId, attribute.key],
    );
    if (!row) throw new Error('A key that was just made is there.');
    return row;
  }

  keysOf(tx: CoreTransaction, organizationId: string): Promise<number> {
    return tx.models.attribute.count({ where: { organizationId } });
  }

  /** The newest version of a key. */
  async latest(tx: CoreTransaction, of: { organizationId: string; projectId: string | null; key: string }): Promise<Definition | null> {
    const row = await tx.models.attributeDefinition.findFirst({ where: of, orderBy: { version: 'desc' }, include: withAttribute });
    return row && toDefinition(row);
  }

  async insert(tx: CoreTransaction, { type: _type, isPersonal: _isPersonal, createdAt: _createdAt, options, ...row }: Definition, createdById: string): Promise<void> {
    await tx.models.attributeDefinition.create({ data: { ...row, options: options.map((option) => ({ ...option })), createdById } });
  }
}

function toDefinition({ attribute, createdById: _createdById, ...row }: Row): Definition {
  return {
    ...row,
    type: attribute.type,
    isPersonal: attribute.isPersonal,
    // Written by this slice alone, from what the inputs let through.
    label: row.label as Record<string, string>,
    options: row.options as unknown as AttributeOption[],
  };
}
