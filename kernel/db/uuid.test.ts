import { isId, newId } from './uuid';

test('ids are UUIDs of version 7, all different and in the order in which they were made', () => {
  const ids = Array.from({ length: 20_000 }, newId);
  expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
});

test('only text in the form of an id is one', () => {
  expect(isId(newId())).toBe(true);
  expect(isId("x' OR 1=1")).toBe(false);
});
