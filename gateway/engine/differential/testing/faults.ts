import { chain, flags, missingEntity, nobodysInterface, pets, prices, shop, someOfMany, songs, twoKeys } from './fault-worlds';
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
}

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
  },
  'an object of which nothing is wanted': {
    subgraphs: flags,
    query: 'query($no: Boolean = false, $yes: Boolean = true) { product @include(if: $yes) { upc @include(if: $no) } }',
    stock: { data: { product: null } },
    right: { data: { product: {} } },
  },
  'a requirement that has a requirement': {
    subgraphs: chain,
    query: '{ plant { second } }',
    stock: { data: { plant: { second: 'nothing++' } } },
    right: { errors: ['This operation cannot be planned: No plan gives the service stems what it requires for Plant.first. @ '] },
  },
  'the type name of an object that another subgraph knows as an interface object': {
    subgraphs: songs,
    query: '{ song { likes __typename ... on Audio { title } } }',
    stock: { data: { song: null } },
    right: { data: { song: { likes: 3, __typename: 'Audio', title: 'Song' } } },
  },
  'a requirement of one kind of an interface object': {
    subgraphs: songs,
    query: '{ all { ... on Audio { likes title } ... on Image { note } } }',
    stock: {
      data: { all: [{ likes: 3, title: 'Song' }, { note: null }] },
      errors: ['The _entities resolver tried to load an entity for type "Audio", but no object or interface type of that name was found in the schema @ all.@._entities'],
    },
    right: { data: { all: [{ likes: 3, title: 'Song' }, { note: 'Map!' }] } },
  },
  'a type within an interface that it implements, of an object that is no other': {
    subgraphs: {
      only: { sdl: 'type Query { cat: Cat } interface Animal { name: String } type Cat implements Animal { name: String lives: Int }', rows: { Query: [{ cat: { name: 'Tom', lives: 9 } }] } },
    },
    query: '{ cat { ... on Animal { ... on Cat { lives } } } }',
    stock: { data: { cat: {} } },
    right: { data: { cat: { lives: 9 } } },
  },
  'one field of an interface object with other arguments for each kind': {
    subgraphs: songs,
    query: '{ all { ... on Audio { likes(since: 2) } ... on Image { likes } } }',
    stock: { data: { all: [{ likes: 1 }, { likes: 1 }] } },
    right: { data: { all: [{ likes: 1 }, { likes: 3 }] } },
  },
  'a required zero beside a field of that name that may not be null': {
    subgraphs: pets,
    query: '{ pets { ... on Dog { legs } ... on Fish { gait } } }',
    stock: { data: { pets: [{ legs: 4 }, { gait: null }] } },
    right: { data: { pets: [{ legs: 4 }, { gait: 'on 0 legs' }] } },
  },
  'an alias named as a key, of an entity that is not known elsewhere': {
    subgraphs: { products: shop.products, names: { sdl: 'type Product @key(fields: "upc") { upc: String! maker: String }', rows: { Product: [] } } },
    query: '{ product { upc: maker } }',
    stock: { data: { product: { upc: 'p1' } } },
    right: { data: { product: { upc: null } } },
  },
};
