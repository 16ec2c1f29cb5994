import { createHash } from 'node:crypto';
import { holds, reachOf, type Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { AppError, BadInputError, ConflictError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import type { PageRequest } from '#kernel/graphql';
import { change } from '../change';
import { isUniqueViolation, type CoreDatabase, type CoreTransaction } from '../database';
import type { DocumentStore } from '../documents';
import { ImportDecision, remapSchema, rowsSchema, startSchema } from './import.inputs';
import type { BatchRow, ImportRepository, Step } from './import.repository';
import { ImportMode, asJson, importReach, readMapping, readSettings, type GivenMapping, type ImportReach, type StoredSettings } from './settings';
import { tell } from './tell';

/** What a caller can see of what an import names. */
export interface Sees {
  document(id: string): Promise<{ encrypted: boolean } | null>;
  project(id: string): Promise<{ id: string } | null>;
}

/** Use cases of imports. The work is the worker's: these say what is to be done. Each is idempotent by key, audited and announced in its own transaction. */
export class ImportService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: ImportRepository,
    private readonly documents: Pick<DocumentStore, 'find'>,
  ) {}

  list(principal: Principal, page: PageRequest): Promise<BatchRow[]> {
    return this.repository.list(principal, page);
  }

  /**
   * Starts an import. The same file with the same settings is the same import, under whatever key it comes.
   * @throws AppError BAD_USER_INPUT, FORBIDDEN.
   */
  async start(principal: Principal, raw: unknown, sees: Sees, key: string): Promise<string> {
    const { documentId, projectId, dryRun, mapping, ...settings } = parseInput(startSchema, raw);
    const reach = requireReach(principal, projectId);
    const document = await sees.document(documentId);
    const facts = document && (await this.documents.find(principal.organizationId ?? '', documentId));
    if (!facts) throw new BadInputError('input.documentId', 'is no stored document that the caller may see');
    if (!document.encrypted) throw new BadInputError('input.documentId', 'must be a personal document: registrations are personal data');
    if (projectId !== null && !(await sees.project(projectId))) throw new BadInputError('input.projectId', 'is no project that the caller may see');
    const contentKey = keyOf(facts.fingerprint, settings, { projectId, dryRun, mapping });
    const attempt = (): Promise<string> =>
      change(this.database, principal, { operation: 'startImport', key, request: { contentKey } }, async (tx, organizationId) => {
        const same = await this.repository.ofContent(tx, organizationId, contentKey);
        if (same) return same.id;
        const id = newId();
        const stored: StoredSettings = { ...settings, today: new Date().toISOString().slice(0, 10) };
        const given = mapping && { mapping: asJson(withoutHeaders(mapping)) };
        await this.repository.insert(tx, { id, organizationId, projectId, documentId, contentKey, dryRun, settings: asJson(stored), reach: asJson(reach), ...given, createdById: principal.subject });
        await tell(tx, 'started', { id, organizationId, projectId }, principal.subject, { documentId, dryRun });
        return id;
      });
    return attempt().catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      return attempt(); // the same file was started at this moment: that one is it
    });
  }

  /** Reads the file anew, with other columns or settings. @throws AppError NOT_FOUND, INVALID_TRANSITION, BAD_USER_INPUT, CONFLICT (another import reads it so). */
  async remap(principal: Principal, id: string, raw: unknown, key: string): Promise<string> {
    const { mapping, ...settings } = parseInput(remapSchema, raw);
    // Read before the transaction: one that waits for a second connection can starve them all.
    const [visible] = await this.repository.findVisible(principal, [id]);
    const facts = visible && (await this.documents.find(visible.organizationId, visible.documentId));
    if (!facts) throw new NotFoundError('The import');
    return this.change(principal, { id, key, operation: 'remapImport', request: { mapping, settings }, from: ['IN_REVIEW'] }, async (tx, batch) => {
      const stored = { ...readSettings(batch.settings), ...Object.fromEntries(Object.entries(settings).filter(([name]) => (raw as Record<string, unknown>)[name] != null)) };
      const columns = mapping ? withoutHeaders(mapping) : readMapping(batch.mapping);
      const contentKey = keyOf(facts.fingerprint, stored, { projectId: batch.projectId, dryRun: batch.dryRun, mapping: columns });
      await this.repository.clearRows(tx, id);
      await this.repository.update(tx, id, { status: 'READING', generation: batch.generation + 1, cursor: 0, settings: asJson(stored), mapping: asJson(columns), contentKey });
      await tell(tx, 'remapped', batch, principal.subject);
    }).catch((error: unknown) => {
      throw isUniqueViolation(error) ? new ConflictError('input', 'is how another import reads the same file: go on with that one, or refuse it') : error;
    });
  }

  /** Decides on rows; on all that seem to be somebody twice when none are named. @returns the batch. @throws AppError NOT_FOUND, INVALID_TRANSITION, BAD_USER_INPUT (a row that cannot take the decision). */
  async decide(principal: Principal, id: string, rawRows: unknown, decision: ImportDecision, key: string): Promise<string> {
    const rows = parseInput(rowsSchema, rawRows, 'rows');
    return this.change(principal, { id, key, operation: 'decideImportRows', request: { rows, decision }, from: ['IN_REVIEW', 'PARTIALLY_COMMITTED'] }, async (tx, batch) => {
      if (decision === ImportDecision.CREATE && readSettings(batch.settings).mode === ImportMode.UPDATE) throw new BadInputError('decision', 'must not be CREATE: this import changes people, and registers nobody');
      const moved = await this.repository.decide(tx, id, rows, steps[decision]);
      const left = rows?.find((row) => !moved.includes(row));
      if (left !== undefined) throw new BadInputError('rows', `row ${left} cannot take this decision: ${steps[decision].otherwise}`);
      await this.audit(tx, principal, batch, { decision, rows: moved.length });
    });
  }

  /** Registers the valid rows. @throws AppError NOT_FOUND, INVALID_TRANSITION (a dry run, or not in review). */
  async commit(principal: Principal, id: string, key: string): Promise<string> {
    return this.change(principal, { id, key, operation: 'commitImport', request: null, from: ['IN_REVIEW', 'PARTIALLY_COMMITTED'] }, async (tx, batch) => {
      if (batch.dryRun) throw new AppError('INVALID_TRANSITION', 'This import is only tried. Start it without `dryRun` to register people.', { field: 'id' });
      const reach = requireReach(principal, batch.projectId);
      await this.repository.update(tx, id, { status: 'COMMITTING', cursor: 0, committedById: principal.subject, reach: asJson(reach), endedAt: null });
      await tell(tx, 'commitRequested', batch, principal.subject);
    });
  }

  /** Registers nothing (more) of it. @throws AppError NOT_FOUND, INVALID_TRANSITION. */
  async refuse(principal: Principal, id: string, key: string): Promise<string> {
    const from: Array<BatchRow['status']> = ['RECEIVED', 'READING', 'VALIDATING', 'DEDUPLICATING', 'IN_REVIEW'];
    return this.change(principal, { id, key, operation: 'refuseImport', request: null, from }, async (tx, batch) => {
      await this.repository.refuse(tx, batch);
      await tell(tx, 'refused', batch, principal.subject);
    });
  }

  private audit(tx: CoreTransaction, principal: Principal, batch: BatchRow, payload: Record<string, unknown>): Promise<void> {
    return tell(tx, 'decided', batch, principal.subject, payload);
  }

  private change(
    principal: Principal,
    step: { id: string; key: string; operation: string; request: unknown; from: ReadonlyArray<BatchRow['status']> },
    effect: (tx: CoreTransaction, batch: BatchRow) => Promise<void>,
  ): Promise<string> {
    const { id, key, operation, request, from } = step;
    return change(this.database, principal, { operation, key, request: { id, request } }, async (tx) => {
      const batch = await this.repository.lockVisible(tx, principal, id);
      if (!batch) throw new NotFoundError('The import');
      if (!from.includes(batch.status)) throw new AppError('INVALID_TRANSITION', `An import that is ${batch.status} cannot take this step; it must be ${from.join(' or ')}.`, { field: 'id' });
      await effect(tx, batch);
      return id;
    });
  }
}

