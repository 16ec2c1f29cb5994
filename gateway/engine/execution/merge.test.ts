import { copyOf, merge } from './merge';
import type { JsonObject } from './own-keys';

const merged = (target: JsonObject, source: JsonObject): JsonObject => {
  merge(target, source);
  return target;
};

describe('merging answers', () => {
  test('objects and lists of one length merge item by item', () => {
    expect(merged({ a: { b: 1 }, list: [{ x: 1 }, { x: 2 }] }, { a: { c: 2 }, list: [{ y: 1 }, { y: 2 }] })).toEqual({ a: { b: 1, c: 2 }, list: [{ x: 1, y: 1 }, { x: 2, y: 2 }] });
  });

  test('anything else is replaced, also by null', () => {
    expect(merged({ a: { b: 1 }, list: [1, 2], n: 1 }, { a: null, list: [3], n: 0 })).toEqual({ a: null, list: [3], n: 0 });
  });

  test('a key `__proto__` stays data and changes no prototype', () => {
    const target = merged({}, JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') as JsonObject);
    expect(Object.keys(target)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(target)).toBe(Object.prototype);
    expect(({} as JsonObject).polluted).toBeUndefined();
  });

  test('a copy shares nothing with its original', () => {
    const original = JSON.parse('{"a":[{"b":1}],"__proto__":{"c":2}}') as { a: { b: number }[] };
    const copy = copyOf(original);
    expect(JSON.stringify(copy)).toBe(JSON.stringify(original));
    expect(copy.a[0]).not.toBe(original.a[0]);
  });
});
