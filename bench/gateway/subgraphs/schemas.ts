/** A subgraph of the bench: who has which data. */
export interface SubgraphSchema {
  name: string;
  sdl: string;
}

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@provides", "@shareable"])';

/**
 * The schema that gateways are usually compared with: users, their reviews, the products of these, and stock that is computed from a product's price and weight.
 * One thing is added: `tag` is carried by every id below a root field, so that a client can make all fetches of one request differ from
 * those of any other (see `ids.ts`).
 */
export const SHOP: readonly SubgraphSchema[] = [
  {
    name: 'accounts',
    sdl: `${LINK}
type Query {
  users(tag: String! = ""): [User!]!
  user(id: ID!): User
}
type User @key(fields: "id") {
  id: ID!
  name: String
  username: String @shareable
  birthday: String
}`,
  },
  {
    name: 'inventory',
    sdl: `${LINK}
type Product @key(fields: "upc") {
  upc: ID!
  weight: Int @external
  price: Int @external
  inStock: Boolean
  shippingEstimate: Int @requires(fields: "price weight")
}`,
  },
  {
    name: 'products',
    sdl: `${LINK}
type Query {
  topProducts(first: Int = 5, tag: String! = ""): [Product!]!
}
type Product @key(fields: "upc") {
  upc: ID!
  name: String
  price: Int
  weight: Int
}`,
  },
  {
    name: 'reviews',
    sdl: `${LINK}
type Review @key(fields: "id") {
  id: ID!
  body: String
  author: User @provides(fields: "username")
  product: Product
}
type User @key(fields: "id") {
  id: ID!
  username: String @external
  numberOfReviews: Int!
  reviews: [Review!]!
}
type Product @key(fields: "upc") {
  upc: ID!
  reviews: [Review!]!
}`,
  },
];
