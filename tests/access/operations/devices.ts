import { newId } from '#kernel/db';
import { createPhone } from '../../../subgraphs/core/testing/phone';
import { EVERYWHERE, type Operation } from './operation';

/** Root fields about devices. */
export const devices: Readonly<Record<string, Operation>> = {
  device: { borders: EVERYWHERE, target: async ({ rows, place }) => ({ variables: { id: await rows.device(place) } }) },
  devices: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => {
      const vendorId = (await rows.vendor(place)).id;
      return { variables: { filter: { vendorId } }, shows: await rows.device(place, vendorId) };
    },
  },
  myDevices: { borders: [], target: async () => ({ variables: {} }) },
  beginDeviceEnrollment: {
    borders: EVERYWHERE,
    target: async ({ rows, place }) => ({ variables: { input: { publicKey: createPhone().publicKey, label: newId(), vendorId: (await rows.vendor(place)).id } } }),
  },
  approveDevice: { borders: EVERYWHERE, target: async ({ rows, place }) => ({ variables: { id: await rows.device(place) } }) },
  revokeDevice: { borders: EVERYWHERE, target: async ({ rows, place }) => ({ variables: { id: await rows.device(place), reason: 'why' } }) },
};
