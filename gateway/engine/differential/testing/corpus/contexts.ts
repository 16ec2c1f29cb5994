import type { World } from '../world';

const tariffs = [
  { id: 't1', currency: 'EUR', lines: [{ id: 'l1' }, { id: 'l2' }] },
  { id: 't2', currency: 'USD', lines: [{ id: 'l1' }] },
];

/** `@context` and `@fromContext`. */
export const contexts: World = {
  subgraphs: {
    tariffs: {
      sdl: `
        type Query { tariffs: [Tariff!]! tariff(id: ID!): Tariff }
        type Tariff @key(fields: "id") @context(name: "tariff") { id: ID! currency: String! lines: [Line!]! }
        type Line @key(fields: "id") { id: ID! price(currency: String @fromContext(field: "$tariff { currency }")): String text(bold: Boolean, c: ID @fromContext(field: "$tariff { id }")): String }`,
      rows: {
        Query: [{ tariffs, tariff: ({ id }: { id: string }) => tariffs.find((tariff) => tariff.id === id) }],
        Tariff: tariffs,
        Line: ['l1', 'l2'].map((id) => ({ id, price: ({ currency }: { currency: string }) => `${id} in ${currency}`, text: ({ bold, c }: { bold?: boolean; c: string }) => `${id} of ${c}${bold ? '!' : ''}` })),
      },
    },
    names: {
      sdl: `
        type Tariff @key(fields: "id") { id: ID! name: String }
        type Line @key(fields: "id") { id: ID! name: String }`,
      rows: { Tariff: [{ id: 't1', name: 'One' }], Line: [{ id: 'l1', name: 'First' }, { id: 'l2', name: 'Second' }] },
    },
  },
  cases: {
    'a field takes its argument from above': '{ tariffs { lines { price } } }',
    'one entity in two contexts': '{ tariffs { id lines { id price name } } }',
    'an argument from the context and one from the client': { query: 'query($b: Boolean) { tariffs { lines { text(bold: $b) } } }', variables: { b: true } },
    'two fields with contexts, aliased': '{ tariff(id: "t2") { name lines { p: price t: text q: text(bold: true) } } }',
    'the field of the context under another name': '{ tariffs { unit: currency lines { price } } }',
  },
};