const steps: Readonly<Record<ImportDecision, Step & { otherwise: string }>> = {
  CREATE: { from: ['DUPLICATE', 'TO_UPDATE'], to: 'VALID', possible: `doubles->>'by' = 'GOVERNMENT_ID'`, otherwise: 'it doubles nobody, or somebody whose reference or wallet is taken' },
  SKIP: { from: ['VALID', 'DUPLICATE', 'TO_UPDATE'], to: 'SKIPPED', possible: 'TRUE', otherwise: 'it is dealt with, or cannot be used anyway' },
  UPDATE: { from: ['DUPLICATE'], to: 'TO_UPDATE', possible: `doubles ? 'beneficiaryId'`, otherwise: 'it does not double somebody who is registered' },
};

/** Where the caller may register people, and enrol them when the import names a project. @throws ForbiddenError */
function requireReach(principal: Principal, projectId: string | null): ImportReach {
  if (projectId !== null && !mayEnrol(principal, projectId)) throw new ForbiddenError('enrollment:write');
  const reach = importReach(principal, projectId);
  if (!reach.everywhere && reach.areas.length === 0) throw new ForbiddenError('beneficiary:import');
  return reach;
}

function mayEnrol(principal: Principal, projectId: string): boolean {
  const { areas } = reachOf(principal, 'enrollment:write');
  return holds(principal, 'enrollment:write', projectId) || areas.some((grant) => grant.projectId === null || grant.projectId === projectId);
}

// Headers come from the file; until it is read they are not known.
function withoutHeaders(mapping: GivenMapping) {
  return mapping.map(({ column, field }) => ({ column, field, header: '', confidence: 1 }));
}

/** Tells one import from another: what the file holds, and how it is read. */
function keyOf(fingerprint: string, settings: object, rest: object): string {
  const { today: _today, ...read } = settings as Record<string, unknown>;
  return createHash('sha256').update(JSON.stringify([fingerprint, Object.entries(read).sort(), rest])).digest('base64url');
}
