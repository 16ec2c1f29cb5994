import type { World } from '../world';

/** Interfaces and unions of subgraphs that know different parts of them. */
export const abstract: World = {
  subgraphs: {
    library: {
      sdl: `
        type Query { items: [Item!]! item(id: ID!): Item search: [Found] shelf: Shelf owned: [Owned] }
        interface Item { id: ID! title: String related: [Item!] }
        interface Owned { owner: Member }
        type Book implements Item & Owned @key(fields: "id") { id: ID! title: String pages: Int related: [Item!] owner: Member }
        type Film implements Item & Owned @key(fields: "id") { id: ID! title: String minutes: Int related: [Item!] owner: Member }
        type Leaflet implements Item { id: ID! title: String related: [Item!] }
        type Shelf { top: Item any: Found all: [[Item]] }
        type Member @key(fields: "id") { id: ID! name: String }
        union Found = Book | Film | Member`,
      rows: {
        Query: [
          {
            items: [{ __typename: 'Book', id: 'b1' }, { __typename: 'Film', id: 'f1' }, { __typename: 'Leaflet', id: 'l1' }],
            item: ({ id }: { id: string }) => (id === 'b1' ? { __typename: 'Book', id } : id === 'f1' ? { __typename: 'Film', id } : null),
            search: [{ __typename: 'Film', id: 'f1' }, null, { __typename: 'Member', id: 'm1' }, { __typename: 'Book', id: 'b1' }],
            shelf: { top: { __typename: 'Film', id: 'f1' }, any: { __typename: 'Member', id: 'm1' }, all: [[{ __typename: 'Book', id: 'b1' }, null], [], null, [{ __typename: 'Leaflet', id: 'l1' }]] },
            owned: [{ __typename: 'Book', id: 'b1' }, { __typename: 'Film', id: 'f1' }],
          },
        ],
        Book: [{ id: 'b1', title: 'Moby', pages: 600, related: [{ __typename: 'Film', id: 'f1' }], owner: { id: 'm1' } }],
        Film: [{ id: 'f1', title: 'Jaws', minutes: 120, related: [{ __typename: 'Book', id: 'b1' }, { __typename: 'Leaflet', id: 'l1' }], owner: null }],
        Leaflet: [{ id: 'l1', title: 'Come!', related: null }],
        Member: [{ id: 'm1', name: 'Ada' }],
      },
    },
    ratings: {
      sdl: `
        type Query { best: Rated rated: [Rated!] either: Either }
        interface Rated { id: ID! stars(outOf: Int = 5): Int }
        type Book implements Rated @key(fields: "id") { id: ID! stars(outOf: Int = 5): Int by: [Member!] }
        type Film implements Rated @key(fields: "id") { id: ID! stars(outOf: Int = 5): Int director: Person }
        type Member @key(fields: "id") { id: ID! books: [Book] }
        type Person { name: String! }
        union Either = Book | Person`,
      rows: {
        Query: [{ best: { __typename: 'Book', id: 'b1' }, rated: [{ __typename: 'Film', id: 'f1' }, { __typename: 'Book', id: 'b1' }], either: { __typename: 'Person', name: 'Steven' } }],
        Book: [{ id: 'b1', stars: ({ outOf }: { outOf: number }) => outOf - 1, by: [{ id: 'm1' }] }],
        Film: [{ id: 'f1', stars: ({ outOf }: { outOf: number }) => outOf - 2, director: { name: 'Steven' } }],
        Member: [{ id: 'm1', books: [{ id: 'b1' }, null] }],
      },
    },
  },
  cases: {
    'a field of an interface': '{ items { id title } }',
    '__typename of an interface, a union and their lists': '{ items { __typename } search { __typename } shelf { top { __typename } any { __typename } } }',
    'type conditions on an interface': '{ items { title ... on Book { pages } ... on Film { minutes } } }',
    'type conditions reach into another subgraph': '{ items { id ... on Book { stars } ... on Film { stars director { name } } } }',
    'type conditions with the same key and other arguments': '{ items { ... on Book { score: stars(outOf: 10) } ... on Film { score: stars } } }',
    'a union': '{ search { ... on Book { title } ... on Film { title minutes } ... on Member { name } } }',
    'a union whose member the query leaves out': '{ search { ... on Book { title } } }',
    'a union across subgraphs': '{ search { __typename ... on Member { books { title stars } } ... on Film { director { name } } } }',
    'an interface on a union': '{ search { ... on Item { id title } ... on Member { name } } }',
    'an interface on an interface': '{ items { ... on Owned { owner { name books { pages } } } title } }',
    'an interface that only one subgraph has, on the other': '{ best { id ... on Book { title pages } } rated { stars ... on Film { minutes } } }',
    'an interface of the other subgraph on this one': '{ items { ... on Rated { stars } title } }',
    'related things of related things': '{ items { related { title related { __typename id ... on Book { stars } } } } }',
    'lists of lists of an interface': '{ shelf { all { __typename id ... on Book { pages stars } } } }',
    'named fragments on interfaces': 'query { items { ...I } search { ...I } } fragment I on Item { title ... on Film { ...F } } fragment F on Film { minutes stars }',
    'nested type conditions that cannot both hold': '{ items { ... on Item { ... on Owned { ... on Book { pages } } } } }',
    'the same key of different types': '{ search { ... on Book { what: pages } ... on Film { what: minutes } } }',
    '__typename below a type condition': '{ items { ... on Book { kind: __typename } ... on Leaflet { __typename } } }',
    'conditions on fragments of an interface': { query: 'query($b: Boolean!) { items { title ... on Book @include(if: $b) { pages stars } ... on Film @skip(if: $b) { minutes stars } } }', variables: { b: true } },
    'an interface and its types ask the same composite': '{ items { related { id } ... on Book { related { title } } ... on Film { related { ... on Book { stars } } } } }',
    'a null interface': '{ item(id: "none") { title } }',
    'an interface by a variable': { query: 'query($id: ID!) { item(id: $id) { __typename ...on Film { minutes } ... on Book { stars } } }', variables: { id: 'f1' } },
    'a union with a type that is no entity': '{ either { ... on Person { name } ... on Book { title } } }',
    'keys in order through type conditions': '{ items { ... on Film { minutes } title ... on Book { stars pages } id } }',
    'aliases on an interface across subgraphs': '{ things: items { label: title ... on Book { label2: title s: stars } } }',
    'an owner through an interface': '{ owned { owner { name } ... on Film { title } } }',
  },
};
