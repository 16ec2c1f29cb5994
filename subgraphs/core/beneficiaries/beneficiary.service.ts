import type { z } from 'zod';
import { holdsAt, type Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { AppError, ConflictError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import { appendAudits, appendEvents } from '#kernel/events';
import type { PageRequest } from '#kernel/graphql';
import { idempotent } from '#kernel/idempotency';
import { isUniqueViolation, transaction, type CoreDatabase, type CoreTransaction } from '../database';
import { beneficiaryEvents, type BeneficiaryNews } from './beneficiary.events';
import { filterSchema, reasonSchema, registerManySchema, registerSchema, updateSchema } from './beneficiary.inputs';
import type { BeneficiaryRepository, BeneficiaryRow } from './beneficiary.repository';

type Registration = z.output<typeof registerSchema>;

/** Use cases of beneficiaries. Each change is idempotent by key, audited and announced in its own transaction. */
export class BeneficiaryService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: BeneficiaryRepository,
  ) {}

  async list(principal: Principal, filter: unknown, page: PageRequest): Promise<BeneficiaryRow[]> {
    return this.repository.list(principal, parseInput(filterSchema, filter ?? {}, 'filter'), page);
  }

  /** @throws AppError BAD_USER_INPUT, CONFLICT (the reference is taken); nothing is stored then. */
  async register(principal: Principal, raw: unknown, key: string): Promise<string> {
    const [id] = await this.registerAll(principal, [parseInput(registerSchema, raw)], { key, root: () => 'input' });
    if (id === undefined) throw new Error('One registration gives one id.');
    return id;
  }

  /** All or none. Returns the ids in the order given. @throws as {@link register}, naming `inputs.<n>`. */
  async registerMany(principal: Principal, raw: unknown, key: string): Promise<string[]> {
    return this.registerAll(principal, parseInput(registerManySchema, raw, 'inputs'), { key, root: (index) => `inputs.${index}` });
  }

  async update(principal: Principal, id: string, raw: unknown, key: string): Promise<string> {
    const { fullName, phone, birthDate, ...fields } = parseInput(updateSchema, raw);
    return this.change(principal, id, { key, news: 'updated', request: raw }, async (tx) => {
      const pii = { ...(fullName === undefined ? {} : { fullName }), ...(phone === undefined ? {} : { phone }) };
      const born = birthDate === undefined ? {} : { birthDate: birthDate === null ? null : new Date(birthDate) };
      await this.repository.update(tx, id, { ...fields, ...born }, pii);
      // Nobody moves a person out of the areas in which they may change people.
      if (fields.areaCode !== undefined && !(await this.repository.lockVisible(tx, principal, id))) throw new ForbiddenError('beneficiary:write');
      // Which fields, never what was in them.
      return { fields: Object.keys({ ...fields, ...born, ...pii }) };
    });
  }

  async suspend(principal: Principal, id: string, reason: string, key: string): Promise<string> {
    const request = parseInput(reasonSchema, reason, 'reason');
    return this.change(principal, id, { key, news: 'suspended', request }, async (tx, row) => {
      assertStatus(row, 'ACTIVE');
      await this.repository.update(tx, id, { status: 'SUSPENDED' }, {});
      return { reason: request };
    });
  }

  activate(principal: Principal, id: string, key: string): Promise<string> {
    return this.change(principal, id, { key, news: 'activated', request: null }, async (tx, row) => {
      assertStatus(row, 'SUSPENDED', 'DRAFT');
      await this.repository.update(tx, id, { status: 'ACTIVE' }, {});
      return {};
    });
  }

  private async registerAll(principal: Principal, people: Registration[], request: { key: string; root: (index: number) => string }): Promise<string[]> {
    const organizationId = organizationOf(principal);
    if (!people.every(({ areaCode }) => holdsAt(principal, 'beneficiary:write', { area: areaCode }))) throw new ForbiddenError('beneficiary:write');
    refuseTwice(people, request.root);
    const idempotency = { scope: `${organizationId}:registerBeneficiaries`, key: request.key, request: people };
    const attempt = (): Promise<string[]> => transaction(this.database, (tx) =>
      idempotent(tx.sql, idempotency, async () => {
        const taken = await this.repository.takenReferences(tx, organizationId, people.map(({ referenceId }) => referenceId));
        const first = people.findIndex(({ referenceId }) => taken.has(referenceId));
        if (first >= 0) throw takenReference(request.root(first));
        return this.insert(tx, principal, { organizationId, people });
      }),
    );
    return attempt().catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      return attempt(); // a rival was faster: this time the look finds, and names, the reference that it took
    });
  }

  private async insert(tx: CoreTransaction, principal: Principal, batch: { organizationId: string; people: Registration[] }): Promise<string[]> {
    const { organizationId, people } = batch;
    const rows = people.map(({ fullName: _name, phone: _phone, birthDate, ...fields }) => ({
      ...fields,
      id: newId(),
      organizationId,
      birthDate: birthDate === null ? null : new Date(birthDate),
    }));
    const pii = people.map(({ fullName, phone }, index) => ({ beneficiaryId: rows[index]?.id ?? '', fullName, phone }));
    await this.repository.insertMany(tx, rows, pii);
    const ids = rows.map(({ id }) => id);
    await tell(tx, principal, { news: 'registered', ids, organizationId });
    return ids;
  }

  private async change(
    principal: Principal,
    id: string,
    change: { key: string; news: BeneficiaryNews; request: unknown },
    effect: (tx: CoreTransaction, row: BeneficiaryRow) => Promise<Record<string, unknown>>,
  ): Promise<string> {
    const organizationId = organizationOf(principal);
    const request = { scope: `${organizationId}:beneficiary:${change.news}`, key: change.key, request: { id, request: change.request } };
    return transaction(this.database, async (tx) => {
      const row = await this.repository.lockVisible(tx, principal, id);
      if (!row) throw new NotFoundError('The beneficiary');
      return idempotent(tx.sql, request, async () => {
        const payload = await effect(tx, row);
        await tell(tx, principal, { news: change.news, ids: [id], organizationId, payload });
        return id;
      });
    });
  }
}

