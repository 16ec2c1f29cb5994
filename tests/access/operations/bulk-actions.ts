import { EVERYWHERE, type Operation } from './operation';

/** Root fields about bulk actions. Whom one is about is decided by who starts it; it is seen by them, and by who may do it everywhere. */
export const bulkActions: Readonly<Record<string, Operation>> = {
  bulkAction: { borders: ['organization'], target: async ({ rows, place }) => ({ variables: { id: await rows.bulkAction(place) } }) },
  bulkActions: { borders: ['organization'], target: async ({ rows, place }) => ({ variables: { first: 200 }, shows: await rows.bulkAction(place) }) },
  startBulkAction: { borders: EVERYWHERE, target: async ({ rows, place }) => ({ variables: { input: { kind: 'SUSPEND', beneficiaryIds: [(await rows.person(place)).id], reason: 'why' } } }) },
  cancelBulkAction: { borders: ['organization'], target: async ({ rows, place }) => ({ variables: { id: await rows.bulkAction(place) } }) },
};
