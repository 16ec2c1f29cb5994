import { AppError } from '#kernel/errors';
import { toCloudEvent, type EventEnvelope } from '#kernel/events';
import { InternalCallError, identity, type InternalClient } from '#kernel/tls';

/** Where an instance is and who it must prove to be. */
export interface InstanceAddress {
  projectId: string;
  instanceId: string;
  url: string;
}

/** What core asks of a project service, over mutual TLS. The instance proves its identity with each connection. */
export interface ServiceClient {
  /** True when it answers 200 on `/readiness` as the instance it claims to be. */
  isReady(address: InstanceAddress): Promise<boolean>;
  readSdl(address: InstanceAddress): Promise<string>;
  activate(address: InstanceAddress, generation: number): Promise<void>;
  /** Stops its background work. @returns how much still waits to be taken by core. */
  drain(address: InstanceAddress): Promise<number>;
  deliver(address: InstanceAddress, events: EventEnvelope[]): Promise<void>;
}

export function createServiceClient(client: InternalClient): ServiceClient {
  const at = ({ projectId, instanceId, url }: InstanceAddress) => ({ url, identity: identity.projectInstance(projectId, instanceId) });
  const post = <T>(address: InstanceAddress, path: string, body: unknown, timeoutMs = 5000): Promise<T> =>
    client.call<T>({ ...at(address), path, method: 'POST', body, timeoutMs });
  return {
    isReady: async (address) => {
      try {
        await client.call({ ...at(address), path: '/readiness', timeoutMs: 2000 });
        return true;
      } catch (error) {
        if (error instanceof InternalCallError) return false;
        throw error;
      }
    },
    readSdl: async (address) => {
      const answer = await post<{ data?: { _service?: { sdl?: unknown } } }>(address, '/graphql', { query: '{ _service { sdl } }' });
      const sdl = answer.data?._service?.sdl;
      if (typeof sdl !== 'string') throw new AppError('SCHEMA_REJECTED', 'The service did not answer { _service { sdl } }.');
      return sdl;
    },
    activate: (address, generation) => post(address, '/internal/activate', { generation }),
    drain: async (address) => {
      const left = await post<{ pendingEvents: number; pendingAudit: number }>(address, '/internal/drain', {}, 15_000);
      return left.pendingEvents + left.pendingAudit;
    },
    deliver: async (address, events) => {
      await post(address, '/internal/events', { events: events.map(toCloudEvent) });
    },
  };
}
