import { z } from 'zod';
import { holds, reachOf, type Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { AppError, BadInputError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import { appendAudits, appendEvents, type EventDefinition } from '#kernel/events';
import { idempotent } from '#kernel/idempotency';
import { line } from '../beneficiaries';
import { transaction, type CoreDatabase, type CoreTransaction } from '../database';
import type { ProjectAccess } from '../projects';
import { enrollmentEvents } from './enrollment.events';
import type { EnrollmentRepository, EnrollmentRow, ProjectVendorRow, VendorLimits, VendorPair } from './enrollment.repository';
import { changeTerms, termsSchema } from './terms';
import { NEXT } from './transitions';

type Status = EnrollmentRow['status'];

/** The same for vendors: who was verified may be set aside and come back. */
const NEXT_OF_VENDOR: Readonly<Record<ProjectVendorRow['status'], ReadonlyArray<ProjectVendorRow['status']>>> = {
  ASSIGNED: ['VERIFIED', 'SUSPENDED'],
  VERIFIED: ['SUSPENDED'],
  SUSPENDED: ['VERIFIED'],
};
const ENDED = new Set(['CLOSING', 'CLOSED', 'ARCHIVED']);
const ids = z.array(z.uuid('must be an id')).min(1, 'must not be empty').max(500, 'must be at most 500').transform((list) => [...new Set(list)]);
const limit = z.bigint().min(0n, 'must not be negative').max(2n ** 63n - 1n, 'is too large').nullish().transform((value) => value ?? null);
const limitsSchema = z.object({ dailyLimitMinor: limit, offlineExposureLimitMinor: limit });

interface ProjectChange {
  projectId: string;
  key: string;
  operation: string;
  request: unknown;
}

/** Use cases of who takes part in a project. Each change is idempotent by key, audited and announced in its own transaction. */
export class EnrollmentService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: EnrollmentRepository,
    private readonly projects: ProjectAccess,
  ) {}

  /** Enrols people, on the terms given; who is enrolled already stays as they are. @throws AppError NOT_FOUND, BAD_USER_INPUT naming the person, PROJECT_CLOSED. */
  async enrol(principal: Principal, projectId: string, raw: { beneficiaryIds: unknown; terms?: unknown }, key: string): Promise<string[]> {
    const beneficiaryIds = parseInput(ids, raw.beneficiaryIds, 'beneficiaryIds');
    const terms = parseInput(termsSchema, raw.terms ?? {}, 'terms');
    const request = Object.keys(terms).length === 0 ? beneficiaryIds : { beneficiaryIds, terms };
    return this.change(principal, { projectId, key, operation: 'enrol', request }, async (tx, organizationId) => {
      const known = await this.repository.enrollable(tx, principal, projectId, beneficiaryIds);
      refuseUnknown('beneficiaryIds', beneficiaryIds, known, 'is no active beneficiary of the organisation');
      const fresh = await this.repository.insertNew(tx, beneficiaryIds.map((beneficiaryId) => ({ id: newId(), projectId, beneficiaryId })));
      await tellEnrollments(tx, principal, organizationId, { rows: fresh, definition: enrollmentEvents.created, reason: null });
      if (Object.keys(terms).length > 0) await changeTerms(tx, { actorId: principal.subject, organizationId }, projectId, new Map(fresh.map(({ beneficiaryId }) => [beneficiaryId, terms])), null);
      return this.idsOf(tx, projectId, beneficiaryIds);
    });
  }

  /** All or none. @throws AppError NOT_FOUND, BAD_USER_INPUT naming the person, PROJECT_CLOSED. */
  async changeTerms(principal: Principal, projectId: string, raw: { beneficiaryIds: unknown; terms: unknown; reason: unknown }, key: string): Promise<string[]> {
    const beneficiaryIds = parseInput(ids, raw.beneficiaryIds, 'beneficiaryIds');
    const terms = parseInput(termsSchema, raw.terms, 'terms');
    const reason = parseInput(line(500), raw.reason, 'reason');
    return this.change(principal, { projectId, key, operation: 'enrollmentTerms', request: { beneficiaryIds, terms, reason } }, async (tx, organizationId) => {
      refuseUnknown('beneficiaryIds', beneficiaryIds, await this.repository.changeable(tx, principal, projectId, beneficiaryIds), 'takes no part in the project');
      const gone = await changeTerms(tx, { actorId: principal.subject, organizationId }, projectId, new Map(beneficiaryIds.map((id) => [id, terms])), reason);
      refuseUnknown('beneficiaryIds', beneficiaryIds, new Set(beneficiaryIds.filter((id) => !gone.includes(id))), 'no longer takes part in the project');
      return this.idsOf(tx, projectId, beneficiaryIds);
    });
  }

  private async idsOf(tx: CoreTransaction, projectId: string, beneficiaryIds: readonly string[]): Promise<string[]> {
    const byPerson = new Map((await this.repository.ofProject(tx, projectId, beneficiaryIds)).map((row) => [row.beneficiaryId, row.id]));
    return beneficiaryIds.flatMap((id) => byPerson.get(id) ?? []);
  }

  /** @throws AppError NOT_FOUND, INVALID_TRANSITION naming where the person may go, PROJECT_CLOSED. */
  async changeStatus(principal: Principal, id: string, change: { status: Status; reason: string; key: string }): Promise<string> {
    const reason = parseInput(line(500), change.reason, 'reason');
    const [visible] = await this.repository.find(principal, [id]);
    if (!visible) throw new NotFoundError('The enrollment');
    const request = { id, status: change.status, reason };
    return this.change(principal, { projectId: visible.projectId, key: change.key, operation: 'enrollmentStatus', request }, async (tx, organizationId) => {
      const row = await this.repository.lock(tx, principal, id);
      if (!row) throw new NotFoundError('The enrollment');
      const possible = NEXT[row.status];
      if (!possible.includes(change.status)) {
        const where = possible.length > 0 ? possible.join(' or ') : 'nothing else';
        throw new AppError('INVALID_TRANSITION', `A person who is ${row.status} may become ${where}, not ${change.status}.`, { field: 'status' });
      }
      await this.repository.setStatus(tx, id, change.status);
      await tellEnrollments(tx, principal, organizationId, { rows: [{ ...row, status: change.status }], definition: enrollmentEvents.statusChanged, reason });
      return id;
    });
  }

  /** Assigns vendors; who is assigned already stays as they are. @throws AppError NOT_FOUND, BAD_USER_INPUT naming the vendor, PROJECT_CLOSED. */
  async assignVendors(principal: Principal, projectId: string, raw: { vendorIds: unknown; dailyLimitMinor: unknown; offlineExposureLimitMinor?: unknown }, key: string): Promise<string[]> {
    const vendorIds = parseInput(ids, raw.vendorIds, 'vendorIds');
    const dailyLimitMinor = parseInput(limit, raw.dailyLimitMinor, 'dailyLimitMinor');
    const offlineExposureLimitMinor = parseInput(limit, raw.offlineExposureLimitMinor, 'offlineExposureLimitMinor');
    return this.change(principal, { projectId, key, operation: 'assignVendors', request: { vendorIds, dailyLimitMinor, offlineExposureLimitMinor } }, async (tx, organizationId) => {
      const known = await this.repository.approved(tx, principal, projectId, vendorIds);
      refuseUnknown('vendorIds', vendorIds, known, 'is no approved vendor of the organisation');
      const fresh = await this.repository.insertNewVendors(tx, vendorIds.map((vendorId) => ({ projectId, vendorId, dailyLimitMinor, offlineExposureLimitMinor })));
      await tellVendors(tx, principal, organizationId, { rows: fresh, definition: enrollmentEvents.vendorAssigned });
      return vendorIds;
    });
  }

  /** Whoever stands there already stays there, and nothing is told. @throws AppError NOT_FOUND, INVALID_TRANSITION, PROJECT_CLOSED. */
  changeVendorStatus(principal: Principal, pair: VendorPair, status: ProjectVendorRow['status'], key: string): Promise<string> {
    return this.change(principal, { projectId: pair.projectId, key, operation: 'projectVendorStatus', request: { pair, status } }, async (tx, organizationId) => {
      const row = await this.repository.lockVendor(tx, principal, pair);
      if (!row) throw new NotFoundError('The vendor of the project');
      if (row.status === status) return pair.vendorId;
      const possible = NEXT_OF_VENDOR[row.status];
      if (!possible.includes(status)) throw new AppError('INVALID_TRANSITION', `A vendor who is ${row.status} in the project may become ${possible.join(' or ')}, not ${status}.`, { field: 'status' });
      await this.repository.setVendorStatus(tx, pair, status);
      await tellVendors(tx, principal, organizationId, { rows: [{ ...pair, status }], definition: enrollmentEvents.vendorStatusChanged });
      return pair.vendorId;
    });
  }

  /** Limits that are as they were are no change, and nothing is told. @throws AppError NOT_FOUND, BAD_USER_INPUT, PROJECT_CLOSED. */
  async changeVendorLimits(principal: Principal, pair: VendorPair, raw: { dailyLimitMinor: unknown; offlineExposureLimitMinor: unknown }, key: string): Promise<string> {
    const limits = parseInput(limitsSchema, raw, 'limits');
    return this.change(principal, { projectId: pair.projectId, key, operation: 'projectVendorLimits', request: { pair, limits } }, async (tx, organizationId) => {
      const row = await this.repository.lockVendor(tx, principal, pair);
      if (!row) throw new NotFoundError('The vendor of the project');
      if (row.dailyLimitMinor === limits.dailyLimitMinor && row.offlineExposureLimitMinor === limits.offlineExposureLimitMinor) return pair.vendorId;
      await this.repository.setVendorLimits(tx, pair, limits);
      const payload = { before: digits(row), after: digits(limits) };
      await tellVendors(tx, principal, organizationId, { rows: [{ ...pair, status: row.status }], definition: enrollmentEvents.vendorLimitsChanged, payload });
      return pair.vendorId;
    });
  }

  // Permission first, then idempotency: a repeat of what succeeded succeeds, even after the project was closed.
  private async change<R>(principal: Principal, change: ProjectChange, effect: (tx: CoreTransaction, organizationId: string) => Promise<R>): Promise<R> {
    const project = await this.projects.requireProject(principal, change.projectId);
    if (!mayWrite(principal, project.id)) throw new ForbiddenError('enrollment:write');
    const request = { scope: `${project.id}:${change.operation}`, key: change.key, request: change.request };
    return transaction(this.database, (tx) =>
      idempotent(tx.sql, request, async () => {
        // Looked at here, not before: a project that is being closed meanwhile is either closed first or waits for us.
        const status = await this.repository.holdProject(tx, project.id);
        if (status === null) throw new NotFoundError('The project');
        if (ENDED.has(status)) throw new AppError('PROJECT_CLOSED', 'The project is closed.', { projectId: project.id });
        return effect(tx, project.organizationId);
      }),
    );
  }
}

