import type { World } from '../world';

const fail = (message: string) => (): never => {
  throw new Error(message);
};

/** Nulls that move up, and resolvers that fail. */
export const nulls: World = {
  subgraphs: {
    camps: {
      sdl: `
        type Query { camp(id: ID!): Camp camps: [Camp!] sure: Camp! broken: String brokenList: [String!] matrix: [[Int!]] strict: [[Int!]!]! oops: Camp }
        type Camp @key(fields: "id") { id: ID! name: String! nick: String tents: [Tent!] spare: [Tent] all: [Tent!]! lead: Lead deputy: Lead! }
        type Tent @key(fields: "number") { number: Int! size: Int! colour: String }
        type Lead @key(fields: "id") { id: ID! }`,
      rows: {
        Query: [
          {
            camp: ({ id }: { id: string }) => ({ id }),
            camps: [{ id: 'good' }, { id: 'bad' }],
            sure: { id: 'bad' },
            broken: fail('broken'),
            brokenList: ['a', new Error('second'), 'c'],
            matrix: [[1, 2], [3, null], null],
            strict: [[1], [null]],
            oops: fail('oops'),
          },
        ],
        Camp: [
          { id: 'good', name: 'Good', nick: 'G', tents: [{ number: 1 }, { number: 2 }], spare: [{ number: 3 }, null], all: [{ number: 1 }], lead: { id: 'l1' }, deputy: { id: 'l1' } },
          { id: 'bad', name: null, nick: fail('no nick'), tents: [{ number: 1 }, null], spare: [{ number: 9 }, { number: 1 }], all: [{ number: 9 }], lead: { id: 'l2' }, deputy: { id: 'l9' } },
        ],
        Tent: [
          { number: 1, size: 4, colour: 'red' },
          { number: 2, size: 6, colour: fail('faded') },
          { number: 3, size: 2, colour: null },
          { number: 9, size: null, colour: 'none' },
        ],
      },
    },
    staff: {
      sdl: `
        type Query { everybody: [Lead!] }
        type Lead @key(fields: "id") { id: ID! name: String! phone: String team: [Helper!] boss: Lead }
        type Helper { name: String! age: Int }
        type Camp @key(fields: "id") { id: ID! cook: Lead! guard: Lead rating: Int! }
        type Tent @key(fields: "number") { number: Int! guests: [Helper!] free: Int! }`,
      rows: {
        Query: [{ everybody: [{ id: 'l1' }, { id: 'l2' }, { id: 'l3' }] }],
        Lead: [
          { id: 'l1', name: 'Lu', phone: '1', team: [{ name: 'H', age: 3 }], boss: { id: 'l3' } },
          { id: 'l2', name: null, phone: fail('no phone'), team: [{ name: 'H', age: fail('how old?') }, { name: null }], boss: { id: 'l1' } },
          { id: 'l3', name: fail('no name'), phone: '3', team: null, boss: null },
        ],
        Camp: [
          { id: 'good', cook: { id: 'l1' }, guard: { id: 'l1' }, rating: 5 },
          { id: 'bad', cook: { id: 'l2' }, guard: null, rating: fail('no rating') },
        ],
        Tent: [
          { number: 1, guests: [{ name: 'Gus', age: 1 }], free: 3 },
          { number: 2, guests: fail('no guests'), free: 0 },
        ],
      },
    },
  },
  cases: {
    'a root field fails': { query: '{ broken camp(id: "good") { name } }', fails: true },
    'a root object fails': { query: '{ oops { id lead { name } } }', fails: true },
    'an item of a list fails': { query: '{ brokenList }', fails: true },
    'nulls in lists of lists': { query: '{ matrix }', fails: true },
    'a null in a list of lists that may hold none': { query: '{ strict }', fails: true },
    'a null leaf empties its object': { query: '{ camp(id: "bad") { name } }', fails: true },
    'a null leaf empties the list of its object': { query: '{ camps { name } }', fails: true },
    'a null leaf empties everything': { query: '{ sure { name } }', fails: true },
    'a null item empties its list': { query: '{ camp(id: "bad") { tents { number } } }', fails: true },
    'a null item stays in a list that may hold it': '{ camp(id: "good") { spare { number colour } } }',
    'a nullable leaf fails': { query: '{ camp(id: "bad") { id nick } }', fails: true },
    'a nullable leaf fails in a list': { query: '{ camp(id: "good") { tents { colour } } }', fails: true },
    'one null item of a list of nullable objects': { query: '{ camp(id: "bad") { spare { size } } }', fails: true },
    'a null leaf of an entity': { query: '{ camp(id: "bad") { lead { name } } }', fails: true },
    'a null leaf of an entity that is needed': { query: '{ camp(id: "good") { cook { name } } bad: camp(id: "bad") { cook { name } } }', fails: true },
    'a failing leaf of an entity': { query: '{ everybody { phone } }', fails: true },
    'a failing leaf of an entity in a list of another subgraph': { query: '{ camps { lead { phone } } }', fails: true },
    'a failing leaf that is needed, of an entity in a list': { query: '{ camps { rating } }', fails: true },
    'a failing list of an entity': { query: '{ camp(id: "good") { tents { guests { name } free } } }', fails: true },
    'failures deep in an entity': { query: '{ camps { lead { team { name age } } } }', fails: true },
    'failures in the same entity at several places': { query: '{ camps { lead { phone boss { phone } } deputy { id } } }', fails: true },
    'an error under an alias': { query: '{ c: camp(id: "bad") { l: lead { p: phone } } }', fails: true },
    'errors of two subgraphs': { query: '{ broken camp(id: "bad") { nick guard { name } rating } }', fails: true },
    'an entity that is not known': '{ camp(id: "nowhere") { id guard { name } } }',
    'an entity that is not known, with what it must have': { query: '{ camp(id: "nowhere") { id rating } }', fails: true },
    'a list of entities of which one is not known': '{ camp(id: "good") { spare { number guests { name } } } }',
    'a list of entities of which one is not known, with what it must have': { query: '{ camp(id: "good") { spare { number free } } }', fails: true },
    'a list that may hold no null, of entities of which one is not known': { query: '{ camp(id: "bad") { all { free } } }', fails: true },
    'an unknown entity further down': { query: '{ camp(id: "bad") { deputy { name } } }', fails: true },
    'a null that another place of the same entity is not hurt by': { query: '{ a: camp(id: "bad") { id } b: camp(id: "bad") { name } }', fails: true },
    'what is skipped cannot be missing': { query: 'query($s: Boolean!) { camp(id: "bad") { id name @skip(if: $s) } }', variables: { s: true } },
  },
};
