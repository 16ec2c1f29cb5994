import { newId } from '#kernel/db';
import { ORGANIZATION, type Operation } from './operation';

const onAgreement = (how: { status?: 'PROPOSED' | 'ACCEPTED'; ours?: boolean } = {}): Operation => ({ borders: ORGANIZATION, target: async ({ rows, place }) => ({ variables: { id: await rows.agreement(place, how) } }) });

/** Root fields about people whom two organisations both know. An agreement belongs to both of them, and to no project or area. */
export const matching: Readonly<Record<string, Operation>> = {
  matchingAgreement: onAgreement(),
  matchingAgreements: { borders: ORGANIZATION, target: async ({ rows, place }) => ({ variables: { first: 200 }, shows: await rows.agreement(place) }) },
  proposeMatching: {
    borders: [],
    target: async ({ rows }) => ({ variables: { input: { organization: await rows.otherOrganization(), purpose: `why ${newId()}`, kinds: ['PHONE'], endsOn: new Date(Date.now() + 86_400_000).toISOString().slice(0, 10) } } }),
  },
  acceptMatching: onAgreement({ status: 'PROPOSED', ours: false }),
  endMatching: onAgreement(),
  startMatching: onAgreement(),
};
