import { BadInputError } from '#kernel/errors';
import type { MemberRow } from './household.repository';

/** Somebody's place in a household. */
export type Place = Pick<MemberRow, 'beneficiaryId' | 'role'>;

export const MAX_MEMBERS = 100;

/**
 * What a wish changes of a household: which memberships end, and which begin. Who leaves and who comes is one step, so that two may exchange their roles.
 * @throws BadInputError naming what is wished for: somebody who leaves does not belong to it, two heads, two collectors, too many.
 */
export function move<M extends Place>(members: readonly M[], { put, remove, root }: { put: readonly Place[]; remove: readonly string[]; root: string }): { ended: M[]; added: Place[] } {
  const now = new Map(members.map((member) => [member.beneficiaryId, member]));
  remove.forEach((id, index) => {
    if (!now.has(id)) throw new BadInputError(`remove.${index}`, 'does not belong to the household');
    if (put.some(({ beneficiaryId }) => beneficiaryId === id)) throw new BadInputError(`remove.${index}`, 'is to stay as well: name each person once');
  });
  const added = put.filter(({ beneficiaryId, role }) => now.get(beneficiaryId)?.role !== role);
  const leaving = new Set([...remove, ...added.map(({ beneficiaryId }) => beneficiaryId)]);
  const after: Place[] = [...members.filter(({ beneficiaryId }) => !leaving.has(beneficiaryId)), ...added];
  for (const single of ['HEAD', 'COLLECTOR'] as const) {
    if (after.filter(({ role }) => role === single).length <= 1) continue;
    throw new BadInputError(root, `must leave at most one ${single}: give the other one another role in the same request`);
  }
  if (after.length > MAX_MEMBERS) throw new BadInputError(root, `must leave at most ${MAX_MEMBERS} members`);
  return { ended: members.filter(({ beneficiaryId }) => leaving.has(beneficiaryId)), added };
}
