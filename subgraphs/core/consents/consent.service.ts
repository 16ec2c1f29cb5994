import type { Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { AppError, BadInputError, NotFoundError, parseInput } from '#kernel/errors';
import { appendAudits, appendEvents } from '#kernel/events';
import type { BeneficiaryAccess } from '../beneficiaries';
import { change } from '../change';
import type { CoreDatabase, CoreTransaction } from '../database';
import { consentEvents } from './consent.events';
import { peopleSchema, purposeSchema, recordSchema } from './consent.inputs';
import type { ConsentRepository } from './consent.repository';

const WRITE = 'beneficiary:write';

interface Told {
  id: string;
  beneficiaryId: string;
  purpose: string;
}

/** Use cases of consents. Each change is idempotent by key, audited and announced in its own transaction. */
export class ConsentService {
  constructor(
    private readonly database: CoreDatabase,
    private readonly repository: ConsentRepository,
    private readonly people: BeneficiaryAccess,
  ) {}

  /**
   * Records that people have agreed, all or none. What they had agreed to for the same purpose before is ended as renewed.
   * @throws AppError BAD_USER_INPUT naming the person as `beneficiaryIds.<n>`.
   */
  async record(principal: Principal, rawIds: unknown, raw: unknown, key: string): Promise<string[]> {
    const beneficiaryIds = parseInput(peopleSchema, rawIds, 'beneficiaryIds');
    const { givenOn, ...consent } = parseInput(recordSchema, raw);
    return change(this.database, principal, { operation: 'recordConsents', key, request: { beneficiaryIds, givenOn, ...consent } }, async (tx, organizationId) => {
      const people = new Set((await this.people.lock(tx, principal, WRITE, beneficiaryIds)).map(({ id }) => id));
      const unknown = beneficiaryIds.findIndex((id) => !people.has(id));
      if (unknown >= 0) throw new BadInputError(`beneficiaryIds.${unknown}`, 'is no beneficiary whom the caller may change');
      await this.repository.end(tx, { purpose: consent.purpose, beneficiaryIds }, { end: 'RENEWED', endedById: principal.subject });
      const rows = beneficiaryIds.map((beneficiaryId) => ({ ...consent, id: newId(), organizationId, beneficiaryId, givenOn: new Date(givenOn), recordedById: principal.subject }));
      await this.repository.insert(tx, rows);
      await tell(tx, 'given', { actorId: principal.subject, organizationId }, rows);
      return beneficiaryIds;
    });
  }

  /** Takes a consent back, at the wish of the person. @throws AppError NOT_FOUND, INVALID_TRANSITION (there is none that stands). */
  async withdraw(principal: Principal, beneficiaryId: string, rawPurpose: unknown, key: string): Promise<string> {
    const purpose = parseInput(purposeSchema, rawPurpose, 'purpose');
    return change(this.database, principal, { operation: 'withdrawConsent', key, request: { beneficiaryId, purpose } }, async (tx, organizationId) => {
      const [person] = await this.people.lock(tx, principal, WRITE, [beneficiaryId]);
      if (!person) throw new NotFoundError('The beneficiary');
      const ended = await this.repository.end(tx, { purpose, beneficiaryIds: [person.id] }, { end: 'WITHDRAWN', endedById: principal.subject });
      if (ended.length === 0) throw new AppError('INVALID_TRANSITION', `No consent to ${purpose} stands that could be withdrawn.`, { field: 'purpose' });
      await tell(tx, 'withdrawn', { actorId: principal.subject, organizationId }, ended);
      return person.id;
    });
  }
}

async function tell(tx: CoreTransaction, news: keyof typeof consentEvents, who: { actorId: string; organizationId: string }, consents: readonly Told[]): Promise<void> {
  const definition = consentEvents[news];
  const { organizationId } = who;
  await appendAudits(tx.sql, consents.map(({ id, beneficiaryId, purpose }) => ({ ...who, action: definition.name, entityType: 'Consent', entityId: id, payload: { beneficiaryId, purpose } })));
  await appendEvents(
    tx.sql,
    consents.map(({ id, beneficiaryId, purpose }) => ({ definition, aggregateType: 'Beneficiary', aggregateId: beneficiaryId, payload: { consentId: id, beneficiaryId, organizationId, purpose } })),
  );
}