// In the whole project, or in some area of it: then the repository narrows whom the change may concern.
function mayWrite(principal: Principal, projectId: string): boolean {
  const { areas } = reachOf(principal, 'enrollment:write');
  return holds(principal, 'enrollment:write', projectId) || areas.some((grant) => grant.projectId === null || grant.projectId === projectId);
}

// Amounts are text in JSON: numbers lose digits above 2^53.
function digits({ dailyLimitMinor, offlineExposureLimitMinor }: VendorLimits): Record<string, string | null> {
  return { dailyLimitMinor: dailyLimitMinor?.toString() ?? null, offlineExposureLimitMinor: offlineExposureLimitMinor?.toString() ?? null };
}

function refuseUnknown(field: string, asked: readonly string[], known: ReadonlySet<string>, why: string): void {
  const index = asked.findIndex((id) => !known.has(id));
  if (index >= 0) throw new BadInputError(`${field}.${index}`, why);
}

async function tellEnrollments(
  tx: CoreTransaction,
  principal: Principal,
  organizationId: string,
  what: { rows: readonly EnrollmentRow[]; definition: EventDefinition; reason: string | null },
): Promise<void> {
  const { rows, definition } = what;
  const entry = { actorId: principal.subject, action: definition.name, entityType: 'Enrollment', organizationId };
  const reason = what.reason === null ? {} : { reason: what.reason };
  const audits = rows.map(({ id, projectId, beneficiaryId, status }) => ({ ...entry, entityId: id, projectId, payload: { beneficiaryId, status, ...reason } }));
  const events = rows.map(({ id, projectId, beneficiaryId, status }) => ({
    definition,
    projectId,
    aggregateType: 'Enrollment',
    aggregateId: id,
    payload: { enrollmentId: id, projectId, beneficiaryId, status },
  }));
  await appendAudits(tx.sql, audits);
  await appendEvents(tx.sql, events);
}

async function tellVendors(
  tx: CoreTransaction,
  principal: Principal,
  organizationId: string,
  what: { rows: ReadonlyArray<VendorPair & { status: string }>; definition: EventDefinition; payload?: Record<string, unknown> },
): Promise<void> {
  const { rows, definition, payload: more = {} } = what;
  const entry = { actorId: principal.subject, action: definition.name, entityType: 'ProjectVendor', organizationId };
  const named = rows.map(({ projectId, vendorId, status }) => ({ projectId, vendorId, status, entityId: `${projectId}:${vendorId}` }));
  await appendAudits(tx.sql, named.map(({ entityId, projectId, status }) => ({ ...entry, entityId, projectId, payload: { status, ...more } })));
  await appendEvents(tx.sql, named.map(({ entityId, ...payload }) => ({ definition, projectId: payload.projectId, aggregateType: 'ProjectVendor', aggregateId: entityId, payload })));
}