async function tell(
  tx: CoreTransaction,
  principal: Principal,
  what: { news: BeneficiaryNews; ids: readonly string[]; organizationId: string; payload?: Record<string, unknown> },
): Promise<void> {
  const definition = beneficiaryEvents[what.news];
  const { ids, organizationId, payload = {} } = what;
  const entry = { actorId: principal.subject, action: definition.name, entityType: 'Beneficiary', organizationId, payload };
  await appendAudits(tx.sql, ids.map((entityId) => ({ ...entry, entityId })));
  await appendEvents(tx.sql, ids.map((id) => ({ definition, aggregateType: 'Beneficiary', aggregateId: id, payload: { beneficiaryId: id, organizationId } })));
}

function refuseTwice(people: readonly Registration[], root: (index: number) => string): void {
  const seen = new Set<string>();
  people.forEach(({ referenceId }, index) => {
    if (seen.has(referenceId)) throw new ConflictError(`${root(index)}.referenceId`, 'stands twice in this request');
    seen.add(referenceId);
  });
}

function takenReference(root: string): ConflictError {
  return new ConflictError(`${root}.referenceId`, 'belongs to another beneficiary');
}

function assertStatus(row: BeneficiaryRow, ...from: Array<BeneficiaryRow['status']>): void {
  if (from.includes(row.status)) return;
  throw new AppError('INVALID_TRANSITION', `A beneficiary who is ${row.status} cannot take this step; they must be ${from.join(' or ')}.`, { field: 'id' });
}

function organizationOf(principal: Principal): string {
  if (!principal.organizationId) throw new ForbiddenError();
  return principal.organizationId;
}
