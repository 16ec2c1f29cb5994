// Subgraphs that show one fault each; `faults.ts` says which.

export const prices = {
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

export const twoKeys = {
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

export const nobodysInterface = {
  empty: { sdl: 'type Query { any: Media } interface Media @key(fields: "id") { id: ID! }', rows: { Query: [{ any: null }] } },
  likes: { sdl: 'type Query { liked: Media } type Media @key(fields: "id", resolvable: false) @interfaceObject { id: ID! likes: Int }', rows: { Query: [{ liked: { id: '1', likes: 3 } }] } },
};

export const missingEntity = {
  orders: { sdl: 'type Query { order: Order } type Order { buyer: Person! } type Person @key(fields: "id") { id: ID! }', rows: { Query: [{ order: { buyer: { id: 'gone' } } }] } },
  people: { sdl: 'type Person @key(fields: "id") { id: ID! name: String! }', rows: { Person: [] } },
};

export const shop = {
  products: { sdl: 'type Query { product: Product } type Product @key(fields: "upc") { upc: String! name: String }', rows: { Query: [{ product: { upc: 'p1', name: 'Table' } }] } },
  reviews: { sdl: 'type Product @key(fields: "upc") { upc: String! reviews: [String] }', rows: { Product: [{ upc: 'p1', reviews: ['good'] }] } },
};

// Only cars have owners: the list that is asked for owners is shorter than the list that the client sees.
export const someOfMany = {
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

export const flags = {
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
export const chain = {
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

export const songs = {
  media: {
    sdl: `
      type Query { song: Audio all: [Media] }
      interface Media @key(fields: "id") { id: ID! title: String }
      type Audio implements Media @key(fields: "id") { id: ID! title: String }
      type Image implements Media @key(fields: "id") { id: ID! title: String }`,
    rows: { Query: [{ song: { id: 'a', title: 'Song' }, all: [{ __typename: 'Audio', id: 'a', title: 'Song' }, { __typename: 'Image', id: 'i', title: 'Map' }] }] },
  },
  likes: {
    sdl: 'type Media @key(fields: "id") @interfaceObject { id: ID! likes(since: Int = 0): Int }',
    rows: { Media: ['a', 'i'].map((id) => ({ id, likes: ({ since }: { since: number }) => 3 - since })) },
  },
  notes: {
    sdl: 'type Media @key(fields: "id") @interfaceObject { id: ID! title: String @external note: String @requires(fields: "title") }',
    rows: { Media: ['a', 'i'].map((id) => ({ id, note: (_: object, { title }: { title: string }) => `${title}!` })) },
  },
};

export const pets = {
  zoo: {
    sdl: 'type Query { pets: [Pet] } union Pet = Dog | Fish type Dog { legs: Int! } type Fish @key(fields: "id") { id: ID! legs: Int }',
    rows: { Query: [{ pets: [{ __typename: 'Dog', legs: 4 }, { __typename: 'Fish', id: 'f', legs: 0 }] }] },
  },
  gaits: {
    sdl: 'type Fish @key(fields: "id") { id: ID! legs: Int @external gait: String @requires(fields: "legs") }',
    rows: { Fish: [{ id: 'f', gait: (_: object, { legs }: { legs: number }) => `on ${legs} legs` }] },
  },
};
