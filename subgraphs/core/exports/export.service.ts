import { holdsSomewhere, type Principal } from '#kernel/auth';
import { isId, newId } from '#kernel/db';
import { ForbiddenError, parseInput } from '#kernel/errors';
import { appendAudit, appendEvent } from '#kernel/events';
import type { PageRequest } from '#kernel/graphql';
import type { Prisma } from '../../../generated/prisma/core/client';
import type { Selection } from '../beneficiaries';
import type { Attributes } from '../attributes';
import { change, organizationOf } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import { chosenColumns } from './columns';
import { exportEvents } from './export.events';
import type { ExportRepository, ExportRow } from './export.repository';
import { exportSchema } from './export.type';

/** Use cases of exports. The file is made by the worker, in the name of who asked. */
export class ExportService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: ExportRepository,
    private readonly selection: Pick<Selection, 'checked'>,
    private readonly attributes: Pick<Attributes, 'checker'>,
  ) {}

  list(principal: Principal, page: PageRequest): Promise<ExportRow[]> {
    return this.repository.list(principal, page);
  }

  /** @throws AppError BAD_USER_INPUT, FORBIDDEN (also for API keys: a file is made in the name of somebody whose rights can be looked up then). */
  async start(principal: Principal, raw: unknown, key: string): Promise<string> {
    const { filter, ...input } = parseInput(exportSchema, raw);
    if (!isId(principal.subject)) throw new ForbiddenError('beneficiary:export');
    if (input.personal && !holdsSomewhere(principal, 'beneficiary:read-pii')) throw new ForbiddenError('beneficiary:read-pii');
    await this.selection.checked(principal, filter, 'input.filter');
    chosenColumns(await this.attributes.checker(organizationOf(principal), null), input);
    const stored = JSON.parse(JSON.stringify(filter)) as Prisma.InputJsonValue;
    return change(this.database, principal, { operation: 'exportBeneficiaries', key, request: { ...input, filter: stored } }, async (tx, organizationId) => {
      const id = newId();
      await this.repository.insert(tx, { id, organizationId, ...input, filter: stored, createdById: principal.subject });
      await tell(tx, 'started', { id, organizationId }, principal.subject, { ...input, filter: stored });
      return id;
    });
  }
}

/** One audit entry and one event in the transaction of the change. */
export async function tell(tx: CoreTransaction, news: keyof typeof exportEvents, { id, organizationId }: { id: string; organizationId: string }, actorId: string | null, payload: Record<string, unknown>): Promise<void> {
  const definition = exportEvents[news];
  await appendAudit(tx.sql, { actorId, action: definition.name, entityType: 'Export', entityId: id, organizationId, payload });
  await appendEvent(tx.sql, { definition, aggregateType: 'Export', aggregateId: id, payload: { exportId: id, organizationId } });
}
