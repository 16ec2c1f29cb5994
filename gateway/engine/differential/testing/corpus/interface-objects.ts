import type { World } from '../world';

/** Entity interfaces and `@interfaceObject`. */
export const interfaceObjects: World = {
  subgraphs: {
    media: {
      sdl: `
        type Query { media: [Media!]! medium(id: ID!): Media }
        interface Media @key(fields: "id") { id: ID! title: String }
        type Audio implements Media @key(fields: "id") { id: ID! title: String seconds: Int }
        type Image implements Media @key(fields: "id") { id: ID! title: String width: Int }`,
      rows: {
        Query: [
          {
            media: [{ __typename: 'Audio', id: 'a' }, { __typename: 'Image', id: 'i' }],
            medium: ({ id }: { id: string }) => ({ __typename: id.startsWith('a') ? 'Audio' : 'Image', id }),
          },
        ],
        Media: [
          { __typename: 'Audio', id: 'a', title: 'Song', seconds: 60 },
          { __typename: 'Image', id: 'i', title: 'Map', width: 800 },
        ],
        Audio: [{ id: 'a', title: 'Song', seconds: 60 }],
        Image: [{ id: 'i', title: 'Map', width: 800 }],
      },
    },
    likes: {
      sdl: `
        type Query { liked: [Media] }
        type Media @key(fields: "id") @interfaceObject { id: ID! likes(since: Int): Int fans: [Fan!] }
        type Fan @key(fields: "id") { id: ID! favourite: Media }`,
      rows: {
        Query: [{ liked: [{ id: 'i' }, null, { id: 'a' }] }],
        Media: [
          { id: 'a', likes: ({ since = 0 }: { since?: number }) => 3 + since, fans: [{ id: 'f' }] },
          { id: 'i', likes: ({ since = 0 }: { since?: number }) => 7 + since, fans: [] },
        ],
        Fan: [{ id: 'f', favourite: { id: 'i' } }],
      },
    },
    notes: {
      sdl: `
        type Query { pinned: Media! }
        type Media @key(fields: "id") @interfaceObject { id: ID! title: String @external note: String @requires(fields: "title") }
        type Fan @key(fields: "id") { id: ID! name: String! }`,
      rows: {
        Query: [{ pinned: { id: 'a' } }],
        Media: ['a', 'i'].map((id) => ({ id, note: (_: object, { title }: { title?: string }) => `${title}?` })),
        Fan: [{ id: 'f', name: 'Flo' }],
      },
    },
  },
  cases: {
    'a field that the interface object adds': '{ media { title likes } }',
    'from the interface object to the real type': '{ liked { __typename title } }',
    'from the interface object to a type condition': '{ liked { likes ... on Audio { seconds } ... on Image { width likes } } }',
    'only __typename of an interface object': '{ liked { __typename } }',
    'only what the interface object has': '{ liked { id likes } }',
    'between two interface objects': '{ liked { note } pinned { likes } }',
    'a requirement of an interface object': '{ media { note } }',
    'an interface object within an entity': '{ media { fans { name favourite { __typename title note } } } }',
    'added fields within type conditions': '{ media { ... on Audio { likes } ... on Image { note } } }',
    'added fields with arguments and aliases': '{ media { a: likes b: likes(since: 5) } liked { c: likes(since: 1) } }',
    'an entity interface by id': '{ medium(id: "i") { __typename title likes note } }',
    'a type that does not exist there': '{ pinned { ... on Image { width } } }',
    '__typename aliased, between interface objects': '{ liked { kind: __typename likes note } }',
  },
};
