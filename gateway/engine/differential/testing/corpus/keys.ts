import type { World } from '../world';

/** `@key`: several, compound, nested, of other entities, and stubs that resolve nothing. */
export const keys: World = {
  subgraphs: {
    people: {
      sdl: `
        type Query { people: [Person!]! household(village: String!, number: Int!): Household }
        type Person @key(fields: "id") @key(fields: "phone") { id: ID! phone: String! name: String home: Household }
        type Household @key(fields: "village number") { village: String! number: Int! head: Person }`,
      rows: {
        Query: [{ people: [{ id: '1' }, { id: '2' }, { id: '3' }], household: ({ village, number }: { village: string; number: number }) => ({ village, number }) }],
        Person: [
          { id: '1', phone: '+1', name: 'Ada', home: { village: 'a', number: 1 } },
          { id: '2', phone: '+2', name: 'Alan', home: { village: 'b', number: 1 } },
          { id: '3', phone: '+3', name: null, home: null },
        ],
        Household: [
          { village: 'a', number: 1, head: { id: '1' } },
          { village: 'b', number: 1, head: { id: '2' } },
        ],
      },
    },
    calls: {
      sdl: `
        type Query { lastCaller: Person calls: [Call!] }
        type Person @key(fields: "phone") { phone: String! minutes: Int }
        type Call @key(fields: "from { phone } at") { from: Person! @shareable at: Int! seconds: Int }`,
      rows: {
        Query: [{ lastCaller: { phone: '+2' }, calls: [{ from: { phone: '+1' }, at: 7 }, { from: { phone: '+2' }, at: 8 }] }],
        Person: [
          { phone: '+1', minutes: 10 },
          { phone: '+2', minutes: 20 },
        ],
        Call: [
          { from: { phone: '+1' }, at: 7, seconds: 70 },
          { from: { phone: '+2' }, at: 8, seconds: 80 },
        ],
      },
    },
    billing: {
      sdl: `
        type Call @key(fields: "from { phone } at") { from: Person! @shareable at: Int! price: Int }
        type Person @key(fields: "phone") { phone: String! owes: Int }`,
      rows: {
        Call: [{ from: { phone: '+1' }, at: 7, price: 700 }],
        Person: [
          { phone: '+1', owes: 1 },
          { phone: '+2', owes: 2 },
          { phone: '+3', owes: 3 },
        ],
      },
    },
    aid: {
      sdl: `
        type Query { neediest: Household visits: [Visit] }
        type Household @key(fields: "number village") { village: String! number: Int! rations: Int }
        type Visit { to: Person household: Household }
        type Person @key(fields: "id", resolvable: false) { id: ID! }`,
      rows: {
        Query: [{ neediest: { village: 'b', number: 1 }, visits: [{ to: { id: '1' }, household: { village: 'a', number: 1 } }, { to: null, household: { village: 'b', number: 1 } }, null] }],
        Household: [
          { village: 'a', number: 1, rations: 4 },
          { village: 'b', number: 1, rations: 2 },
        ],
      },
    },
  },
  cases: {
    'by the first key': '{ people { name } }',
    'by the second key': '{ people { name minutes } }',
    'from one key to the other': '{ lastCaller { name minutes id } }',
    'by a compound key': '{ people { home { rations } } }',
    'by a compound key written the other way round': '{ neediest { village number head { name } } }',
    'by a nested key': '{ calls { seconds price } }',
    'by a nested key, and the entity in it': '{ calls { price from { name owes } at } }',
    'through a stub that resolves nothing': '{ visits { to { id name phone minutes } household { head { name } rations } } }',
    'a key field of a stub alone': '{ visits { to { id } } }',
    'a key that was not asked is not answered': '{ neediest { head { minutes } } }',
    'one entity by two keys in one operation': '{ people { id owes } lastCaller { id owes } }',
    'an entity that one subgraph does not know': '{ people { minutes owes } }',
    'an entity that a subgraph only makes up': '{ household(village: "z", number: 9) { village number rations head { name } } }',
    'null where an entity would be, and null in a list': '{ visits { household { rations } to { owes } } people { home { rations } } }',
    'aliases of all parts of a compound key': '{ neediest { a: village b: number head { name } } }',
    'one hop of each kind': '{ calls { from { home { rations head { minutes owes } } } price } }',
  },
};
