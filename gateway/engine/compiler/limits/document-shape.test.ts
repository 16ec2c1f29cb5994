import { parse } from 'graphql';
import { shapeOf } from './document-shape';
import { shapeErrors } from './shape-limits';

const shape = (source: string) => shapeOf(parse(source));
const LIMITS = { depth: 3, nesting: 5, fields: 10, rootFields: 2, aliases: 2, directives: 2, duplicates: 2 };

describe('the shape of a document', () => {
  test('counts fields, where fragments are spread as often as they are', () => {
    expect(shape('{ a { b c } ...F } fragment F on Query { x: d { ...G } ... on Query { e } } fragment G on T { f g }')).toEqual({ depth: 2, nesting: 4, fields: 7, rootFields: 3, aliases: 1, directives: 0, duplicates: 1 });
  });

  test('counts how often one selection writes a key, through inline fragments, however deep', () => {
    expect(shape('{ a { x ... on T { x ... { x } } } a b: a }')).toMatchObject({ duplicates: 3 });
  });

  test('counts directives wherever they stand', () => {
    expect(shape('query ($a: Int @d) @d { a @d @d ... @d { b } ...F @d } fragment F on Q @d { c }').directives).toBe(7);
  });

  test('is that of its largest operation, and of fragments that none spreads', () => {
    expect(shape('query A { a } query B { a b { c } } fragment F on T { x { y { z } } }')).toMatchObject({ depth: 3, rootFields: 2, fields: 3 });
  });

  test('does not count how deep the schema is asked for', () => {
    expect(shape('{ __schema { types { fields { type { name } } } } }').depth).toBe(1);
  });

  test('is measured of fragments in circles, and of missing ones', () => {
    expect(shape('{ ...A } fragment A on Query { a { ...B } } fragment B on T { b { ...A } ...Nowhere }')).toMatchObject({ depth: 2, fields: 2 });
  });

  test('is measured in the time of the document where it is 2^200', () => {
    const fragments = Array.from({ length: 200 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`);
    const { fields, rootFields } = shape(`{ ...F0 } ${fragments.join(' ')} fragment F200 on Query { a }`);
    expect([fields, rootFields]).toEqual([2 ** 200, 2 ** 200]);
  });
});

describe('beyond a limit', () => {
  test.each([
    ['depth', '{ a { b { c { d } } } }', 4],
    ['nesting', '{ ... { ... { ...F } } } fragment F on Query { ... { ... { a } } }', 6],
    ['fields', `{ a { ${Array.from({ length: 12 }, (_, i) => `f${i}`).join(' ')} } }`, 13],
    ['rootFields', '{ a b c }', 3],
    ['aliases', '{ a { x: a y: a z: a } }', 3],
    ['directives', '{ a @x @x @x }', 3],
    ['duplicates', '{ x { a a a } }', 3],
  ])('of %s, the error names limit, value and maximum, and how to ask for less', (limit, source, value) => {
    const maximum = LIMITS[limit as keyof typeof LIMITS];
    expect(shapeErrors(shape(source), LIMITS)).toEqual([{ message: expect.stringMatching(new RegExp(`^The limit of ${limit} is ${maximum}; this has ${value}\\. \\w.+\\.$`)), extensions: { code: 'OPERATION_TOO_LARGE', limit, value, maximum } }]);
  });

  test('nothing is said of what is within', () => expect(shapeErrors(shape('{ a { b { c } } d }'), LIMITS)).toEqual([]));
});
