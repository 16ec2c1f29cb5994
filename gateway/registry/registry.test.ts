import { createLogger } from '#kernel/telemetry';
import type { RouteTable, SupergraphArtifact } from '../contracts';
import type { Acknowledgement } from './core-client';
import type { LastGood } from './last-good';
import { createRegistry, type Registry } from './registry';
import type { ServerSentEvent } from './sse';

const artifact = (version: number): SupergraphArtifact => ({ version, sdl: `sdl ${version}`, subgraphs: [] });
const news = (event: string, data: unknown): ServerSentEvent => ({ event, data: JSON.stringify(data) });
const tick = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 5));

interface Harness {
  registry: Registry;
  log: string[];
  acks: Acknowledgement[];
  disk: Map<string, unknown>;
}

/** A registry whose stream tells the given news on each connection and then stays open. */
function harness(connections: ServerSentEvent[][], disk: Record<string, unknown> = {}, unfit: number[] = [], hung = { core: false }): Harness {
  const log: string[] = [];
  const acks: Acknowledgement[] = [];
  const stored = new Map(Object.entries(disk));
  let connection = 0;
  const copies: LastGood = {
    load: async (name, schema) => schema.nullable().parse(stored.get(name) ?? null) as never,
    save: async (name, value) => void stored.set(name, value),
  };
  const registry = createRegistry({
    core: {
      acknowledge: async (ack) => {
        if (hung.core) throw new Error('no answer');
        acks.push(ack);
      },
    },
    leaseMs: 5,
    open: async (signal) => {
      const events = connections[connection++];
      if (!events) throw new Error('core is down');
      return (async function* () {
        yield* events;
        if (connection === connections.length) await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
      })();
    },
    copies,
    gatewayId: 'g1',
    logger: createLogger({ name: 'test', level: 'silent' }),
    onSupergraph: async ({ version }) => {
      if (unfit.includes(version)) throw new Error('unfit');
      log.push(`supergraph ${version}`);
    },
    onRoutes: ({ version }: RouteTable) => void log.push(`routes ${version}`),
    onPermissions: (version) => void log.push(`permissions ${version}`),
    onSessionsRevoked: (ids) => void log.push(`revoked ${ids.join()}`),
    onConnected: (connected) => void log.push(connected ? 'connected' : 'lost'),
  });
  return { registry, log, acks, disk: stored };
}

let running: Registry | undefined;
afterEach(() => running?.stop());

async function run(made: Harness): Promise<Harness> {
  running = made.registry;
  await made.registry.start();
  await tick();
  return made;
}

describe('following core', () => {
  it('brings news into force, keeps copies and acknowledges what is served', async () => {
    const { log, acks, disk, registry } = await run(harness([[news('supergraph', artifact(3)), news('routes', { version: 8, routes: [] }), news('permissions', { version: 5 })]]));
    expect(log).toEqual(['connected', 'supergraph 3', 'routes 8', 'permissions 5']);
    expect(acks.slice(0, 2)).toEqual([
      { gatewayId: 'g1', supergraphVersion: 3, routesVersion: 0 },
      { gatewayId: 'g1', supergraphVersion: 3, routesVersion: 8 },
    ]);
    expect([...disk.keys()]).toEqual(['supergraph', 'routes']);
    expect(registry.state()).toEqual({ supergraphVersion: 3, routesVersion: 8, stale: false });
  });

  it('starts with the copies on disk and is stale until core accepts', async () => {
    const { log, registry } = await run(harness([], { supergraph: artifact(3), routes: { version: 8, routes: [] } }));
    expect(log).toEqual(['routes 8', 'supergraph 3']);
    expect(registry.state()).toEqual({ supergraphVersion: 3, routesVersion: 8, stale: true });
  });

  it('does not build again what it serves already', async () => {
    const { log } = await run(harness([[news('supergraph', artifact(3))]], { supergraph: artifact(3) }));
    expect(log).toEqual(['supergraph 3', 'connected']);
  });

  it('follows core also backwards: core decides', async () => {
    const { registry } = await run(harness([[news('supergraph', artifact(3)), news('supergraph', artifact(2))]]));
    expect(registry.state().supergraphVersion).toBe(2);
  });

  it('keeps what it has, and its copy, when a version is unfit', async () => {
    const { acks, disk, registry } = await run(harness([[news('supergraph', artifact(4))]], { supergraph: artifact(3) }, [4]));
    expect(registry.state().supergraphVersion).toBe(3);
    expect(disk.get('supergraph')).toEqual(artifact(3));
    expect(acks.at(-1)?.supergraphVersion).toBe(3);
  });

  it('goes on after news that it cannot read', async () => {
    const { log } = await run(harness([[{ event: 'routes', data: '{' }, news('routes', { nonsense: true }), news('novelty', {}), news('permissions', { version: 2 })]]));
    expect(log).toEqual(['connected', 'permissions 2']);
  });

  it('renews the lease, and takes a core that does not answer for lost though the line is open', async () => {
    const hung = { core: false };
    const { log, acks, registry } = await run(harness([[news('routes', { version: 8, routes: [] })]], {}, [], hung));
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(acks.length).toBeGreaterThan(2);
    expect(registry.state().stale).toBe(false);
    hung.core = true;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(registry.state().stale).toBe(true);
    expect(log).toEqual(['connected', 'routes 8', 'lost']);
  });

  it('comes back when the line breaks', async () => {
    const made = await run(harness([[], [news('permissions', { version: 2 })]]));
    expect(made.log).toEqual(['connected', 'lost']);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(made.log).toEqual(['connected', 'lost', 'connected', 'permissions 2']);
  });
});
