import { holdsAt, type Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { AppError, BadInputError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import { appendAudit, appendEvent } from '#kernel/events';
import type { PageRequest } from '#kernel/graphql';
import { change } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import type { ProtectedData } from '../protected-data';
import { grievanceEvents } from './grievance.events';
import { fileSchema, filterSchema, updateSchema } from './grievance.inputs';
import type { GrievanceRepository, GrievanceRow } from './grievance.repository';

type Status = GrievanceRow['status'];

/** From where a grievance may go where. */
const NEXT: Readonly<Record<Status, readonly Status[]>> = {
  NEW: ['IN_PROGRESS', 'REJECTED'],
  IN_PROGRESS: ['RESOLVED', 'REJECTED'],
  RESOLVED: ['CLOSED', 'IN_PROGRESS'],
  REJECTED: ['CLOSED', 'IN_PROGRESS'],
  CLOSED: [],
};

/** Whom and what a grievance is about: null for what there is not, or what the caller may not see. */
export interface Subjects {
  project(id: string): Promise<{ id: string } | null>;
  beneficiary(id: string): Promise<{ areaCode: string | null } | null>;
  vendor(id: string): Promise<{ areaCode: string | null } | null>;
}

type Standing = Pick<GrievanceRow, 'id' | 'status' | 'priority' | 'assigneeId' | 'projectId'>;

/** Use cases of grievances. Each change is idempotent by key, audited and announced in its own transaction. */
export class GrievanceService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: GrievanceRepository,
    private readonly protectedData: Pick<ProtectedData, 'seal'>,
  ) {}

  list(principal: Principal, filter: unknown, page: PageRequest): Promise<GrievanceRow[]> {
    return this.repository.list(principal, parseInput(filterSchema, filter ?? {}, 'filter'), page);
  }

  /** @throws AppError BAD_USER_INPUT naming what the caller cannot see, FORBIDDEN. */
  async file(principal: Principal, raw: unknown, subjects: Subjects, key: string): Promise<string> {
    const { text, ...input } = parseInput(fileSchema, raw);
    const where = await areaOf(input, subjects);
    const areaCode = input.areaCode ?? where;
    const place = input.projectId === null ? { area: areaCode } : { area: areaCode, projectId: input.projectId };
    if (!holdsAt(principal, 'grievance:write', place)) throw new ForbiddenError('grievance:write');
    return change(this.database, principal, { operation: 'fileGrievance', key, request: { ...input, text } }, async (tx, organizationId) => {
      const row = { ...input, areaCode, id: newId(), organizationId, filedById: principal.subject, status: 'NEW' as const, assigneeId: null };
      await this.repository.insert(tx, row);
      await this.step(tx, principal, row, text);
      await tell(tx, 'filed', { actorId: principal.subject, organizationId }, row);
      return row.id;
    });
  }

  /** @throws AppError NOT_FOUND, BAD_USER_INPUT, INVALID_TRANSITION naming where it may go. */
  async update(principal: Principal, id: string, raw: unknown, key: string): Promise<string> {
    const { text, ...input } = parseInput(updateSchema, raw);
    return change(this.database, principal, { operation: 'updateGrievance', key, request: { id, ...input, text } }, async (tx, organizationId) => {
      const row = await this.repository.lockVisible(tx, principal, id);
      if (!row) throw new NotFoundError('The grievance');
      const status = input.moveTo ?? row.status;
      if (row.status === 'CLOSED' || (status !== row.status && !NEXT[row.status].includes(status))) {
        throw new AppError('INVALID_TRANSITION', `A grievance that is ${row.status} may become ${NEXT[row.status].join(' or ') || 'nothing else'}.`, { field: 'input.moveTo' });
      }
      if (input.assigneeId && !(await this.repository.mayTakeCare(tx, organizationId, input.assigneeId))) throw new BadInputError('input.assigneeId', 'is no active user of the organisation');
      const changed = { status, priority: input.priority ?? row.priority, assigneeId: input.assigneeId === undefined ? row.assigneeId : input.assigneeId };
      await this.repository.update(tx, id, changed);
      await this.step(tx, principal, { ...row, ...changed }, text ?? null);
      await tell(tx, 'updated', { actorId: principal.subject, organizationId }, { ...row, ...changed });
      return id;
    });
  }

  private async step(tx: CoreTransaction, principal: Principal, { id: grievanceId, status, priority, assigneeId }: Standing, text: string | null): Promise<void> {
    const id = newId();
    const [sealed] = text === null ? [] : await this.protectedData.seal([{ about: stepOf(id), content: text }]);
    await this.repository.addStep(tx, { id, grievanceId, status, priority, assigneeId, actorId: principal.subject, ...(sealed && { ...sealed, ciphertext: new Uint8Array(sealed.ciphertext), wrappedKey: new Uint8Array(sealed.wrappedKey) }) });
  }
}

/** What the words of a step are sealed as. */
export function stepOf(id: string): string {
  return `grievance_step:${id}`;
}

/** Where the person or the vendor lives. @throws BadInputError for what the caller cannot see. */
async function areaOf({ projectId, beneficiaryId, vendorId }: { projectId: string | null; beneficiaryId: string | null; vendorId: string | null }, subjects: Subjects): Promise<string | null> {
  const need = async <T>(field: string, id: string | null, find: (id: string) => Promise<T | null>): Promise<T | null> => {
    const found = id === null ? null : await find(id);
    if (id !== null && !found) throw new BadInputError(`input.${field}`, 'is none that the caller may see');
    return found;
  };
  await need('projectId', projectId, subjects.project);
  const person = await need('beneficiaryId', beneficiaryId, subjects.beneficiary);
  const vendor = await need('vendorId', vendorId, subjects.vendor);
  return person?.areaCode ?? vendor?.areaCode ?? null;
}

async function tell(tx: CoreTransaction, news: keyof typeof grievanceEvents, who: { actorId: string; organizationId: string }, row: Standing): Promise<void> {
  const definition = grievanceEvents[news];
  const { id, status, priority, assigneeId, projectId } = row;
  await appendAudit(tx.sql, { ...who, action: definition.name, entityType: 'Grievance', entityId: id, projectId, payload: { status, priority, assigneeId } });
  const payload = { grievanceId: id, organizationId: who.organizationId, status, priority, assigneeId };
  await appendEvent(tx.sql, { definition, ...(projectId === null ? {} : { projectId }), aggregateType: 'Grievance', aggregateId: id, payload });
}
