import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Engine } from './engine';
import { createSwappingEngine, type EngineLease, type SwappingEngine } from './swapping-engine';

interface FakeEngine extends Engine {
  closed: number;
}

function engineOf(version: number, close: () => Promise<void> = async () => undefined): FakeEngine {
  const engine: FakeEngine = {
    version,
    apiSdl: `v${version}`,
    closed: 0,
    plan: () => ({ ok: false, errors: [] }),
    execute: async () => ({ data: JSON.stringify({ version }) }),
    hotOperations: () => [],
    close: () => {
      engine.closed += 1;
      return close();
    },
  };
  return engine;
}

function leaseOf(engines: SwappingEngine): EngineLease {
  const lease = engines.lease();
  if (!lease) throw new Error('There is no engine yet.');
  return lease;
}

describe('an engine that is swapped while it serves', () => {
  it('has nothing to lease before the first engine', () => {
    const engines = createSwappingEngine();
    expect([engines.lease(), engines.current()]).toEqual([null, null]);
  });

  it('lets an operation finish on the engine that it began with, and closes that one afterwards', async () => {
    const engines = createSwappingEngine();
    const [one, two] = [engineOf(1), engineOf(2)];
    await engines.swap(one);
    const [first, second] = [leaseOf(engines), leaseOf(engines)];
    await engines.swap(two);
    expect([first.engine, leaseOf(engines).engine, engines.current()]).toEqual([one, two, two]);
    first.release();
    expect(one.closed).toBe(0);
    second.release();
    expect([one.closed, two.closed]).toEqual([1, 0]);
  });

  it('closes an engine once, however often its leases are given back', async () => {
    const engines = createSwappingEngine();
    const one = engineOf(1);
    await engines.swap(one);
    const [first, second] = [leaseOf(engines), leaseOf(engines)];
    first.release();
    first.release();
    await engines.swap(engineOf(2));
    expect(one.closed).toBe(0);
    second.release();
    second.release();
    first.release();
    expect(one.closed).toBe(1);
  });

  it('keeps the current engine open when nobody uses it for a while', async () => {
    const engines = createSwappingEngine();
    const one = engineOf(1);
    await engines.swap(one);
    leaseOf(engines).release();
    expect(one.closed).toBe(0);
  });

  it('tells of each swap after it, until the listener stops', async () => {
    const engines = createSwappingEngine();
    const told: unknown[] = [];
    const stop = engines.onSwap((engine) => told.push([engine.version, engines.current()?.version]));
    await engines.swap(engineOf(1));
    await engines.swap(engineOf(2));
    stop();
    await engines.swap(engineOf(3));
    expect(told).toEqual([[1, 1], [2, 2]]);
  });

  it('swaps although a listener throws or the old engine cannot be closed, and says so', async () => {
    const failures: unknown[] = [];
    const engines = createSwappingEngine((error) => failures.push(error));
    const [cannotClose, listenerFailed] = [new Error('cannot close'), new Error('listener')];
    await engines.swap(engineOf(1, () => Promise.reject(cannotClose)));
    engines.onSwap(() => {
      throw listenerFailed;
    });
    await engines.swap(engineOf(2));
    expect([engines.current()?.version, failures]).toEqual([2, [listenerFailed, cannotClose]]);
  });

  it('closes the current engine when it is closed, and any that comes too late', async () => {
    const engines = createSwappingEngine();
    const [one, late] = [engineOf(1), engineOf(2)];
    await engines.swap(one);
    await engines.close();
    await engines.close();
    await engines.swap(late);
    expect([one.closed, late.closed, engines.lease()]).toEqual([1, 1, null]);
  });

  it('lets an operation under way finish when it is closed', async () => {
    const engines = createSwappingEngine();
    const one = engineOf(1);
    await engines.swap(one);
    const lease = leaseOf(engines);
    await engines.close();
    expect(one.closed).toBe(0);
    lease.release();
    expect(one.closed).toBe(1);
  });

  it('keeps none of a thousand engines that it no longer needs', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const engines = createSwappingEngine();
    engines.onSwap(() => undefined);
    const past: WeakRef<Engine>[] = [];
    const swapIn = async (version: number): Promise<void> => {
      const engine = engineOf(version);
      past.push(new WeakRef(engine));
      await engines.swap(engine);
      leaseOf(engines).release();
    };
    for (let version = 1; version <= 1000; version++) await swapIn(version);
    await engines.swap(engineOf(1001));
    const alive = (): number => past.filter((engine) => engine.deref()).length;
    for (let i = 0; i < 20 && alive() > 0; i++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      collect();
    }
    expect(alive()).toBe(0);
  });
});
