import type { DetailedCase, World } from '../world';
import type { Breakage } from '../subgraph';

const answering =
  (data: unknown, errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[]): Breakage =>
  () => JSON.parse(JSON.stringify({ data, errors })) as ReturnType<Exclude<Breakage, 'down'>>;
const entities = (...answer: unknown[]): Breakage => answering({ _entities: answer });
const one = (query: string, broken: Record<string, Breakage>): DetailedCase => ({ query, broken, fails: true });

/** Subgraphs that are away, or answer what they should not. */
export const broken: World = {
  subgraphs: {
    stalls: {
      sdl: `
        type Query { stall: Stall stalls: [Stall!] stalled: [[Stall]] day: Day open: Boolean count: Int share: Float code: ID title: String blob: Blob thing: Thing }
        type Stall @key(fields: "id") { id: ID! name: String! owner: Owner }
        type Owner @key(fields: "id") { id: ID! }
        enum Day { MON TUE  SUN @inaccessible }
        scalar Blob
        interface Thing { id: ID }
        type Nail implements Thing { id: ID long: Int }`,
      rows: {
        Query: [{ stall: { id: '1' }, stalls: [{ id: '1' }, { id: '2' }], stalled: [[{ id: '1' }]], day: 'MON', open: true, count: 3, share: 0.5, code: 'c', title: 't', blob: { any: ['thing', 1] }, thing: { __typename: 'Nail', id: '1', long: 5 } }],
        Stall: [
          { id: '1', name: 'One', owner: { id: 'o1' } },
          { id: '2', name: 'Two', owner: { id: 'o2' } },
        ],
      },
    },
    ledger: {
      sdl: `
        type Query { balance: Int ledgers: [Owner!] }
        type Stall @key(fields: "id") { id: ID! sales: Int! takings: [Int] }
        type Owner @key(fields: "id") { id: ID! name: String debts: [Debt!] }
        type Debt { amount: Int! to: Owner }`,
      rows: {
        Query: [{ balance: 4, ledgers: [{ id: 'o1' }] }],
        Stall: [
          { id: '1', sales: 10, takings: [1, 2] },
          { id: '2', sales: 20, takings: [] },
        ],
        Owner: [
          { id: 'o1', name: 'Ola', debts: [{ amount: 1, to: { id: 'o2' } }] },
          { id: 'o2', name: 'Ole', debts: [] },
        ],
      },
    },
  },
  cases: {
    'the only subgraph is away': one('{ stall { name } }', { stalls: 'down' }),
    'the subgraph of one root field is away': one('{ stall { name } balance }', { ledger: 'down' }),
    'the subgraph of entities is away': one('{ stalls { name owner { name } } }', { ledger: 'down' }),
    'the subgraph of what must be there is away': one('{ stalls { name sales } }', { ledger: 'down' }),
    'the subgraph that others build upon is away': one('{ ledgers { id } stall { owner { debts { to { name } } } } }', { stalls: 'down' }),
    'errors without data': one('{ stall { name } balance }', { stalls: answering(null, [{ message: 'No.' }]) }),
    'errors without a data key': one('{ stall { name } balance }', { stalls: answering(undefined, [{ message: 'No.', extensions: { code: 'NOPE' } }]) }),
    'errors with a code of their own': one('{ stall { name } }', { stalls: answering({ stall: null }, [{ message: 'No.', path: ['stall'], extensions: { code: 'FORBIDDEN' } }]) }),
    'an error without a message': one('{ stall { name } }', { stalls: answering({ stall: null }, [{ message: '', path: ['stall'] }]) }),
    'an error without a path beside data': one('{ stall { name } }', { stalls: answering({ stall: { name: 'One' } }, [{ message: 'Careful.' }]) }),
    'an error about entities without a path': one('{ stalls { sales } }', { ledger: answering(null, [{ message: 'No.' }]) }),
    'an error about one entity': one('{ stalls { takings } }', { ledger: answering({ _entities: [null, { takings: [3] }] }, [{ message: 'No.', path: ['_entities', 0], extensions: { code: 'GONE' } }]) }),
    'an error about a field of one entity': one('{ all: stalls { t: takings } }', { ledger: answering({ _entities: [{ t: [null, 2] }, { t: [3] }] }, [{ message: 'No.', path: ['_entities', 0, 't', 0] }]) }),
    'no data and no errors': { query: '{ stall { name } }', broken: { stalls: answering(undefined) } },
    'null data and no errors': { query: '{ stall { name } }', broken: { stalls: answering(null) } },
    'too few entities': one('{ stalls { sales } }', { ledger: entities({ sales: 1 }) }),
    'too many entities': one('{ stalls { sales } }', { ledger: entities({ sales: 1 }, { sales: 2 }, { sales: 3 }) }),
    'null for all entities': one('{ stalls { name takings } }', { ledger: answering({ _entities: null }) }),
    'an object for entities': one('{ stalls { name takings } }', { ledger: answering({ _entities: {} }) }),
    'no entities at all': one('{ stalls { name takings } }', { ledger: answering({}) }),
    'null for one entity': { query: '{ stalls { name takings } }', broken: { ledger: entities(null, { takings: [5] }) } },
    'a missing field': { query: '{ stalls { name takings } }', broken: { ledger: entities({}, { takings: [5] }) } },
    'a missing field that must be there': one('{ stalls { name sales } }', { ledger: entities({}, { sales: 5 }) }),
    'a field that nobody asked for': { query: '{ stall { name } }', broken: { stalls: answering({ stall: { name: 'One', secret: 1 }, more: 2 }) } },

    'text for an integer': one('{ count open }', { stalls: answering({ count: '3', open: true }) }),
    'a fraction for an integer': one('{ count }', { stalls: answering({ count: 3.5 }) }),
    'a large whole number for an integer': { query: '{ count }', broken: { stalls: answering({ count: 4294967296 }) } },
    'a number for text': one('{ title }', { stalls: answering({ title: 3 }) }),
    'a number for an id': { query: '{ code }', broken: { stalls: answering({ code: 3 }) } },
    'a fraction for an id': one('{ code }', { stalls: answering({ code: 3.5 }) }),
    'an integer for a fraction': { query: '{ share }', broken: { stalls: answering({ share: 3 }) } },
    'text for a fraction': one('{ share }', { stalls: answering({ share: '3' }) }),
    'text for true': one('{ open }', { stalls: answering({ open: 'true' }) }),
    'an unknown value of an enum': one('{ day }', { stalls: answering({ day: 'FRI' }) }),
    'an enum value that is hidden': one('{ day }', { stalls: answering({ day: 'SUN' }) }),
    'an object for a leaf': one('{ title }', { stalls: answering({ title: { a: 1 } }) }),
    'a list for a leaf': one('{ title }', { stalls: answering({ title: ['a'] }) }),
    'anything for a scalar of their own': { query: '{ blob }', broken: { stalls: answering({ blob: [null, { a: [1.5, 'x'] }, false] }) } },
    'a wrong leaf that must be there': one('{ stalls { name } }', { stalls: answering({ stalls: [{ name: 7 }] }) }),
    'a wrong leaf of an entity': one('{ stalls { sales } }', { ledger: entities({ sales: 'a' }, { sales: 1 }) }),
    'wrong items in a list of leaves': one('{ stalls { takings } }', { ledger: entities({ takings: [1, 'a', null] }, { takings: [] }) }),
    'an unknown type name': one('{ thing { id } }', { stalls: answering({ thing: { __typename: 'Ghost', id: '1' } }) }),
    'a type name that is not asked for': { query: '{ thing { id ... on Nail { long } } }', broken: { stalls: answering({ thing: { __typename: 'Nail', id: '1', long: 4 } }) } },
    'a hidden type name in an entity': { query: '{ stalls { owner { name } } }', broken: { ledger: entities({ __typename: 'Owner', name: 'A' }, { name: 'B' }) } },
    'null in place of items of a nested list': { query: '{ stalled { name } }', broken: { stalls: answering({ stalled: [null, [], [null, { __typename: 'Stall', id: '1', name: 'x' }]] }) } },
  },
};
