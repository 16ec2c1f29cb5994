import { EVERYWHERE, type Operation } from './operation';

const onPair = (more: Record<string, unknown> = {}, merged = false): Operation => ({ borders: EVERYWHERE, target: async ({ rows, place }) => ({ variables: { id: (await rows.pair(place, merged)).id, ...more } }) });

/** Root fields about registrations that may be one person. A pair lies where both of its people lie. */
export const duplicates: Readonly<Record<string, Operation>> = {
  duplicateCandidate: onPair(),
  duplicateCandidates: { borders: EVERYWHERE, target: async ({ rows, place }) => ({ variables: { first: 200 }, shows: (await rows.pair(place)).id }) },
  duplicateSearch: { borders: ['organization'], target: async ({ rows, place }) => ({ variables: { id: await rows.duplicateSearch(place) } }) },
  findDuplicates: { borders: [], target: async () => ({ variables: {} }) },
  decideDuplicate: onPair({ decision: 'DISTINCT' }),
  decideDuplicates: { borders: EVERYWHERE, target: async ({ rows, place }) => ({ variables: { ids: [(await rows.pair(place)).id], decision: 'DISTINCT' } }) },
  mergeDuplicates: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => {
      const { id, lowId } = await rows.pair(place);
      return { variables: { id, survivorId: lowId } };
    },
  },
  undoMerge: onPair({}, true),
};
