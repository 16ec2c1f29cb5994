import { holdsAt, type Principal } from '#kernel/auth';
import { AppError, ConflictError, ForbiddenError, NotFoundError, parseInput } from '#kernel/errors';
import type { PageRequest } from '#kernel/graphql';
import { idempotent } from '#kernel/idempotency';
import { isUniqueViolation, transaction, type CoreDatabase, type CoreTransaction } from '../database';
import type { ProtectedData } from '../protected-data';
import type { BeneficiaryNews } from './beneficiary.events';
import { filterSchema, reasonSchema, registerManySchema, registerSchema, updateSchema, type Registration } from './beneficiary.inputs';
import type { BeneficiaryRepository, BeneficiaryRow } from './beneficiary.repository';
import { rewritePersonalData } from './personal-data';
import { Registrar } from './registrar';
import { tellOfPeople } from './tell';

/** Use cases of beneficiaries. Each change is idempotent by key, audited and announced in its own transaction. */
export class BeneficiaryService {
  private readonly registrar: Registrar;

  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: BeneficiaryRepository,
    private readonly protectedData: ProtectedData,
  ) {
    this.registrar = new Registrar(protectedData);
  }

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
    const { open, personal } = parseInput(updateSchema, raw);
    const request = this.protectedData.fingerprint(organizationOf(principal), { open, personal });
    return this.change(principal, id, { key, news: 'updated', request }, async (tx, row) => {
      await this.repository.update(tx, id, open);
      const walletAddress = open.walletAddress === undefined ? row.walletAddress : open.walletAddress;
      if (Object.keys(personal).length > 0 || walletAddress !== row.walletAddress) {
        await rewritePersonalData(tx, this.protectedData, { ...row, walletAddress }, (before) => ({ ...before, ...personal }));
      }
      // Nobody moves a person out of the areas in which they may change people.
      if (open.areaCode !== undefined && !(await this.repository.lockVisible(tx, principal, id))) throw new ForbiddenError('beneficiary:write');
      // Which fields, never what was in them.
      return { fields: Object.keys({ ...open, ...personal }) };
    }).catch((error: unknown) => {
      throw isUniqueViolation(error) ? new ConflictError('input.walletAddress', 'belongs to another beneficiary') : error;
    });
  }

  async suspend(principal: Principal, id: string, reason: string, key: string): Promise<string> {
    const request = parseInput(reasonSchema, reason, 'reason');
    return this.change(principal, id, { key, news: 'suspended', request }, async (tx, row) => {
      assertStatus(row, 'ACTIVE');
      await this.repository.update(tx, id, { status: 'SUSPENDED' });
      return { reason: request };
    });
  }

  activate(principal: Principal, id: string, key: string): Promise<string> {
    return this.change(principal, id, { key, news: 'activated', request: null }, async (tx, row) => {
      assertStatus(row, 'SUSPENDED', 'DRAFT');
      await this.repository.update(tx, id, { status: 'ACTIVE' });
      return {};
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

function organizationOf(principal: Principal): string {
  if (!principal.organizationId) throw new ForbiddenError();
  return principal.organizationId;
}
