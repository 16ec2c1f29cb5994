import { inOne } from './incremental';
import { releasing } from './front';
import type { DeferredPart, EngineLease } from '../engine';

function held(parts: DeferredPart[][]) {
  let released = 0;
  const lease = { release: () => void (released += 1) } as unknown as EngineLease;
  async function* all() {
    yield* parts;
  }
  return { deferred: releasing(all(), lease), released: () => released > 0 };
}

describe('the engine that deferred parts hold', () => {
  const part: DeferredPart = { path: [], data: '{"a":1}' };

  it('is let go when all have been read, not before', async () => {
    const { deferred, released } = held([[part]]);
    expect(await deferred.next()).toEqual({ done: false, value: [part] });
    expect(released()).toBe(false);
    await deferred.next();
    expect(released()).toBe(true);
  });

  it('is let go when the reader leaves without having begun', async () => {
    const { deferred, released } = held([[part]]);
    await deferred.return?.();
    expect(released()).toBe(true);
  });

  it('is let go when reading fails', async () => {
    let released = false;
    const failing = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('broken')) }) };
    await expect(releasing(failing, { release: () => void (released = true) } as unknown as EngineLease).next()).rejects.toThrow('broken');
    expect(released).toBe(true);
  });
});

test('a part at a place called `__proto__` that the answer has not changes nothing that others share', async () => {
  const { deferred } = held([[{ path: ['__proto__'], data: '{"polluted":true}' }]]);
  expect(await inOne('{"a":1}', undefined, deferred)).toEqual({ data: '{"a":1}' });
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
