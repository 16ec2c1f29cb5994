import { z } from 'zod';
import { holdsAt, type Principal } from '#kernel/auth';
import { AppError, BadInputError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import { appendAudit, appendEvent } from '#kernel/events';
import type { PageRequest } from '#kernel/graphql';
import { line, type BeneficiaryAccess, type Registrar } from '../beneficiaries';
import { change, organizationOf } from '../change';
import { isUniqueViolation, type CoreDatabase, type CoreTransaction } from '../database';
import type { ProtectedData } from '../protected-data';
import { conflictOf } from './intake';
import { offlineEvents } from './offline.events';
import type { ConflictRow, OfflineRepository } from './offline.repository';
import { OfflineConflictKind, OfflineConflictStatus } from './offline.type';
import { readRegistration } from './triage';

const filterSchema = z.object({ status: z.enum(OfflineConflictStatus).nullish(), kind: z.enum(OfflineConflictKind).nullish(), deviceId: z.string().max(100).nullish() });

const reason = line(500);
const resolveSchema = z.discriminatedUnion('decision', [
  z.object({ decision: z.literal('REGISTER'), corrections: z.record(z.string(), z.unknown()).nullish(), reason }),
  z.object({ decision: z.literal('LINK'), beneficiaryId: z.uuid('must be an id'), reason }),
  z.object({ decision: z.literal('DISCARD'), reason }),
]);
type Resolution = z.output<typeof resolveSchema>;

const LEADS_TO = { REGISTER: 'REGISTERED', LINK: 'LINKED', DISCARD: 'DISCARDED' } as const;

/** Decisions on what could not be taken as it was. Each is idempotent by key, audited and announced; then the content goes. */
export class ConflictService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: OfflineRepository,
    private readonly people: { access: BeneficiaryAccess; registrar: Registrar },
    private readonly protectedData: Pick<ProtectedData, 'open' | 'fingerprint'>,
  ) {}

  list(principal: Principal, filter: unknown, page: PageRequest): Promise<ConflictRow[]> {
    return this.repository.list(principal, parseInput(filterSchema, filter ?? {}, 'filter'), page);
  }

  /** @throws AppError NOT_FOUND, BAD_USER_INPUT, CONFLICT (the reference is taken), INVALID_TRANSITION (decided already), FORBIDDEN. */
  async resolve(principal: Principal, id: string, raw: unknown, key: string): Promise<string> {
    const input = parseInput(resolveSchema, raw);
    const request = { id, input: this.protectedData.fingerprint(organizationOf(principal), input) };
    const attempt = (): Promise<string> => change(this.database, principal, { operation: 'resolveOfflineConflict', key, request }, (tx, organizationId) => this.decide(tx, principal, organizationId, { id, input }));
    return attempt().catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      return attempt(); // a rival was faster: this time the look finds, and names, what it took
    });
  }

  private async decide(tx: CoreTransaction, principal: Principal, organizationId: string, { id, input }: { id: string; input: Resolution }): Promise<string> {
    const row = await this.repository.lock(tx, principal, id);
    if (!row) throw new NotFoundError('The conflict');
    if (row.status !== 'OPEN') throw new AppError('INVALID_TRANSITION', `The conflict is ${row.status} already.`, { field: 'id' });
    const status = LEADS_TO[input.decision];
    const beneficiaryId = await this.personOf(tx, principal, row, input);
    // The client id stands for that person from now on, unless it stands for another one already.
    const known = beneficiaryId === null ? null : await this.repository.known(tx, organizationId, [row.clientId]);
    if (beneficiaryId !== null && !known?.has(row.clientId)) await this.repository.insertRegistrations(tx, [{ organizationId, clientId: row.clientId, beneficiaryId, fingerprint: row.fingerprint }]);
    await this.repository.resolve(tx, id, { status, beneficiaryId: beneficiaryId ?? row.beneficiaryId, resolvedById: principal.subject, reason: input.reason });
    const definition = offlineEvents.conflictResolved;
    const payload = { status, beneficiaryId };
    await appendAudit(tx.sql, { actorId: principal.subject, action: definition.name, entityType: 'OfflineConflict', entityId: id, organizationId, payload: { ...payload, reason: input.reason } });
    await appendEvent(tx.sql, { definition, aggregateType: 'OfflineConflict', aggregateId: id, payload: { conflictId: id, organizationId, ...payload } });
    return id;
  }

  private async personOf(tx: CoreTransaction, principal: Principal, row: ConflictRow, input: Resolution): Promise<string | null> {
    if (input.decision === 'DISCARD') return null;
    if (input.decision === 'LINK') {
      const [person] = await this.people.access.lock(tx, principal, 'beneficiary:write', [input.beneficiaryId]);
      if (!person) throw new BadInputError('input.beneficiaryId', 'is none that the caller may change');
      return person.id;
    }
    const [said] = await openConflicts(this.protectedData, [row]);
    const read = readRegistration({ ...said, ...input.corrections });
    if ('problem' in read) throw new BadInputError('input.corrections', read.problem);
    if (!holdsAt(principal, 'beneficiary:write', { area: read.person.areaCode })) throw new ForbiddenError('beneficiary:write');
    const [id] = await this.people.registrar.register(tx, { actorId: principal.subject, organizationId: row.organizationId }, [read.person], () => 'input.corrections');
    return id ?? null;
  }
}

/** What devices sent, for conflicts that are open, in order. */
export async function openConflicts(protectedData: Pick<ProtectedData, 'open'>, rows: readonly ConflictRow[]): Promise<Array<Record<string, unknown>>> {
  const sealed = rows.flatMap(({ id, ciphertext, wrappedKey, keyVersion }) =>
    ciphertext && wrappedKey && keyVersion !== null ? [{ about: conflictOf(id), ciphertext: Buffer.from(ciphertext), wrappedKey: Buffer.from(wrappedKey), keyVersion }] : [],
  );
  return sealed.length === 0 ? [] : protectedData.open<Record<string, unknown>>(sealed);
}
