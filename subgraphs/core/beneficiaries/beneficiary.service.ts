import { holdsAt, type Principal } from '#kernel/auth';
import { AppError, BadInputError, ConflictError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import type { PageRequest } from '#kernel/graphql';
import { idempotent } from '#kernel/idempotency';
import type { Attributes } from '../attributes';
import { organizationOf } from '../change';
import { isUniqueViolation, transaction, type CoreDatabase, type CoreTransaction } from '../database';
import type { ProtectedData } from '../protected-data';
import { Amender } from './amender';
import type { BeneficiaryNews } from './beneficiary.events';
import { reasonSchema, registerManySchema, registerSchema, updateSchema, type Registration } from './beneficiary.inputs';
import { attributesOf } from './beneficiary.mapper';
import type { BeneficiaryRepository, BeneficiaryRow } from './beneficiary.repository';
import { BeneficiaryOrder, orderSchema } from './filter.inputs';
import { Registrar } from './registrar';
import { Selection } from './selection';
import { tellOfPeople } from './tell';

/** Use cases of beneficiaries. Each change is idempotent by key, audited and announced in its own transaction. */
export class BeneficiaryService {
  private readonly registrar: Registrar;
  private readonly amender: Amender;
  private readonly selection: Selection;

  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: BeneficiaryRepository,
    private readonly protectedData: ProtectedData,
    private readonly attributes: Attributes,
  ) {
    this.registrar = new Registrar(protectedData, attributes);
    this.amender = new Amender(protectedData, attributes);
    this.selection = new Selection(repository, protectedData, attributes);
  }

  /** Up to `first + 1` people, in order. @throws AppError BAD_USER_INPUT naming the filter (a personal attribute among them), or `after` when it is of a list in another order. */
  async list(principal: Principal, raw: unknown, page: PageRequest, order = BeneficiaryOrder.REGISTERED): Promise<BeneficiaryRow[]> {
    const filter = await this.selection.checked(principal, raw);
    return this.selection.page(principal, { filter, order: parseInput(orderSchema, order, 'order'), after: page.after, limit: page.first + 1 });
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
    const change = parseInput(updateSchema, raw);
    const request = this.protectedData.fingerprint(organizationOf(principal), change);
    return this.change(principal, id, { key, news: 'updated', request }, async (tx, row) => {
      assertStatus(row, 'DRAFT', 'ACTIVE', 'SUSPENDED');
      const [difference] = await this.amender.amend(tx, [{ person: row, change }], () => 'input');
      // Nobody moves a person out of the areas in which they may change people.
      if (change.open.areaCode !== undefined && !(await this.repository.lockVisible(tx, principal, id))) throw new ForbiddenError('beneficiary:write');
      return { ...difference };
    }).catch((error: unknown) => {
      throw isUniqueViolation(error) ? new ConflictError('input.walletAddress', 'belongs to another beneficiary') : error;
    });
  }

  async suspend(principal: Principal, id: string, reason: string, key: string): Promise<string> {
    const request = parseInput(reasonSchema, reason, 'reason');
    return this.change(principal, id, { key, news: 'suspended', request }, async (tx, row) => {
      assertStatus(row, 'ACTIVE');
      await this.repository.update(tx, id, { status: 'SUSPENDED' });
      return { reason: request, status: 'SUSPENDED' };
    });
  }

  /** @throws AppError NOT_FOUND, INVALID_TRANSITION, BAD_USER_INPUT naming an attribute that a complete registration has. */
  activate(principal: Principal, id: string, rawReason: unknown, key: string): Promise<string> {
    const reason = parseInput(reasonSchema.nullish(), rawReason, 'reason') ?? null;
    return this.change(principal, id, { key, news: 'activated', request: reason }, async (tx, row) => {
      assertStatus(row, 'SUSPENDED', 'DRAFT');
      if (row.status === 'DRAFT') {
        const { required } = await this.attributes.checker(row.organizationId, null, tx);
        const missing = required.find((name) => !Object.hasOwn(attributesOf(row).attributeVersions, name));
        if (missing !== undefined) throw new BadInputError(`attributes.${missing}`, 'is required of a complete registration: give it a value first');
      }
      await this.repository.update(tx, id, { status: 'ACTIVE' });
      return { status: 'ACTIVE', ...(reason === null ? {} : { reason }) };
    });
  }

  private async registerAll(principal: Principal, people: Registration[], request: { key: string; root: (index: number) => string }): Promise<string[]> {
    const organizationId = organizationOf(principal);
    if (!people.every(({ areaCode }) => holdsAt(principal, 'beneficiary:write', { area: areaCode }))) throw new ForbiddenError('beneficiary:write');
    const idempotency = { scope: `${organizationId}:registerBeneficiaries`, key: request.key, request: this.protectedData.fingerprint(organizationId, people) };
    const attempt = (): Promise<string[]> => transaction(this.database, (tx) =>
      idempotent(tx.sql, idempotency, () => this.registrar.register(tx, { actorId: principal.subject, organizationId }, people, request.root)),
    );
    return attempt().catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      return attempt(); // a rival was faster: this time the look finds, and names, what it took
    });
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
        await tellOfPeople(tx, change.news, { actorId: principal.subject, organizationId }, [id], payload);
        return id;
      });
    });
  }
}

function assertStatus(row: BeneficiaryRow, ...from: Array<BeneficiaryRow['status']>): void {
  if (from.includes(row.status)) return;
  throw new AppError('INVALID_TRANSITION', `A beneficiary who is ${row.status} cannot take this step; they must be ${from.join(' or ')}.`, { field: 'id' });
}
