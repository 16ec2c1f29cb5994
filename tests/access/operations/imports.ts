import { PROJECT, type Operation, type Around } from './operation';

const onBatch = (status: 'IN_REVIEW' | 'PARTIALLY_COMMITTED', more: Record<string, unknown> = {}): Operation => ({
  borders: PROJECT,
  target: async ({ rows, place }) => ({ variables: { id: (await rows.importBatch(place, status)).id, ...more } }),
});

const made = async ({ rows, place }: Around) => (await rows.importBatch(place, 'IN_REVIEW')).id;

/** Root fields about imports. They belong to projects; the people in them lie in areas, the files in none. */
export const imports: Readonly<Record<string, Operation>> = {
  importBatch: onBatch('IN_REVIEW'),
  importBatches: {
    borders: PROJECT,
    target: async (around) => ({ variables: { first: 200 }, shows: await made(around) }),
  },
  startImport: {
    borders: ['organization'],
    target: async ({ rows, place }) => ({ variables: { input: { documentId: (await rows.importBatch(place, 'IN_REVIEW')).documentId, country: 'KE', projectId: place.projectId } } }),
  },
  remapImport: onBatch('IN_REVIEW', { input: { languages: ['sw'] } }),
  decideImportRows: onBatch('IN_REVIEW', { rows: [2], decision: 'SKIP' }),
  commitImport: onBatch('IN_REVIEW'),
  refuseImport: onBatch('IN_REVIEW'),
  reportImportErrors: onBatch('IN_REVIEW'),
};
