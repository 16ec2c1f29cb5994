import type { World } from '../world';

const users = [
  { id: '1', name: 'Ada', username: '@ada', birthday: '1815-12-10', favourite: { upc: 'p1' } },
  { id: '2', name: 'Alan', username: '@alan', birthday: '1912-06-23', favourite: null },
];
const products = [
  { upc: 'p1', name: 'Table', price: 899, weight: 100, tags: ['wood', null, 'large'] },
  { upc: 'p2', name: 'Couch', price: 1299, weight: 1000, tags: null },
  { upc: 'p3', name: 'Chair', price: 54, weight: 50, tags: [] },
];
const reviews = [
  { id: 'r1', body: 'Love it!', stars: 5, author: { id: '1' }, product: { upc: 'p1' } },
  { id: 'r2', body: 'Too expensive.', stars: 2, author: { id: '1' }, product: { upc: 'p2' } },
  { id: 'r3', body: 'Could be better.', stars: 3, author: { id: '2' }, product: { upc: 'p3' } },
  { id: 'r4', body: 'Prefer something else.', stars: 1, author: { id: '2' }, product: { upc: 'p1' } },
];
const page = <T>(all: readonly T[], { first = all.length }: { first?: number }): T[] => all.slice(0, first);

const accounts = {
  sdl: `
    type Query { me: User user(id: ID!): User users: [User!]! }
    type User @key(fields: "id") { id: ID! name: String username(shout: Boolean = false): String birthday: String @tag(name: "personal") favourite: Product }
    type Product @key(fields: "upc", resolvable: false) { upc: String! }`,
  rows: {
    Query: [{ me: users[0], users, user: ({ id }: { id: string }) => users.find((user) => user.id === id) }],
    User: users.map((user) => ({ ...user, username: ({ shout }: { shout: boolean }) => (shout ? user.username.toUpperCase() : user.username) })),
  },
};
const catalogue = {
  sdl: `
    type Query { topProducts(first: Int = 2): [Product] product(upc: String!): Product }
    type Product @key(fields: "upc") { upc: String! name: String price: Int cost(currency: Currency = EUR): Int weight: Int tags: [String] }
    enum Currency { EUR USD }`,
  rows: {
    Query: [{ topProducts: (args: object) => page(products, args), product: ({ upc }: { upc: string }) => products.find((product) => product.upc === upc) }],
    Product: products.map((product) => ({ ...product, cost: ({ currency }: { currency: string }) => (currency === 'USD' ? product.price * 2 : product.price) })),
  },
};
const opinions = {
  sdl: `
    type Query { latestReview: Review }
    type Review @key(fields: "id") { id: ID! body(format: String): String stars: Int! author: User! product: Product }
    type User @key(fields: "id") { id: ID! reviews(first: Int): [Review!]! numberOfReviews: Int! }
    type Product @key(fields: "upc") { upc: String! reviews(first: Int): [Review] }`,
  rows: {
    Query: [{ latestReview: reviews[3] }],
    Review: reviews.map((review) => ({ ...review, body: ({ format }: { format?: string }) => (format ? `${format}:${review.body}` : review.body) })),
    User: users.map(({ id }) => ({ id, numberOfReviews: 2, reviews: (args: object) => page(reviews.filter(({ author }) => author.id === id), args) })),
    Product: products.map(({ upc }) => ({ upc, reviews: (args: object) => page(reviews.filter(({ product }) => product.upc === upc), args) })),
  },
};
const stock = {
  sdl: `
    type Product @key(fields: "upc") { upc: String! price: Int @external weight: Int @external inStock: Boolean shippingEstimate: Int @requires(fields: "price weight") }`,
  rows: {
    Product: products.map(({ upc }) => ({
      upc,
      inStock: upc !== 'p2',
      shippingEstimate: (_: object, { price, weight }: { price?: number; weight?: number }) => (price === undefined || weight === undefined ? -1 : price > 1000 ? 0 : weight / 2),
    })),
  },
};

