import { allow } from 'graphql-shield';
import { authenticated, batchById, perRequest, requiresSomewhere } from '#kernel/graphql';
import type { CoreContext } from '../context';
import type { CoreDatabase } from '../database';
import type { Slice } from '../slice';
import type { VendorsSlice } from '../vendors';
import { toDevice } from './device.mapper';
import { DeviceRepository } from './device.repository';
import { DeviceResolver } from './device.resolver';
import { DeviceService } from './device.service';

export { deviceEvents } from './device.events';
export { DeviceRepository, type DeviceRow } from './device.repository';
export { tellDevice } from './device.service';
export { isSignedBy } from './ed25519';

/** Devices that sign what they do without a network. */
export function createDevices(deps: { database: CoreDatabase; vendors: VendorsSlice }): Slice & { repository: DeviceRepository } {
  const repository = new DeviceRepository(deps.database);
  const service = new DeviceService(deps.database, repository, deps.vendors.onboarding);
  const byId = perRequest(({ principal }: CoreContext) => batchById(async (ids) => (await repository.findVisible(principal, ids)).map(toDevice), (device) => device.id));
  return {
    repository,
    resolvers: new Map([[DeviceResolver, new DeviceResolver(service, byId, deps.vendors.byId)]]),
    references: {},
    rules: {
      Query: { device: authenticated, devices: requiresSomewhere('device:write'), myDevices: authenticated },
      Mutation: {
        // Whoever holds a device enrols and revokes it; the service asks who that is.
        beginDeviceEnrollment: authenticated,
        completeDeviceEnrollment: authenticated,
        approveDevice: requiresSomewhere('device:write'),
        revokeDevice: authenticated,
      },
      Device: allow,
      DeviceEnrollment: allow,
      DeviceConnection: allow,
      DeviceEdge: allow,
    },
  };
}
