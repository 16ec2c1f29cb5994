import type { SubgraphDefinition } from './subgraph';

interface Outcome {
  /** Absent when execution never began. */
  data?: unknown;
  /** `message @ path`. */
  errors?: string[];
}

interface Fault {
  subgraphs: Record<string, SubgraphDefinition>;
  query: string;
  stock: Outcome;
  right: Outcome;
  /** Ours is not right yet. */
  open?: true;
}

const prices = {
  goods: {
    sdl: `
      type Query { good: Good }
      type Good @key(fields: "id") { id: ID! price(currency: String!): String name: String }`,
    rows: { Query: [{ good: { id: '1' } }], Good: [{ id: '1', name: 'Rice', price: ({ currency }: { currency: string }) => `1 ${currency}` }] },
  },
  taxes: {
    sdl: `
      type Good @key(fields: "id") {
        id: ID! price(currency: String!): String @external name: String @external
        dollars: String @requires(fields: "price(currency: \\"USD\\")")
        euros: String @requires(fields: "price(currency: \\"EUR\\")")
        label: String @requires(fields: "name")
      }`,
    rows: {
      Good: [
        {
          id: '1',
          dollars: (_: object, { price }: { price: string }) => price,
          euros: (_: object, { price }: { price: string }) => price,
          label: (_: object, { name }: { name: string }) => name,
        },
      ],
    },
  },
};

const twoKeys = {
  scales: {
    sdl: 'type Letter @key(fields: "id") { id: ID! weight: Int }',
    rows: { Letter: [{ id: '1', weight: 3 }] },
  },
  post: {
    sdl: `
      type Query { letter: Letter }
      type Letter @key(fields: "code", resolvable: false) @key(fields: "id") { id: ID! code: String! weight: Int @external postage: Int @requires(fields: "weight") }`,
    // As it was announced: nothing is found by its code.
    rows: { Query: [{ letter: { id: '1', code: 'c' } }], Letter: [{ id: '1', postage: (_: object, { weight }: { weight: number }) => weight * 2 }] },
  },
};

const nobodysInterface = {
  empty: { sdl: 'type Query { any: Media } interface Media @key(fields: "id") { id: ID! }', rows: { Query: [{ any: null }] } },
  likes: { sdl: 'type Query { liked: Media } type Media @key(fields: "id", resolvable: false) @interfaceObject { id: ID! likes: Int }', rows: { Query: [{ liked: { id: '1', likes: 3 } }] } },
};

const missingEntity = {
  orders: { sdl: 'type Query { order: Order } type Order { buyer: Person! } type Person @key(fields: "id") { id: ID! }', rows: { Query: [{ order: { buyer: { id: 'gone' } } }] } },
  people: { sdl: 'type Person @key(fields: "id") { id: ID! name: String! }', rows: { Person: [] } },
};

const shop = {
  products: { sdl: 'type Query { product: Product } type Product @key(fields: "upc") { upc: String! name: String }', rows: { Query: [{ product: { upc: 'p1', name: 'Table' } }] } },
  reviews: { sdl: 'type Product @key(fields: "upc") { upc: String! reviews: [String] }', rows: { Product: [{ upc: 'p1', reviews: ['good'] }] } },
};

// Only cars have owners: the list that is asked for owners is shorter than the list that the client sees.
const someOfMany = {
  yard: {
    sdl: `
      type Query { yard: [Vehicle] }
      union Vehicle = Bike | Car
      type Bike { id: ID! }
      type Car @key(fields: "id") { id: ID! }`,
    rows: { Query: [{ yard: [{ __typename: 'Bike', id: 'b' }, { __typename: 'Car', id: 'c' }] }] },
  },
  registry: {
    sdl: 'type Car @key(fields: "id") { id: ID! owner: String }',
    rows: {
      Car: [
        {
          id: 'c',
          owner: () => {
            throw new Error('unknown owner');
          },
        },
      ],
    },
  },
};

const flags = {
  products: {
    sdl: 'type Query { product: Product } type Product @key(fields: "upc") { upc: String! weight: Int }',
    rows: { Query: [{ product: { upc: 'p1' } }], Product: [{ upc: 'p1', weight: 5 }] },
  },
  stock: {
    sdl: 'type Product @key(fields: "upc") { upc: String! weight: Int @external inStock: Boolean postage: Int @requires(fields: "weight") }',
    rows: { Product: [{ upc: 'p1', inStock: true, postage: (_: object, { weight }: { weight: number }) => weight * 2 }] },
  },
};

// `second` needs `first`, which needs `seed`.
const chain = {
  roots: { sdl: 'type Plant @key(fields: "id") { id: ID! seed: String }', rows: { Plant: [{ id: '1', seed: 'seed' }] } },
  stems: {
    sdl: 'type Query { plant: Plant } type Plant @key(fields: "id") { id: ID! seed: String @external first: String @requires(fields: "seed") }',
    rows: { Query: [{ plant: { id: '1' } }], Plant: [{ id: '1', first: (_: object, { seed }: { seed?: string }) => `${seed ?? 'nothing'}+` }] },
  },
  leaves: {
    sdl: 'type Plant @key(fields: "id") { id: ID! first: String @external second: String @requires(fields: "first") }',
    rows: { Plant: [{ id: '1', second: (_: object, { first }: { first: string }) => `${first}+` }] },
  },
};

