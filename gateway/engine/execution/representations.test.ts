import { applyRewrites } from './rewrites';
import { representationWriter } from './representations';
import { objectsAt, placesAt } from './places';

const isSubtype = (type: string, of: string): boolean => type === of || (of === 'Node' && type === 'Book');
const book = [{ kind: 'InlineFragment', typeCondition: 'Book', selections: [{ kind: 'Field', name: '__typename' }, { kind: 'Field', name: 'isbn' }] }] as const;

describe('what names an entity to a subgraph', () => {
  const { write, nameOf } = representationWriter([...book] as never, isSubtype);

  test('is its type and its key', () => expect(write({ __typename: 'Book', isbn: 'x"1', title: 'T' })).toBe('{"__typename":"Book","isbn":"x\\"1"}'));
  test('may hold null', () => expect(write({ __typename: 'Book', isbn: null })).toBe('{"__typename":"Book","isbn":null}'));
  test.each([
    ['of a type that is not meant', { __typename: 'Pen', isbn: '1' }],
    ['that did not say its type', { isbn: '1' }],
    ['that lacks its key', { __typename: 'Book' }],
  ])('cannot be made of an object %s', (_what, object) => expect(write(object)).toBeNull());

  test('takes a required value from the key under which it was fetched, and gives it under its name', () => {
    const required = [{ kind: 'InlineFragment', typeCondition: 'Book', selections: [{ kind: 'Field', name: '__typename' }, { kind: 'Field', name: 'price', alias: '__rq_price_1' }] }];
    expect(representationWriter(required as never, isSubtype).write({ __typename: 'Book', price: 1, __rq_price_1: 2 })).toBe('{"__typename":"Book","price":2}');
  });

  test('is told by one value where there is but one', () => {
    expect([nameOf({ __typename: 'Book', isbn: 'x' }), nameOf({ __typename: 'Book', isbn: null }), nameOf({ __typename: 'Pen', isbn: 'x' })]).toEqual(['x', null, null]);
  });

  test('reads nested objects and lists, each by its own type', () => {
    const required = [
      { kind: 'InlineFragment', typeCondition: 'Node', selections: [{ kind: 'Field', name: '__typename' }, { kind: 'Field', name: 'parts', selections: [{ kind: 'InlineFragment', typeCondition: 'Book', selections: [{ kind: 'Field', name: 'isbn' }] }] }] },
    ];
    const object = { __typename: 'Book', parts: [{ __typename: 'Book', isbn: '1' }, null, { __typename: 'Pen' }] };
    expect(representationWriter(required as never, isSubtype).write(object)).toBe('{"__typename":"Book","parts":[{"isbn":"1"},null,{}]}');
  });
});

describe('rewrites of a plan', () => {
  test('rename values that are false, zero or null, too', () => {
    const value = { items: [{ __typename: 'Book', ok__alias_0: false }, { __typename: 'Book', ok__alias_0: null }, { __typename: 'Pen', ok__alias_0: 0 }] };
    applyRewrites([{ kind: 'KeyRenamer', path: ['items', '... on Node', 'ok__alias_0'], renameKeyTo: 'ok' }], value, isSubtype);
    expect(value.items).toEqual([{ __typename: 'Book', ok: false }, { __typename: 'Book', ok: null }, { __typename: 'Pen', ok__alias_0: 0 }]);
  });

  test('set values', () => {
    const value = { __typename: 'Book' };
    applyRewrites([{ kind: 'ValueSetter', path: ['... on Book', '__typename'], setValueTo: 'Media' }], value, isSubtype);
    expect(value.__typename).toBe('Media');
  });
});

describe('places of a plan', () => {
  const data = { a: [{ b: [[{ c: 1 }], [null, { c: 2 }]] }, null, { b: null }] };
  const path = ['a', '@', 'b', '@', '@'];

  test('are found through lists, without what is null', () => expect(objectsAt(data, path, new Map())).toEqual([{ c: 1 }, { c: 2 }]));
  test('are told with their paths and what is around them', () => {
    expect(placesAt(data, path).map(({ path: at, around }) => [at, around.length])).toEqual([
      [['a', 0, 'b', 0, 0], 2],
      [['a', 0, 'b', 1, 1], 2],
    ]);
  });
  test('are found once where they are shared', () => {
    const one = { c: 1 };
    expect(objectsAt({ a: [one, one, { c: 1 }] }, ['a', '@'], new Map([[one, 1]]))).toEqual([one, { c: 1 }]);
  });
  test('are none where the data is something else', () => expect(objectsAt({ a: 'text' }, ['a', '@', 'b'], new Map())).toEqual([]));
});
