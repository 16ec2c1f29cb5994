import type { World } from '../world';
import type { Exchange } from '../subgraph';

const next = ({ state }: Exchange): number => {
  const count = Number(state.get('count') ?? 0) + 1;
  state.set('count', count);
  return count;
};

/** Changes, one after the other. */
export const mutations: World = {
  subgraphs: {
    till: {
      sdl: `
        type Query { counted: Int }
        type Mutation { pay(amount: Int!): Payment refuse: Payment must: Payment! first: Int }
        type Payment @key(fields: "id") { id: ID! amount: Int at: Int }`,
      rows: {
        Query: [{ counted: (_: object, _self: object, exchange: Exchange) => Number(exchange.state.get('count') ?? 0) }],
        Mutation: [
          {
            pay: ({ amount }: { amount: number }, _: object, exchange: Exchange) => ({ id: `p${amount}`, amount, at: next(exchange) }),
            refuse: () => {
              throw new Error('refused');
            },
            must: () => {
              throw new Error('must not');
            },
            first: (_: object, _self: object, exchange: Exchange) => next(exchange),
          },
        ],
      },
    },
    books: {
      sdl: `
        type Mutation { book(what: String): Entry second: Int }
        type Entry { what: String at: Int payment: Payment }
        type Payment @key(fields: "id") { id: ID! booked: Boolean }`,
      rows: {
        Mutation: [{ book: ({ what }: { what: string }, _: object, exchange: Exchange) => ({ what, at: next(exchange), payment: { id: `p${what}` } }), second: (_: object, _self: object, exchange: Exchange) => next(exchange) }],
        Payment: [1, 2, 3].map((id) => ({ id: `p${id}`, booked: id === 2 })),
      },
    },
  },
  cases: {
    'one change': 'mutation { pay(amount: 1) { id at } }',
    'changes of one subgraph in order': 'mutation { a: pay(amount: 1) { at } b: pay(amount: 2) { at } c: first }',
    'changes of two subgraphs in order': 'mutation { a: pay(amount: 1) { at } b: second c: first d: book(what: "2") { at } e: first }',
    'what a change answers is completed': 'mutation { pay(amount: 2) { amount booked } book(what: "3") { payment { booked } what } }',
    'a change that fails does not stop the next': { query: 'mutation { first refuse { id } second }', fails: true },
    'a change that must succeed empties the answer': { query: 'mutation { first must { id } second }', fails: true },
    'a change under an alias, with a variable': { query: 'mutation($n: Int!) { paid: pay(amount: $n) { id booked __typename } __typename }', variables: { n: 2 } },
    'a change that is skipped': { query: 'mutation($s: Boolean!) { a: first @skip(if: $s) b: second }', variables: { s: true } },
    'a change of a subgraph that is away': { query: 'mutation { first second c: first }', broken: { books: 'down' }, fails: true },
    'changes in fragments': 'mutation { ...M c: first } fragment M on Mutation { a: first b: second }',
  },
};
