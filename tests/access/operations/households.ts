import { newId } from '#kernel/db';
import { EVERYWHERE, type Operation } from './operation';

function onHousehold(more: Record<string, unknown> = {}): Operation {
  return { borders: EVERYWHERE, target: async ({ rows, place }) => ({ variables: { id: (await rows.household(place)).id, ...more } }) };
}

/** Root fields about households. */
export const households: Readonly<Record<string, Operation>> = {
  household: onHousehold(),
  households: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => {
      const { id, referenceId } = await rows.household(place);
      return { variables: { filter: { referenceId } }, shows: id };
    },
  },
  createHousehold: { borders: ['area'], target: async ({ place }) => ({ variables: { input: { referenceId: newId(), areaCode: place.area } } }) },
  updateHousehold: onHousehold({ input: { size: 5 } }),
  changeHouseholdMembers: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => {
      const { id, memberId } = await rows.household(place);
      return { variables: { id, put: [{ beneficiaryId: memberId, role: 'MEMBER' }, { beneficiaryId: (await rows.person(place)).id, role: 'HEAD' }] } };
    },
  },
  dissolveHousehold: onHousehold({ reason: 'why' }),
};
