import { newId } from '#kernel/db';
import { PROJECT, type Operation } from './operation';

const named = () => ({ key: `key_${newId().replaceAll('-', '')}`, label: [{ language: 'en', text: 'Text' }], type: 'TEXT', isPersonal: false });

/** Root fields about what registrations hold. */
export const attributes: Readonly<Record<string, Operation>> = {
  attributeDefinition: { borders: PROJECT, target: async ({ rows, place }) => ({ variables: { id: await rows.attribute(place) }, projectId: place.projectId }) },
  attributeDefinitions: {
    borders: PROJECT,
    target: async ({ rows, place }) => ({ shows: await rows.attribute(place), variables: { projectId: place.projectId }, projectId: place.projectId }),
  },
  defineAttribute: { borders: PROJECT, target: async ({ place }) => ({ variables: { input: { ...named(), projectId: place.projectId } }, projectId: place.projectId }) },
  changeAttribute: { borders: PROJECT, target: async ({ rows, place }) => ({ variables: { id: await rows.attribute(place), input: { required: true } }, projectId: place.projectId }) },
};