/** The well-known shop: what most queries are like. */
export const shop: World = {
  subgraphs: { accounts, catalogue, opinions, stock },
  cases: {
    'one field of one subgraph': '{ me { name } }',
    'two root fields of two subgraphs': '{ me { id } topProducts { upc } }',
    'an entity is completed by another subgraph': '{ me { name reviews { body } } }',
    'a chain through four subgraphs': '{ me { reviews { product { name inStock reviews { author { username } } } } } }',
    'the sixteen fetches': `query Heavy { users { ...U reviews { ...R product { ...P reviews { ...R author { ...U reviews { ...R product { ...P } } } } } } }
      topProducts(first: 3) { ...P reviews { ...R author { ...U reviews { ...R product { ...P } } } } } }
      fragment U on User { id username name } fragment R on Review { id body } fragment P on Product { inStock name price shippingEstimate upc weight }`,
    'a required field is not answered unless it was asked': '{ topProducts { shippingEstimate } }',
    'a required field is answered when it was asked': '{ topProducts { price shippingEstimate weight } }',
    'the same entity at two places': '{ me { reviews { author { name } } } users { name reviews { author { name } } } }',
    'a null entity': '{ user(id: "2") { name favourite { name price } } }',
    'an entity that a list of entities holds more than once': '{ users { reviews { product { name } author { name } } } }',
    'null items and null lists of leaves': '{ topProducts(first: 3) { tags } }',
    'an unknown root object': '{ user(id: "404") { name reviews { body } } }',
    'a field of an entity that only names its key': '{ me { favourite { upc } } }',

    'an alias of a leaf': '{ me { nick: username } }',
    'an alias of an entity': '{ somebody: me { named: name wrote: reviews { text: body } } }',
    'aliases that swap two fields': '{ me { name: username username: name reviews { body } } }',
    'an alias named as the key of the entity, on another subgraph': '{ me { upc: name reviews { upc: body } } }',
    'one field with two arguments': '{ topProducts { eur: cost usd: cost(currency: USD) } }',
    'one field with two arguments behind an entity': '{ me { reviews { product { eur: cost usd: cost(currency: USD) } } } }',
    'one list with two arguments': '{ me { one: reviews(first: 1) { body } all: reviews { body product { name } } } }',
    'the same field twice': '{ me { name name } }',
    'the same composite twice, merged': '{ me { reviews { id } reviews { body } } }',
    'the same composite twice across subgraphs, merged': '{ me { reviews { product { name } } name reviews { product { inStock } author { name } } } }',
    'an alias and the field itself': '{ me { name same: name } }',
    'a hidden key beside an alias of the same name': '{ me { reviews { product { upc: name inStock } } } }',

    '__typename at the root': '{ __typename }',
    '__typename beside data at the root': '{ __typename me { name } }',
    '__typename at each level': '{ __typename me { __typename reviews { __typename product { __typename name } } } }',
    '__typename under an alias': '{ kind: __typename me { kind: __typename reviews { kind: __typename } } }',
    '__typename alone in an entity of another subgraph': '{ me { reviews { __typename } } }',
    '__typename aliased and plain': '{ me { __typename a: __typename b: __typename } }',
    '__typename alone, and in a list': '{ topProducts { __typename } }',
    '__typename last keeps its place': '{ me { name __typename } topProducts { upc __typename name } }',

    'a named fragment': 'query { me { ...U } } fragment U on User { name reviews { body } }',
    'fragments in fragments': 'query { me { ...A } } fragment A on User { ...B reviews { ...C } } fragment B on User { name } fragment C on Review { body author { ...B } }',
    'one fragment at three places': 'query { me { ...U } users { ...U reviews { author { ...U } } } } fragment U on User { id name numberOfReviews }',
    'an inline fragment without a type': '{ me { ... { name reviews { body } } } }',
    'an inline fragment of the same type': '{ me { ... on User { name ... on User { username } } } }',
    'fragments at the root': 'query { ...Q ... on Query { topProducts { upc } } } fragment Q on Query { me { name } }',
    'a fragment that repeats a field': 'query { me { name ...U } } fragment U on User { name username }',
    'keys follow the order of the selection': '{ topProducts { inStock name reviews { stars body } shippingEstimate upc } me { reviews { stars } name id } }',
    'keys follow the first mention in a fragment': 'query { me { ...U id name } } fragment U on User { numberOfReviews name }',

    'skip and include with literals': '{ me { name @skip(if: true) username @include(if: true) id @include(if: false) } }',
    'skip with a variable': { query: 'query($s: Boolean!) { me { id name @skip(if: $s) } }', variables: { s: true } },
    'no skip with a variable': { query: 'query($s: Boolean!) { me { id name @skip(if: $s) } }', variables: { s: false } },
    'include of another subgraph, wanted': { query: 'query($i: Boolean!) { me { id reviews @include(if: $i) { body } } }', variables: { i: true } },
    'include of another subgraph, unwanted': { query: 'query($i: Boolean!) { me { id reviews @include(if: $i) { body } } }', variables: { i: false } },
    'skip and include on one field': { query: 'query($s: Boolean!, $i: Boolean!) { me { id name @skip(if: $s) @include(if: $i) } }', variables: { s: false, i: true } },
    'skip and include on one field, both against': { query: 'query($s: Boolean!, $i: Boolean!) { me { id name @skip(if: $s) @include(if: $i) } }', variables: { s: true, i: false } },
    'a skipped root field': { query: 'query($s: Boolean!) { me @skip(if: $s) { id } topProducts { upc } }', variables: { s: true } },
    'only a skipped root field': { query: 'query($s: Boolean!) { me @skip(if: $s) { id } }', variables: { s: true } },
    'only a skipped root field, by a literal': '{ me @skip(if: true) { id } }',
    'all fields of an object skipped': { query: 'query($s: Boolean!) { me { name @skip(if: $s) } }', variables: { s: true } },
    'all fields of an entity of another subgraph skipped': { query: 'query($s: Boolean!) { me { name reviews { body @skip(if: $s) } } }', variables: { s: true } },
    'a skipped fragment': { query: 'query($s: Boolean!) { me { id ...U @skip(if: $s) } } fragment U on User { name reviews { body } }', variables: { s: true } },
    'an included inline fragment': { query: 'query($i: Boolean!) { me { id ... on User @include(if: $i) { name reviews { body } } } }', variables: { i: true } },
    'an unwanted inline fragment without a type': { query: 'query($i: Boolean!) { me { id ... @include(if: $i) { name reviews { body } } } }', variables: { i: false } },
    'a fragment at the root, unwanted': { query: 'query($i: Boolean!) { ... @include(if: $i) { me { name } } topProducts { upc } }', variables: { i: false } },
    'conditions that disagree about one field': { query: 'query($a: Boolean!, $b: Boolean!) { me { name @include(if: $a) name @include(if: $b) } }', variables: { a: false, b: true } },
    'conditions that disagree about one composite': { query: 'query($a: Boolean!, $b: Boolean!) { me { reviews @include(if: $a) { id } reviews @include(if: $b) { body } } }', variables: { a: true, b: false } },
    'nested conditions with one variable': { query: 'query($a: Boolean!) { me { ... @include(if: $a) { name ... @skip(if: $a) { username } } } }', variables: { a: true } },
    'a condition with a default': 'query($a: Boolean = true) { me { id name @skip(if: $a) } }',
    'a condition with a default that the request changes': { query: 'query($a: Boolean! = true) { me { id name @skip(if: $a) reviews @skip(if: $a) { id } } }', variables: { a: false } },
    'a condition on a required field': { query: 'query($a: Boolean!) { topProducts { price @include(if: $a) shippingEstimate } }', variables: { a: false } },
    'a condition on the field that requires': { query: 'query($a: Boolean!) { topProducts { upc shippingEstimate @include(if: $a) } }', variables: { a: true } },
    'a condition on __typename': { query: 'query($a: Boolean!) { me { __typename @skip(if: $a) id } }', variables: { a: true } },

    'a list of a hundred': { query: 'query($n: Int) { topProducts(first: $n) { name reviews { body } inStock } }', variables: { n: 100 } },
    'a list of none': { query: 'query($n: Int) { topProducts(first: $n) { name reviews { body } inStock } }', variables: { n: 0 } },
    'an anonymous query with a comment and commas': '# hello\n query { me, { id,, name } }',
    'a deep path back to where it began': '{ me { reviews { author { reviews { author { reviews { author { name } } } } } } } }',
    'a variable that goes to two subgraphs': { query: 'query($n: Int) { topProducts(first: $n) { reviews(first: $n) { id } } }', variables: { n: 1 } },
    'a variable in a fragment': { query: 'query($n: Int) { me { ...U } } fragment U on User { reviews(first: $n) { id } }', variables: { n: 1 } },
    'the same variable used as two arguments of one entity': { query: 'query($f: String) { me { reviews { body(format: $f) same: body(format: $f) plain: body } } }', variables: { f: 'x' } },
  },
};
