import { newId } from '#kernel/db';
import { PROJECT, type Operation } from './operation';

function onGroup(more: Record<string, unknown> = {}): Operation {
  return { borders: PROJECT, target: async ({ rows, place }) => ({ variables: { id: (await rows.group(place)).id, ...more } }) };
}

/** Root fields about groups of people. They belong to projects or to the organisation, and lie in no area. */
export const groups: Readonly<Record<string, Operation>> = {
  beneficiaryGroup: onGroup(),
  beneficiaryGroups: {
    borders: PROJECT,
    target: async ({ rows, place }) => {
      const { id, name } = await rows.group(place);
      return { variables: { filter: { name } }, shows: id };
    },
  },
  beneficiaryGroupMembers: {
    borders: PROJECT,
    target: async ({ rows, place }) => {
      const { id, memberId } = await rows.group(place);
      return { variables: { groupId: id }, shows: memberId };
    },
  },
  groupSnapshot: {
    borders: PROJECT,
    target: async ({ rows, place }) => {
      const { id, memberId } = await rows.group(place);
      return { variables: { id: await rows.groupSnapshot(id, memberId) } };
    },
  },
  groupSnapshotMembers: {
    borders: PROJECT,
    target: async ({ rows, place }) => {
      const { id, memberId } = await rows.group(place);
      return { variables: { snapshotId: await rows.groupSnapshot(id, memberId) }, shows: memberId };
    },
  },
  createBeneficiaryGroup: { borders: PROJECT, target: async ({ place }) => ({ variables: { input: { name: newId(), purpose: 'IN_KIND', projectId: place.projectId } } }) },
  updateBeneficiaryGroup: onGroup({ input: { purpose: 'COMMUNICATION' } }),
  changeBeneficiaryGroupMembers: {
    borders: PROJECT,
    target: async ({ rows, place }) => ({ variables: { id: (await rows.group(place)).id, add: [(await rows.person(place)).id] } }),
  },
  freezeBeneficiaryGroup: onGroup(),
  archiveBeneficiaryGroup: onGroup(),
};
