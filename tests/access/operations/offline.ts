import type { Operation } from './operation';

/** Root fields about what is registered without a network. Conflicts lie in areas, and in no project. */
export const offline: Readonly<Record<string, Operation>> = {
  offlineConflicts: {
    borders: ['organization', 'area'],
    target: async ({ rows, place }) => {
      const { id, deviceId } = await rows.offlineConflict(place);
      return { variables: { filter: { deviceId } }, shows: id };
    },
  },
  resolveOfflineConflict: {
    borders: ['organization', 'area'],
    target: async ({ rows, place }) => ({ variables: { id: (await rows.offlineConflict(place)).id, input: { decision: 'DISCARD', reason: 'why' } } }),
  },
};
