import { holds, type Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { AppError, BadInputError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import { appendAudit, appendEvent } from '#kernel/events';
import type { PageRequest } from '#kernel/graphql';
import { change } from '../change';
import { transaction, type CoreDatabase, type CoreTransaction } from '../database';
import type { ProtectedData, WrappedKey } from '../protected-data';
import { documentEvents, type DocumentNews } from './document.events';
import { filterSchema, linkSchema, uploadSchema } from './document.inputs';
import type { DocumentRepository, DocumentRow } from './document.repository';
import type { DocumentTarget } from './document.type';

/** Whether the caller may see what a document is to be linked to. */
export type SeesTarget = (target: DocumentTarget, id: string) => Promise<boolean>;

/** What a piece of news is about. */
export interface Told {
  id: string;
  organizationId: string;
  projectId: string | null;
}

/** Use cases of documents, but for their content. Each change is idempotent by key, audited and announced in its own transaction. */
export class DocumentService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: DocumentRepository,
    private readonly protectedData: Pick<ProtectedData, 'createKey'>,
    private readonly largest: number,
  ) {}

  async list(principal: Principal, filter: unknown, page: PageRequest): Promise<DocumentRow[]> {
    return this.repository.list(principal, parseInput(filterSchema, filter ?? {}, 'filter'), page);
  }

  /** Announces a document; its content comes by another way. @throws AppError BAD_USER_INPUT, FORBIDDEN, NOT_FOUND (the project). */
  async request(principal: Principal, raw: unknown, key: string, sees: SeesTarget): Promise<string> {
    const input = parseInput(uploadSchema(this.largest), raw);
    const needed = input.sensitivity === 'PERSONAL' ? ['document:write', 'beneficiary:read-pii'] : ['document:write'];
    const missing = needed.find((permission) => !holds(principal, permission, input.projectId ?? undefined));
    if (missing) throw new ForbiddenError(missing);
    if (input.projectId && !(await sees('PROJECT' as DocumentTarget, input.projectId))) throw new NotFoundError('The project');
    return change(this.database, principal, { operation: 'requestUpload', key, request: input }, async (tx, organizationId) => {
      const id = newId();
      const sealedKey = input.sensitivity === 'PERSONAL' ? columnsOf(await this.protectedData.createKey()) : {};
      await this.repository.insert(tx, { ...input, ...sealedKey, id, organizationId, createdById: principal.subject });
      const { kind, size, sensitivity, projectId } = input;
      await tell(tx, principal.subject, 'requested', { id, organizationId, projectId }, { kind, size, sensitivity });
      return id;
    });
  }

  /** @throws AppError NOT_FOUND (either of them), BAD_USER_INPUT (a document about a beneficiary must be personal), INVALID_TRANSITION. */
  async link(principal: Principal, id: string, raw: unknown, key: string, sees: SeesTarget): Promise<string> {
    const target = parseInput(linkSchema, raw, 'target');
    if (!(await sees(target.targetType, target.targetId))) throw new NotFoundError('What the document is to be linked to');
    return change(this.database, principal, { operation: 'linkDocument', key, request: { id, target } }, async (tx) => {
      const row = await this.repository.lockVisible(tx, principal, id);
      if (!row) throw new NotFoundError('The document');
      if (row.status === 'DELETED' || row.status === 'QUARANTINED') throw refusedStep(row.status);
      if (target.targetType === 'BENEFICIARY' && row.sensitivity !== 'PERSONAL') throw new BadInputError('target', 'only a personal document may be about a beneficiary');
      await this.repository.link(tx, { documentId: id, ...target });
      await tell(tx, principal.subject, 'linked', row, { ...target });
      return id;
    });
  }

  /** With the commit nobody gets the content any more, and that of a personal document is noise: its key is gone. @throws AppError NOT_FOUND, INVALID_TRANSITION. */
  async delete(principal: Principal, id: string, key: string): Promise<string> {
    return change(this.database, principal, { operation: 'deleteDocument', key, request: id }, async (tx) => {
      const row = await this.repository.lockVisible(tx, principal, id);
      if (!row) throw new NotFoundError('The document');
      if (row.status === 'DELETED') throw refusedStep(row.status);
      await deleteRow(tx, this.repository, row, principal.subject);
      return id;
    });
  }

  /** Writes down who was handed the way to a personal document. */
  async handedOut(principal: Principal, document: Told): Promise<void> {
    const entry = { actorId: principal.subject, action: 'document.download-url-issued', entityType: 'Document', entityId: document.id, organizationId: document.organizationId, projectId: document.projectId };
    await transaction(this.database, ({ sql }) => appendAudit(sql, entry));
  }
}

/** A wrapped key, as it lies in the table. */
export function columnsOf({ wrappedKey, keyVersion }: WrappedKey): { wrappedKey: Uint8Array<ArrayBuffer>; keyVersion: number } {
  return { wrappedKey: new Uint8Array(wrappedKey), keyVersion };
}

/** Deletes a document in the transaction: status, key, audit entry, event. `actorId` null: its time was over. */
export async function deleteRow(tx: CoreTransaction, repository: DocumentRepository, row: Told, actorId: string | null): Promise<void> {
  const deleted = await repository.move(tx, row.id, ['UPLOADING', 'STORED', 'QUARANTINED'], { status: 'DELETED', wrappedKey: null, keyVersion: null });
  if (deleted) await tell(tx, actorId, 'deleted', row, {});
}

/** One audit entry and one event in the transaction of the change. */
export async function tell(tx: CoreTransaction, actorId: string | null, news: DocumentNews, { id, organizationId, projectId }: Told, payload: Record<string, unknown>): Promise<void> {
  const definition = documentEvents[news];
  await appendAudit(tx.sql, { actorId, action: definition.name, entityType: 'Document', entityId: id, organizationId, projectId, payload });
  await appendEvent(tx.sql, { definition, aggregateType: 'Document', aggregateId: id, payload: { documentId: id, organizationId, projectId } });
}

function refusedStep(status: string): AppError {
  return new AppError('INVALID_TRANSITION', `A document that is ${status} cannot take this step.`, { field: 'id' });
}
