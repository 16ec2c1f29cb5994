import { EVERYWHERE, type Operation } from './operation';

/** Root fields about grievances. */
export const grievances: Readonly<Record<string, Operation>> = {
  grievance: { borders: EVERYWHERE, target: async ({ rows, place }) => ({ variables: { id: await rows.grievance(place) } }) },
  grievances: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => {
      const [id, assigneeId] = [await rows.grievance(place), (await rows.user(place)).id];
      await rows.assign(id, assigneeId);
      return { variables: { filter: { assigneeId } }, shows: id };
    },
  },
  fileGrievance: { borders: EVERYWHERE, target: async ({ place }) => ({ variables: { input: { type: 'OTHER', text: 'words', projectId: place.projectId, areaCode: place.area } } }) },
  updateGrievance: { borders: EVERYWHERE, target: async ({ rows, place }) => ({ variables: { id: await rows.grievance(place), input: { moveTo: 'IN_PROGRESS' } } }) },
};
