import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { buildSchema } from 'graphql';
import type { Engine, Executor } from './engine';
import { createSwappingGateway } from './swapping-gateway';

const engineOf = (version: number): Engine => ({ version, schema: buildSchema('type Query { a: Int }'), sdl: `v${version}`, execute: async () => ({ data: { version } }) });
const contextOf = (engine: Engine) => ({ schema: engine.schema }) as Parameters<Executor>[0];

describe('a gateway whose engine is swapped', () => {
  it('cannot be loaded before the first engine', async () => {
    await expect(createSwappingGateway().port.load({ apollo: {} })).rejects.toThrow();
  });

  it('tells the server of each engine, and executes each request on the one that it began with', async () => {
    const gateway = createSwappingGateway();
    const [one, two] = [engineOf(1), engineOf(2)];
    const told: string[] = [];
    const stop = gateway.port.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => void told.push(coreSupergraphSdl));
    gateway.swap(one);
    const { executor } = await gateway.port.load({ apollo: {} });
    gateway.swap(two);
    stop();
    gateway.swap(engineOf(3));
    expect(told).toEqual(['v1', 'v1', 'v2']);
    expect([await executor?.(contextOf(one)), await executor?.(contextOf(two))]).toEqual([{ data: { version: 1 } }, { data: { version: 2 } }]);
    expect(gateway.current()?.version).toBe(3);
  });

  it('forgets engines that nobody uses any more', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const gateway = createSwappingGateway();
    const old = new WeakRef(engineOf(1));
    const swapIn = (): void => gateway.swap(old.deref() ?? engineOf(0));
    swapIn();
    gateway.swap(engineOf(2));
    for (let i = 0; i < 20 && old.deref(); i++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      collect();
    }
    expect(old.deref()).toBeUndefined();
  });
});
