import type { Principal } from '#kernel/auth';
import { isId } from '#kernel/db';
import type { PageRequest } from '#kernel/graphql';
import type { Document, DocumentLink, Prisma } from '../../../generated/prisma/core/client';
import { NONE } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import { scopeOf } from '../scope';

export type DocumentRow = Document & { links: DocumentLink[] };
export type DocumentPermission = 'document:read' | 'document:write';

export interface ListFilter {
  status?: Document['status'] | null | undefined;
  kind?: string | null | undefined;
  projectId?: string | null | undefined;
  about?: Pick<DocumentLink, 'targetType' | 'targetId'> | null | undefined;
}

const links = { links: { orderBy: [{ createdAt: 'asc' }, { targetId: 'asc' }] } } satisfies Prisma.DocumentInclude;

/** Documents where the caller holds a permission: of the whole organisation, or of their projects. They lie in no area. */
function within(principal: Principal, permission: string): Prisma.DocumentWhereInput {
  const { organizationId, everywhere, projects } = scopeOf(principal, permission);
  return everywhere ? { organizationId } : { organizationId, projectId: { in: [...projects] } };
}

/** Personal ones only where the caller may read personal data too. */
function visibleTo(principal: Principal, permission: DocumentPermission): Prisma.DocumentWhereInput {
  return { AND: [within(principal, permission), { OR: [{ sensitivity: { not: 'PERSONAL' } }, within(principal, 'beneficiary:read-pii')] }] };
}

/** The only user of Prisma in this slice. Methods with a principal are narrowed to what the caller may see; the others serve whoever has a ticket. */
export class DocumentRepository {
  constructor(private readonly database: CoreDatabase) {}

  findVisible(principal: Principal, ids: readonly string[]): Promise<DocumentRow[]> {
    return this.database.document.findMany({ where: { AND: [visibleTo(principal, 'document:read'), { id: { in: ids.filter(isId) } }] }, include: links });
  }

  /** By keyset over the id, newest first. */
  list(principal: Principal, filter: ListFilter, page: PageRequest): Promise<DocumentRow[]> {
    const after = page.after === null ? {} : { id: { lt: isId(page.after) ? page.after : NONE } };
    return this.database.document.findMany({ where: { AND: [visibleTo(principal, 'document:read'), matching(filter), after] }, include: links, orderBy: { id: 'desc' }, take: page.first + 1 });
  }

  /** What is there of documents of this kind and name. */
  namedAlike(organizationId: string, { kind, filename }: { kind: string; filename: string }): Promise<Array<{ id: string; organizationId: string; projectId: string | null }>> {
    return this.database.document.findMany({ where: { organizationId, kind, filename, status: { not: 'DELETED' } }, select: { id: true, organizationId: true, projectId: true } });
  }

  find(id: string): Promise<Document | null> {
    return isId(id) ? this.database.document.findUnique({ where: { id } }) : Promise.resolve(null);
  }

  /** Reads a document that the caller may change and keeps others from changing it until the transaction ends. */
  async lockVisible(tx: CoreTransaction, principal: Principal, id: string): Promise<Document | null> {
    if (!isId(id)) return null;
    await tx.sql.query('SELECT id FROM document WHERE id = $1::uuid AND organization_id = $2::uuid FOR UPDATE', [id, principal.organizationId]);
    return tx.models.document.findFirst({ where: { AND: [visibleTo(principal, 'document:write'), { id }] } });
  }

  async insert(tx: CoreTransaction, document: Prisma.DocumentUncheckedCreateInput): Promise<void> {
    await tx.models.document.create({ data: document });
  }

  async link(tx: CoreTransaction, link: Pick<DocumentLink, 'documentId' | 'targetType' | 'targetId'>): Promise<void> {
    await tx.models.documentLink.createMany({ data: link, skipDuplicates: true });
  }

  /** @returns whether it stood in one of these statuses, and so was changed. */
  async move(tx: CoreTransaction, id: string, from: Array<Document['status']>, change: Prisma.DocumentUncheckedUpdateManyInput): Promise<boolean> {
    return (await tx.models.document.updateMany({ where: { id, status: { in: from } }, data: change })).count === 1;
  }

  /** Users of the caller's organisation, to link to. */
  async userExists(principal: Principal, id: string): Promise<boolean> {
    return (await this.database.user.count({ where: { id, organizationId: principal.organizationId ?? NONE } })) > 0;
  }

  /** Documents whose time is over: retained long enough, or never uploaded to the end. */
  overdue(now: Date, uploadsBefore: Date, limit: number): Promise<Document[]> {
    return this.database.document.findMany({
      where: { OR: [{ status: { not: 'DELETED' }, retainUntil: { lte: now } }, { status: 'UPLOADING', createdAt: { lte: uploadsBefore } }] },
      orderBy: { id: 'asc' },
      take: limit,
    });
  }

  /** Deleted documents of which something still lies in the storage. */
  leftovers(limit: number): Promise<Document[]> {
    return this.database.document.findMany({ where: { status: 'DELETED', storageKey: { not: null } }, orderBy: { id: 'asc' }, take: limit });
  }

  async removed(id: string): Promise<void> {
    await this.database.document.update({ where: { id }, data: { storageKey: null } });
  }
}

function matching(filter: ListFilter): Prisma.DocumentWhereInput {
  return {
    status: filter.status ?? { not: 'DELETED' },
    ...(filter.kind ? { kind: filter.kind } : {}),
    ...(filter.projectId ? { projectId: filter.projectId } : {}),
    ...(filter.about ? { links: { some: filter.about } } : {}),
  };
}
