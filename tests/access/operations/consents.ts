import { EVERYWHERE, type Operation } from './operation';

/** Root fields about what people have agreed to. */
export const consents: Readonly<Record<string, Operation>> = {
  recordConsents: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => ({ variables: { beneficiaryIds: [(await rows.person(place)).id], input: { purpose: 'SHARING', method: 'SPOKEN', language: 'sw', wording: 'notice-1' } } }),
  },
  withdrawConsent: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => {
      const { id } = await rows.person(place);
      await rows.consent(place, id);
      return { variables: { beneficiaryId: id, purpose: 'SHARING' } };
    },
  },
};
