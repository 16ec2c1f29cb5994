import type { Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import type { Registrar, Registration } from '../beneficiaries';
import type { CoreTransaction } from '../database';
import type { ProtectedData } from '../protected-data';
import type { ConflictRow, OfflineRepository } from './offline.repository';
import { canonicalRegistration, type OfflineItem } from './signed-batch';
import { areaOf, refusalOf, triage, type Arrival, type Decision } from './triage';

/** What became of an item. */
export type Outcome = { outcome: 'ACCEPTED'; beneficiaryId: string } | { outcome: 'CONFLICT'; conflictId: string; kind: ConflictRow['kind'] };

/** Where items come from. */
export interface Origin {
  principal: Principal;
  organizationId: string;
  deviceId: string;
}

interface Newcomer {
  index: number;
  person: Registration;
}

/** Takes items into the books in the caller's transaction: each becomes a person or a conflict, none is lost, and none becomes two. */
export class Intake {
  constructor(
    private readonly repository: OfflineRepository,
    private readonly registrar: Registrar,
    private readonly protectedData: Pick<ProtectedData, 'seal' | 'fingerprint'>,
  ) {}

  /** In a few statements whatever the number of items. Answers in the order given. */
  async take(tx: CoreTransaction, origin: Origin, items: readonly OfflineItem[]): Promise<Outcome[]> {
    const { organizationId, principal } = origin;
    const arrivals = items.map((item): Arrival => ({ item, content: this.protectedData.fingerprint(organizationId, canonicalRegistration(item)) }));
    const clientIds = [...new Set(items.map(({ clientId }) => clientId))];
    const known = await this.repository.known(tx, organizationId, clientIds);
    const conflicts = await this.repository.conflicts(tx, organizationId, clientIds);
    const decisions = triage(arrivals, { principal, known, conflicts });
    await this.settleReferences(tx, organizationId, decisions);
    const people = await this.register(tx, origin, arrivals, decisions);
    const troubles = await this.keepConflicts(tx, origin, arrivals, decisions);
    const outcomeOf = (index: number): Outcome => {
      const decision = decisions[index];
      if (decision?.becomes === 'AS') return outcomeOf(decision.index);
      if (decision?.becomes === 'KNOWN') return { outcome: 'ACCEPTED', beneficiaryId: decision.beneficiaryId };
      if (decision?.becomes === 'KNOWN_CONFLICT') return { outcome: 'CONFLICT', conflictId: decision.id, kind: decision.kind };
      const outcome = people.get(index) ?? troubles.get(index);
      if (!outcome) throw new Error('Every item becomes something.');
      return outcome;
    };
    return items.map((_item, index) => outcomeOf(index));
  }

  /** Those whose reference belongs to somebody become conflicts with that person. */
  private async settleReferences(tx: CoreTransaction, organizationId: string, decisions: Decision[]): Promise<void> {
    const people = newcomers(decisions);
    const holders = await this.repository.byReference(tx, organizationId, people.map(({ person }) => person.referenceId));
    for (const { index, person } of people) {
      const beneficiaryId = holders.get(person.referenceId);
      if (beneficiaryId) decisions[index] = { becomes: 'CONFLICT', trouble: { kind: 'TAKEN', problem: 'registration.referenceId: belongs to another beneficiary', beneficiaryId } };
    }
  }

  /** Registers all who can be. Whom the registrar refuses becomes a conflict, and the others are tried again without them. */
  private async register(tx: CoreTransaction, { principal, organizationId }: Origin, arrivals: readonly Arrival[], decisions: Decision[]): Promise<Map<number, Outcome>> {
    for (let people = newcomers(decisions); people.length > 0; people = newcomers(decisions)) {
      await tx.sql.execute('SAVEPOINT newcomers', []);
      try {
        const ids = await this.registrar.register(tx, { actorId: principal.subject, organizationId }, people.map(({ person }) => person), (n) => `items.${people[n]?.index ?? n}.registration`);
        const rows = people.map(({ index }, n) => ({ organizationId, clientId: arrivals[index]?.item.clientId ?? '', beneficiaryId: ids[n] ?? '', fingerprint: arrivals[index]?.content ?? '' }));
        await this.repository.insertRegistrations(tx, rows);
        return new Map(people.map(({ index }, n) => [index, { outcome: 'ACCEPTED', beneficiaryId: ids[n] ?? '' }]));
      } catch (error) {
        const refusal = refusalOf(error);
        if (!refusal || decisions[refusal.index]?.becomes !== 'REGISTERED') throw error;
        await tx.sql.execute('ROLLBACK TO SAVEPOINT newcomers', []);
        decisions[refusal.index] = { becomes: 'CONFLICT', trouble: refusal.trouble };
      }
    }
    return new Map();
  }

  private async keepConflicts(tx: CoreTransaction, { organizationId, deviceId }: Origin, arrivals: readonly Arrival[], decisions: readonly Decision[]): Promise<Map<number, Outcome>> {
    const troubles = arrivals.flatMap((arrival, index) => {
      const decision = decisions[index];
      return decision?.becomes === 'CONFLICT' ? [{ index, id: newId(), ...arrival, ...decision.trouble }] : [];
    });
    if (troubles.length === 0) return new Map();
    const sealed = await this.protectedData.seal(troubles.map(({ id, item }) => ({ about: conflictOf(id), content: item.registration })));
    const rows = troubles.flatMap(({ id, item, content, kind, problem, beneficiaryId }, n) => {
      const own = sealed[n];
      const row = { id, organizationId, deviceId, clientId: item.clientId, fingerprint: content, kind, problem, beneficiaryId, areaCode: areaOf(item), occurredAt: new Date(item.occurredAt) };
      return own ? [{ ...row, ...own }] : [];
    });
    await this.repository.insertConflicts(tx, rows);
    return new Map(troubles.map(({ index, id, kind }) => [index, { outcome: 'CONFLICT', conflictId: id, kind }]));
  }
}

/** What the content of a conflict is sealed as. */
export function conflictOf(id: string): string {
  return `offline_conflict:${id}`;
}

function newcomers(decisions: readonly Decision[]): Newcomer[] {
  return decisions.flatMap((decision, index) => (decision.becomes === 'REGISTERED' ? [{ index, person: decision.person }] : []));
}
