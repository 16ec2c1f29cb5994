import { newId } from '#kernel/db';
import { appendAudits, appendEvents } from '#kernel/events';
import type { CoreTransaction } from '../database';
import { householdEvents, type HouseholdNews } from './household.events';
import type { HouseholdRepository, HouseholdRow, MemberRow } from './household.repository';
import { MAX_MEMBERS } from './members';

/** Where somebody is said to live. Whoever calls has checked that the person may be changed. */
export interface Placing {
  beneficiaryId: string;
  /** The number of the household; one that is not there yet is made. */
  referenceId: string;
  /** Where the person lives: a household that is made lies there. */
  areaCode: string | null;
  /** Whether the person speaks for the household. */
  head: boolean;
  /** How many live there, 1 to 1,000; null when that is not said. */
  size: number | null;
}

/** Why somebody is not where, or not what, they are said to be. */
export type Misplaced = 'CLOSED' | 'ELSEWHERE' | 'FULL' | 'HEAD_TAKEN';

/** What became different of a household. */
interface Changes {
  news: HouseholdNews | null;
  ended: MemberRow[];
  came: Array<Pick<MemberRow, 'beneficiaryId' | 'role'>>;
}

/** Puts many people into their households in somebody’s transaction, for those who have checked that it may be done. */
export class Placement {
  constructor(private readonly repository: HouseholdRepository) {}

  /**
   * Up to 2,000 people, each named once, in as few statements as for one; told of household by household.
   * @param mayWriteAt Whether a household in this area may be changed.
   * @returns by person, what stood in the way; everybody else is where they are said to live.
   */
  async place(tx: CoreTransaction, by: { actorId: string | null; organizationId: string }, placings: readonly Placing[], mayWriteAt: (areaCode: string | null) => boolean): Promise<Map<string, Misplaced>> {
    const { households, created } = await this.repository.ensure(tx, by.organizationId, placings);
    const lasting = [
      ...(await this.repository.lasting(tx, { householdIds: [...households.values()].map(({ id }) => id) })),
      ...(await this.repository.lasting(tx, { beneficiaryIds: placings.map(({ beneficiaryId }) => beneficiaryId) })),
    ];
    const members = new Map(lasting.map((member) => [member.id, member]));
    const misplaced = new Map<string, Misplaced>();
    const changes = new Map<string, Changes>([...created].map((id) => [id, { news: 'created', ended: [], came: [] }]));
    const sizes = new Map<string, number>();
    const open = new Map<string, Array<Pick<MemberRow, 'beneficiaryId' | 'role'>>>();
    const home = new Map<string, MemberRow>();
    for (const member of members.values()) {
      open.set(member.householdId, [...(open.get(member.householdId) ?? []), member]);
      home.set(member.beneficiaryId, member);
    }
    for (const placing of placings) {
      const household = households.get(placing.referenceId);
      if (!household) throw new Error('Every household that is named is there.');
      const there = open.get(household.id) ?? [];
      const now = home.get(placing.beneficiaryId);
      const wrong = obstacle(household, there, now, mayWriteAt);
      if (wrong) {
        misplaced.set(placing.beneficiaryId, wrong);
        continue;
      }
      const change = changes.get(household.id) ?? { news: null, ended: [], came: [] };
      changes.set(household.id, change);
      if (placing.size !== null && placing.size !== (sizes.get(household.id) ?? household.size)) {
        sizes.set(household.id, placing.size);
        change.news ??= 'updated';
      }
      const taken = there.some(({ role, beneficiaryId }) => role === 'HEAD' && beneficiaryId !== placing.beneficiaryId);
      if (placing.head && taken) misplaced.set(placing.beneficiaryId, 'HEAD_TAKEN');
      const heads = placing.head && !taken;
      // Who belongs to it keeps their role, unless they are said to be the head that it lacks.
      if (now && (!heads || now.role === 'HEAD')) continue;
      const came = { beneficiaryId: placing.beneficiaryId, role: heads ? ('HEAD' as const) : ('MEMBER' as const) };
      if (now) change.ended.push(now);
      change.came.push(came);
      change.news = change.news === 'created' ? 'created' : 'membersChanged';
      open.set(household.id, [...there.filter(({ beneficiaryId }) => beneficiaryId !== placing.beneficiaryId), came]);
    }
    await this.write(tx, by, changes, sizes);
    return misplaced;
  }

  private async write(tx: CoreTransaction, by: { actorId: string | null; organizationId: string }, changes: ReadonlyMap<string, Changes>, sizes: ReadonlyMap<string, number>): Promise<void> {
    const { organizationId } = by;
    const different = [...changes].flatMap(([householdId, { news, ended, came }]) => (news === null ? [] : [{ householdId, news, ended, came }]));
    if (different.length === 0) return;
    await this.repository.resize(tx, sizes);
    await this.repository.end(tx, different.flatMap(({ ended }) => ended.map(({ id }) => id)));
    await this.repository.add(tx, different.flatMap(({ householdId, came }) => came.map((place) => ({ ...place, id: newId(), organizationId, householdId }))));
    await appendAudits(
      tx.sql,
      different.map(({ householdId, news, ended, came }) => ({
        ...{ ...by, action: householdEvents[news].name, entityType: 'Household', entityId: householdId },
        payload: { ended: ended.map(({ beneficiaryId, role }) => ({ beneficiaryId, role })), came },
      })),
    );
    await appendEvents(tx.sql, different.map(({ householdId, news }) => ({ definition: householdEvents[news], aggregateType: 'Household', aggregateId: householdId, payload: { householdId, organizationId } })));
  }
}

function obstacle(household: HouseholdRow, there: ReadonlyArray<{ beneficiaryId: string }>, now: MemberRow | undefined, mayWriteAt: (areaCode: string | null) => boolean): Misplaced | null {
  if (household.dissolvedAt !== null || !mayWriteAt(household.areaCode)) return 'CLOSED';
  if (now && now.householdId !== household.id) return 'ELSEWHERE';
  return !now && there.length >= MAX_MEMBERS ? 'FULL' : null;
}
