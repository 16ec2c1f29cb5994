import type { Operation } from './operation';

/** Root fields about exports. One is for who asked for it, and shown to who may export everybody. */
export const exported: Readonly<Record<string, Operation>> = {
  export: { borders: ['organization'], target: async ({ rows, place }) => ({ variables: { id: await rows.export(place) } }) },
  exports: { borders: ['organization'], target: async ({ rows, place }) => ({ variables: { first: 200 }, shows: await rows.export(place) }) },
  exportBeneficiaries: { borders: [], target: async () => ({ variables: { input: { format: 'CSV', purpose: 'INTERNAL' } } }) },
};
