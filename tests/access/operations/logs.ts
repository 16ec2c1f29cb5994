import { PROJECT, type Around, type Operation } from './operation';

function onException(state: 'OPEN' | 'RESOLVED' = 'OPEN'): Operation {
  return { borders: [], target: async ({ rows }: Around) => ({ variables: { id: await rows.exception(state) } }) };
}

/** Root fields about what processes have logged, and what went wrong in them. Exceptions belong to the system: there is no border. */
export const logs: Readonly<Record<string, Operation>> = {
  logs: {
    borders: PROJECT,
    target: async ({ rows, place }) => {
      const message = await rows.logLine(place);
      return { variables: { filter: { text: message } }, shows: message };
    },
  },
  exception: onException(),
  exceptions: {
    borders: [],
    target: async ({ rows }) => {
      const id = await rows.exception('OPEN');
      return { variables: { filter: { type: `Error${id}` } }, shows: id };
    },
  },
  acknowledgeException: onException(),
  resolveException: onException(),
  ignoreException: onException(),
  reopenException: onException('RESOLVED'),
};