const songs = {
  media: {
    sdl: `
      type Query { song: Audio all: [Media] }
      interface Media @key(fields: "id") { id: ID! title: String }
      type Audio implements Media @key(fields: "id") { id: ID! title: String }
      type Image implements Media @key(fields: "id") { id: ID! title: String }`,
    rows: { Query: [{ song: { id: 'a', title: 'Song' }, all: [{ __typename: 'Audio', id: 'a', title: 'Song' }, { __typename: 'Image', id: 'i', title: 'Map' }] }] },
  },
  likes: {
    sdl: 'type Media @key(fields: "id") @interfaceObject { id: ID! likes: Int }',
    rows: { Media: ['a', 'i'].map((id) => ({ id, likes: 3 })) },
  },
  notes: {
    sdl: 'type Media @key(fields: "id") @interfaceObject { id: ID! title: String @external note: String @requires(fields: "title") }',
    rows: { Media: ['a', 'i'].map((id) => ({ id, note: (_: object, { title }: { title: string }) => `${title}!` })) },
  },
};

/** Operations that stock answers wrongly, most of them without saying so. */
export const faults: Readonly<Record<string, Fault>> = {
  'two requirements of one field with different arguments': {
    subgraphs: prices,
    query: '{ good { dollars euros } }',
    stock: { data: { good: { dollars: '1 EUR', euros: '1 EUR' } } },
    right: { data: { good: { dollars: '1 USD', euros: '1 EUR' } } },
  },
  'a requirement and a client that ask one field with different arguments': {
    subgraphs: prices,
    query: '{ good { price(currency: "CHF") dollars euros } }',
    stock: { data: { good: { price: '1 CHF', dollars: '1 CHF', euros: '1 CHF' } } },
    right: { data: { good: { price: '1 CHF', dollars: '1 USD', euros: '1 EUR' } } },
  },
  'an alias named as a required field': {
    subgraphs: prices,
    query: '{ good { name: id label } }',
    stock: { data: { good: { name: '1', label: '1' } } },
    right: { data: { good: { name: '1', label: 'Rice' } } },
  },
  'an alias named as a required field with arguments': {
    subgraphs: prices,
    query: '{ good { price: name dollars } }',
    stock: { data: { good: { price: 'Rice', dollars: 'Rice' } } },
    right: { data: { good: { price: 'Rice', dollars: '1 USD' } } },
  },
  'a key that resolves nothing stands first': {
    subgraphs: twoKeys,
    query: '{ letter { postage } }',
    stock: { data: { letter: { postage: null } } },
    right: { data: { letter: { postage: 6 } } },
  },
  'an interface that nothing implements': {
    subgraphs: nobodysInterface,
    query: '{ any { likes } }',
    stock: { data: { any: null } },
    right: { errors: ['No service can answer the field any. @ '] },
  },
  'an entity that must be there is not': {
    subgraphs: missingEntity,
    query: '{ order { buyer { name } } }',
    stock: { data: { order: null } },
    right: { data: { order: null }, errors: ['Cannot return null for non-nullable field Person.name. @ order.buyer.name'] },
  },
  'an alias named as a key (apollographql/federation#3036)': {
    subgraphs: shop,
    query: '{ product { upc: name reviews } }',
    stock: { data: { product: { upc: 'p1', reviews: ['good'] } } },
    right: { data: { product: { upc: 'Table', reviews: ['good'] } } },
  },
  'an error of an entity among objects that were not asked about': {
    subgraphs: someOfMany,
    query: '{ yard { ... on Car { owner } } }',
    stock: { data: { yard: [{}, { owner: null }] }, errors: ['unknown owner @ yard.0.owner'] },
    right: { data: { yard: [{}, { owner: null }] }, errors: ['unknown owner @ yard.1.owner'] },
  },
  'a field that requires something is not wanted': {
    subgraphs: flags,
    query: 'query($no: Boolean = false) { product { inStock postage @include(if: $no) } }',
    stock: { data: { product: { inStock: null } } },
    right: { data: { product: { inStock: true } } },
    open: true,
  },
  'an object of which nothing is wanted': {
    subgraphs: flags,
    query: 'query($no: Boolean = false, $yes: Boolean = true) { product @include(if: $yes) { upc @include(if: $no) } }',
    stock: { data: { product: null } },
    right: { data: { product: {} } },
    open: true,
  },
  'a requirement that has a requirement': {
    subgraphs: chain,
    query: '{ plant { second } }',
    stock: { data: { plant: { second: 'nothing++' } } },
    right: { data: { plant: { second: 'seed++' } } },
    open: true,
  },
  'the type name of an object that another subgraph knows as an interface object': {
    subgraphs: songs,
    query: '{ song { likes __typename ... on Audio { title } } }',
    stock: { data: { song: null } },
    right: { data: { song: { likes: 3, __typename: 'Audio', title: 'Song' } } },
    open: true,
  },
  'a requirement of one kind of an interface object': {
    subgraphs: songs,
    query: '{ all { ... on Audio { likes title } ... on Image { note } } }',
    stock: {
      data: { all: [{ likes: 3, title: 'Song' }, { note: null }] },
      errors: ['The _entities resolver tried to load an entity for type "Audio", but no object or interface type of that name was found in the schema @ all.@._entities'],
    },
    right: { data: { all: [{ likes: 3, title: 'Song' }, { note: 'Map!' }] } },
    open: true,
  },
  'a type within an interface that it implements, of an object that is no other': {
    subgraphs: {
      only: { sdl: 'type Query { cat: Cat } interface Animal { name: String } type Cat implements Animal { name: String lives: Int }', rows: { Query: [{ cat: { name: 'Tom', lives: 9 } }] } },
    },
    query: '{ cat { ... on Animal { ... on Cat { lives } } } }',
    stock: { data: { cat: {} } },
    right: { data: { cat: { lives: 9 } } },
  },
};
