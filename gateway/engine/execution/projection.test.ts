import fc from 'fast-check';
import type { TypedSelection } from '../compiled';
import { complete } from './completion';
import type { Reading } from './fields';
import type { JsonObject } from './own-keys';
import { projection, type WriteValue } from './projection';

const reading: Reading = {
  possible: { Query: ['Query'], Dog: ['Dog'], Cat: ['Cat'], Pet: ['Pet', 'Dog', 'Cat'] },
  objects: ['Query', 'Dog', 'Cat'],
  enums: { Size: ['SMALL', 'LARGE'] },
};
const field = (key: string, type: string, more: Partial<TypedSelection & { kind: 'field' }> = {}): TypedSelection => ({ kind: 'field', key, read: key, name: key, parent: 'Query', type, ...more });
const petFields: TypedSelection[] = [
  field('__typename', 'String!', { name: '__typename' }),
  field('name', 'String!'),
  { kind: 'fragment', on: 'Dog', selections: [field('barks', 'Boolean'), field('size', 'Size!')] },
  { kind: 'fragment', on: 'Cat', selections: [field('lives', 'Int'), field('weight', 'Float!')] },
];
const selections: TypedSelection[] = [
  field('pets', '[Pet!]', { selections: petFields }),
  field('groups', '[[Pet]!]!', { selections: petFields }),
  field('favourite', 'Pet', { selections: [...petFields, field('pet_id', 'ID!', { read: '__al_pet_id' })] }),
  field('anything', 'JSON'),
  field('constructor', 'String'),
];

const write = projection([selections], 'Query', reading);
const fast = (data: JsonObject): string | undefined => write(data, { introspection: {}, shared: new Map() });
const careful = (data: JsonObject): { data: JsonObject | null; errors: { message: string; path: (string | number)[] }[] } => complete([selections], 'Query', data, reading, {});

const pet = fc.record(
  {
    __typename: fc.oneof({ weight: 9, arbitrary: fc.constantFrom<unknown>('Dog', 'Cat') }, { weight: 1, arbitrary: fc.constantFrom<unknown>('Pet', 'Tree', 7, undefined) }),
    name: fc.oneof({ weight: 9, arbitrary: fc.string({ unit: 'grapheme' }) }, { weight: 1, arbitrary: fc.constantFrom<unknown>(null, 3) }),
    barks: fc.oneof(fc.boolean(), fc.constant(null)),
    size: fc.oneof({ weight: 9, arbitrary: fc.constantFrom('SMALL', 'LARGE') }, { weight: 1, arbitrary: fc.constant('HUGE') }),
    lives: fc.oneof(fc.integer(), fc.constantFrom<unknown>(null, 1.5, '9')),
    weight: fc.oneof({ weight: 9, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) }, { weight: 1, arbitrary: fc.constant(null) }),
    __al_pet_id: fc.oneof({ weight: 9, arbitrary: fc.oneof<fc.Arbitrary<unknown>[]>(fc.string(), fc.integer()) }, { weight: 1, arbitrary: fc.constant(null) }),
  },
  { requiredKeys: ['__typename', 'name', 'size', 'weight', '__al_pet_id'] },
);
const world = fc.record({ pets: fc.option(fc.array(pet, { maxLength: 3 })), groups: fc.array(fc.array(fc.option(pet), { maxLength: 2 }), { maxLength: 2 }), favourite: fc.option(pet), anything: fc.jsonValue() });

const jsonOf = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;

describe('writing an answer', () => {
  test('what is written fast is what care would answer, whenever it is written at all', () => {
    fc.assert(
      fc.property(world, (value) => {
        const data = jsonOf(value);
        const text = fast(data);
        const completed = careful(data);
        if (text === undefined) expect(completed.errors.length + (completed.data === null ? 1 : 0)).toBeGreaterThan(0);
        else expect([text, completed.errors]).toEqual([JSON.stringify(completed.data), []]);
      }),
      { numRuns: Number(process.env.PROPERTY_ROUNDS ?? 300) },
    );
  });

  test('keys come in the order of the document, and only those of the type that an object has', () => {
    expect(fast({ pets: [{ barks: true, size: 'SMALL', lives: 3, name: 'Rex', __typename: 'Dog' }], groups: [] })).toBe(
      '{"pets":[{"__typename":"Dog","name":"Rex","barks":true,"size":"SMALL"}],"groups":[],"favourite":null,"anything":null,"constructor":null}',
    );
  });

  test('what every object inherits is not data', () => {
    expect(JSON.parse(fast({ groups: [] }) ?? '')).toHaveProperty('constructor', null);
    expect(JSON.parse(fast({ groups: [], constructor: 'Own' } as never) ?? '')).toHaveProperty('constructor', 'Own');
  });

  test('a key `__proto__` is a key like any other', () => {
    const proto = projection([[field('__proto__', 'String')]], 'Query', reading);
    expect(proto(JSON.parse('{"__proto__":"x"}'), { introspection: {}, shared: new Map() })).toBe('{"__proto__":"x"}');
    expect(JSON.stringify(complete([[field('__proto__', 'Int!')]], 'Query', JSON.parse('{"__proto__":4}') as JsonObject, reading, {}).data)).toBe('{"__proto__":4}');
  });

  test('an object that stands in several places is written once', () => {
    const rex = { __typename: 'Dog', name: 'Rex', barks: null, size: 'LARGE' };
    const shared = new Map([[rex as object, new Map<WriteValue, string>()]]);
    const text = write({ pets: [rex, rex], groups: [] }, { introspection: {}, shared });
    expect(JSON.parse(text ?? '')).toMatchObject({ pets: [{ name: 'Rex' }, { name: 'Rex' }] });
    expect(shared.get(rex)?.size).toBe(1);
  });
});

describe('an answer in which something is wrong', () => {
  test('a missing value nulls what is around it, up to where null may be, and says where it was missing', () => {
    const { data, errors } = careful({ pets: [{ __typename: 'Dog', name: 'Rex', size: 'SMALL' }, { __typename: 'Dog', name: null, size: 'SMALL' }], groups: [] });
    expect(data).toMatchObject({ pets: null, groups: [] });
    expect(errors).toEqual([{ message: 'Cannot return null for non-nullable field Dog.name.', path: ['pets', 1, 'name'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
  });

  test.each<[string, JsonObject, string]>([
    ['an enum value that the schema does not know', { groups: [], pets: [{ __typename: 'Dog', name: 'R', size: 'HUGE' }] }, 'Invalid value found for field Dog.size.'],
    ['an object of an unknown type', { groups: [], favourite: { __typename: 'Tree' } }, 'Invalid __typename found for object at field Query.favourite.'],
    ['a list where one object should be', { groups: [], favourite: [] }, 'Invalid non-object value returned for field Query.favourite.'],
    ['an object where a list should be', { groups: [], pets: {} }, 'Invalid non-list value returned for field Query.pets.'],
  ])('%s is named', (_what, data, message) => {
    expect(careful(data).errors.map((error) => error.message)).toEqual([message]);
  });
});
