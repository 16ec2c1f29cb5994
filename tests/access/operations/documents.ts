import { PROJECT, type Operation } from './operation';

/** Root fields about documents. They belong to projects, and lie in no area. */
export const documents: Readonly<Record<string, Operation>> = {
  document: { borders: PROJECT, target: async ({ rows, place }) => ({ variables: { id: await rows.document(place) } }) },
  documents: {
    borders: PROJECT,
    target: async ({ rows, place }) => {
      const { id } = await rows.vendor(place);
      const document = await rows.document(place, id);
      return { variables: { filter: { about: { targetType: 'VENDOR', targetId: id } } }, shows: document };
    },
  },
  requestUpload: { borders: PROJECT, target: async ({ place }) => ({ variables: { input: { filename: 'a.pdf', kind: 'test', size: 10, sensitivity: 'INTERNAL', projectId: place.projectId } } }) },
  linkDocument: { borders: PROJECT, target: async ({ rows, place }) => ({ variables: { id: await rows.document(place), target: { targetType: 'PROJECT', targetId: place.projectId } } }) },
  deleteDocument: { borders: PROJECT, target: async ({ rows, place }) => ({ variables: { id: await rows.document(place) } }) },
};
