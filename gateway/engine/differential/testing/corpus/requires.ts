import type { World } from '../world';

const parcels = [
  { id: '1', size: { width: 2, depth: { mm: 30 } }, weight: 5, kind: 'FOOD', contents: [{ sku: 'a', count: 1 }, { sku: 'b', count: 2 }] },
  { id: '2', size: { width: 4, depth: { mm: 50 } }, weight: 8, kind: 'CASH', contents: [] },
  { id: '3', size: null, weight: null, kind: 'FOOD', contents: null },
];

/** `@requires`, `@provides`, `@external`, `@shareable`, `@override`. */
export const requires: World = {
  subgraphs: {
    parcels: {
      sdl: `
        type Query { parcels: [Parcel!]! parcel(id: ID!): Parcel }
        type Parcel @key(fields: "id") { id: ID! size: Size @shareable weight(unit: String = "kg"): Int plain: Int @shareable kind: Kind contents: [Item!] label: String moving: String }
        type Size @shareable { width: Int! depth: Depth! }
        type Depth @shareable { mm: Int! }
        type Item { sku: String! count: Int! }
        enum Kind { FOOD CASH }`,
      rows: {
        Query: [{ parcels: parcels.map(({ id }) => ({ id })), parcel: ({ id }: { id: string }) => parcels.find((parcel) => parcel.id === id) && { id } }],
        Parcel: parcels.map((parcel) => ({
          ...parcel,
          label: `old ${parcel.id}`,
          moving: 'old',
          plain: parcel.weight,
          weight: ({ unit }: { unit: string }) => (parcel.weight === null ? null : unit === 'g' ? parcel.weight * 1000 : parcel.weight),
        })),
      },
    },
    shipping: {
      sdl: `
        type Query { heaviest: Parcel @provides(fields: "plain") rounds: [Round!]! }
        type Round { number: Int! parcels: [Parcel!]! @provides(fields: "size { width }") driver: Driver! }
        type Driver @shareable { name: String! }
        type Parcel @key(fields: "id") {
          id: ID! size: Size @external plain: Int @external kind: Kind @external contents: [Item!] @external weight(unit: String = "kg"): Int @external
          area: Int @requires(fields: "size { width depth { mm } }")
          cost: Int @requires(fields: "plain kind")
          count: Int @requires(fields: "contents { count }")
          grams: Int @requires(fields: "weight(unit: \\"g\\")")
          label: String @override(from: "parcels") moving: String @override(from: "parcels", label: "percent(50)")
        }
        type Size @shareable { width: Int! depth: Depth! }
        type Depth @shareable { mm: Int! }
        type Item { count: Int! @external }
        enum Kind { FOOD CASH }`,
      rows: {
        Query: [{ heaviest: { id: '2', plain: 8 }, rounds: [{ number: 1, parcels: [{ id: '1', size: parcels[0]?.size }, { id: '2', size: parcels[1]?.size }], driver: { name: 'Bo' } }, { number: 2, parcels: [], driver: { name: 'Cy' } }] }],
        Parcel: parcels.map(({ id }) => ({
          id,
          area: (_: object, { size }: { size?: { width: number; depth: { mm: number } } }) => (size ? size.width * size.depth.mm : null),
          cost: (_: object, { plain, kind }: { plain?: number; kind?: string }) => (plain == null ? -1 : plain * (kind === 'FOOD' ? 2 : 3)),
          count: (_: object, { contents }: { contents?: { count: number }[] }) => contents?.reduce((sum, { count }) => sum + count, 0),
          grams: (_: object, { weight }: { weight?: number }) => weight,
          label: `new ${id}`,
          moving: 'new',
        })),
      },
    },
    customs: {
      sdl: `
        type Query { checked: [Parcel] }
        type Parcel @key(fields: "id") { id: ID! driver: Driver }
        type Driver @shareable { name: String! }`,
      rows: {
        Query: [{ checked: [{ id: '1' }, null, { id: '3' }] }],
        Parcel: parcels.map(({ id }) => ({ id, driver: { name: `D${id}` } })),
      },
    },
  },
  cases: {
    'a nested requirement': '{ parcels { area } }',
    'a nested requirement beside its own fields': '{ parcels { size { width } area } }',
    'two requirements, one an enum': '{ parcels { cost } }',
    'a requirement in a list': '{ parcels { count contents { sku } } }',
    'a requirement with an argument': '{ parcels { grams } }',
    'a requirement that is not known': '{ parcel(id: "3") { area cost count grams } }',
    'requirements of an entity that comes from elsewhere': '{ checked { count area } heaviest { area cost } }',
    'all requirements at once': '{ checked { count grams area cost driver { name } } }',
    'required fields under other names': '{ parcels { w: plain k: kind c: contents { n: count } cost count } }',
    'what is provided is not fetched again': '{ heaviest { plain } }',
    'what is provided, and what is not': '{ heaviest { plain kind } }',
    'a nested part is provided': '{ rounds { number parcels { size { width } } } }',
    'a nested part is provided, the rest is fetched': '{ rounds { parcels { size { width depth { mm } } area } } }',
    'an overridden field comes from where it moved to': '{ parcels { label } heaviest { label } checked { label } }',
    'a field that is on its way is still where it was': '{ parcels { moving } heaviest { moving } }',
    'a shareable value type from two subgraphs': '{ rounds { driver { name } } checked { driver { name } } }',
    'requirements under conditions': { query: 'query($a: Boolean!, $b: Boolean!) { parcels { area @include(if: $a) cost @include(if: $b) } }', variables: { a: true, b: true } },
    'a requirement in a fragment': 'query { parcels { ...P } } fragment P on Parcel { cost ...Q } fragment Q on Parcel { area kind }',
  },
};
