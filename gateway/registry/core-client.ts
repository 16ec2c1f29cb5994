import { InternalCallError, identity, type InternalCall, type InternalClient } from '#kernel/tls';
import { effectivePermissionsSchema, jwksSchema, projectRouteSchema, type EffectivePermissions, type Jwks, type ProjectRoute } from '../contracts';

/** What a gateway says about itself: the versions that it really serves. */
export interface Acknowledgement {
  gatewayId: string;
  supergraphVersion: number;
  routesVersion: number;
}

/** Core's internal calls, as far as a gateway makes them. Every call throws InternalCallError when core does not answer. */
export interface CoreClient {
  /** Of a user id, or `key:<SHA-256 of an API key>`. Null when there is no such user any more, or the key does not hold. */
  permissions(caller: string): Promise<EffectivePermissions | null>;
  /** Null when there is no such project. */
  route(projectId: string): Promise<ProjectRoute | null>;
  jwks(): Promise<Jwks>;
  acknowledge(acknowledgement: Acknowledgement): Promise<void>;
  /** Whether core can take on work now. Never throws. */
  ready(): Promise<boolean>;
}

const QUICK_MS = 2000;

/** Speaks to core over mutual TLS. */
export function createCoreClient(client: InternalClient, url: string): CoreClient {
  const call = (path: string, post: Pick<InternalCall, 'method' | 'body'> = {}): Promise<unknown> => {
    const made: InternalCall = { url, path, identity: identity.core, timeoutMs: QUICK_MS, ...post };
    return inTime(client.call(made), made);
  };
  const read = (path: string): Promise<unknown> =>
    call(path).catch((error: unknown) => {
      if (brokeOff(error)) return call(path);
      throw error;
    });
  const find = async (path: string): Promise<unknown> =>
    read(path).catch((error: unknown) => {
      // 400: the id is not even shaped like one of core's.
      if (error instanceof InternalCallError && (error.status === 404 || error.status === 400)) return null;
      throw error;
    });
  return {
    permissions: async (caller) => effectivePermissionsSchema.nullable().parse(await find(pathOf(caller))),
    route: async (projectId) => projectRouteSchema.nullable().parse(await find(`/internal/routes/${encodeURIComponent(projectId)}`)),
    jwks: async () => jwksSchema.parse(await read('/internal/jwks')),
    acknowledge: async (acknowledgement) => void (await call('/internal/gateway/ack', { method: 'POST', body: acknowledgement })),
    ready: async () =>
      read('/readiness').then(
        () => true,
        () => false,
      ),
  };
}

function pathOf(caller: string): string {
  return caller.startsWith('key:') ? `/internal/api-keys/${encodeURIComponent(caller.slice(4))}` : `/internal/principals/${encodeURIComponent(caller)}`;
}

// The deadline of the internal client does not count the time that connecting takes, and a core that hangs lets nobody connect.
async function inTime(answer: Promise<unknown>, call: InternalCall): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new InternalCallError(0, 'timeout', call)), QUICK_MS);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

// After a restart of core the first call may still be sent into a connection of the old one. A deadline that passed is another matter.
function brokeOff(error: unknown): boolean {
  return error instanceof InternalCallError && error.status === 0 && !/abort|timeout/i.test(error.body);
}
