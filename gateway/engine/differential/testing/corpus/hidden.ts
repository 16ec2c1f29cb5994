import { getIntrospectionQuery } from 'graphql';
import type { World } from '../world';

/** What clients may see, and which operation is meant. */
export const hidden: World = {
  subgraphs: {
    open: {
      sdl: `
        directive @shade(of: String) on FIELD_DEFINITION | OBJECT
        extend schema @link(url: "https://example.test/shade/v1.0", import: ["@shade"]) @composeDirective(name: "@shade")
        "Where it begins."
        type Query { note: Note notes(old: Boolean = false @deprecated(reason: "gone"), mark: Mark = RED): [Note!]! secret: Secret @inaccessible }
        type Note implements Node @key(fields: "id") @shade(of: "grey") { "Its name." id: ID! text: String @tag(name: "public") draft: String @inaccessible mark: Mark was: String @deprecated }
        type Secret @inaccessible { id: ID! }
        interface Node { id: ID! }
        enum Mark { RED BLUE GREEN @inaccessible }
        input Search { text: String = "x" hidden: Int @inaccessible }
        type Mutation { find(search: Search): Note }`,
      rows: {
        Query: [{ note: { id: '1' }, notes: [{ id: '1' }, { id: '2' }], secret: { id: 's' } }],
        Note: [
          { id: '1', text: 'a', draft: 'd', mark: 'RED', was: 'w' },
          { id: '2', text: 'b', draft: 'd', mark: null, was: null },
        ],
      },
    },
    more: {
      sdl: `
        type Note @key(fields: "id") { id: ID! draft: String @external length: Int @requires(fields: "draft") }`,
      rows: { Note: ['1', '2'].map((id) => ({ id, length: (_: object, { draft }: { draft: string }) => draft.length })) },
    },
  },
  cases: {
    'what is hidden cannot be asked': { query: '{ note { draft } }', fails: true },
    'a hidden root field cannot be asked': { query: '{ secret { id } }', fails: true },
    'a hidden value of an enum cannot be given': { query: '{ notes(mark: GREEN) { id } }', fails: true },
    'what is hidden can be required': '{ note { length } }',
    'tagged, deprecated and shaded fields are as others': '{ note { id text was mark } }',
    'an interface of the schema': '{ notes { ... on Node { id __typename } } }',

    'the whole schema': getIntrospectionQuery(),
    'the whole schema, with all there is': getIntrospectionQuery({ specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true }),
    'a type by its name': '{ __type(name: "Note") { name kind fields { name } interfaces { name } } }',
    'a type by a variable': { query: 'query($n: String!) { __type(name: $n) { name fields(includeDeprecated: true) { name isDeprecated } } }', variables: { n: 'Note' } },
    'a type by a variable with a default': 'query($n: String! = "Mark") { __type(name: $n) { enumValues { name } } }',
    'two types by variables': { query: 'query($a: String!, $b: String!) { a: __type(name: $a) { kind } b: __type(name: $b) { kind } }', variables: { a: 'Mark', b: 'Node' } },
    'deprecated fields by a variable': { query: 'query($d: Boolean!) { __type(name: "Note") { fields(includeDeprecated: $d) { name } } }', variables: { d: true } },
    'a hidden type by its name': '{ __type(name: "Secret") { name } }',
    'introspection in a fragment': 'query { ...F } fragment F on Query { __schema { ...S } } fragment S on __Schema { queryType { name } mutationType { name } subscriptionType { name } directives { name } }',
    'introspection beside data': '{ note { text } __schema { queryType { name } } __typename }',
    'introspection under conditions': { query: 'query($s: Boolean!, $d: Boolean!) { __schema @skip(if: $s) { queryType { name } } __type(name: "Note") { name @skip(if: $s) fields @include(if: $d) { name } } }', variables: { s: false, d: false } },
    'introspection that is skipped': { query: 'query($s: Boolean!) { __schema @skip(if: $s) { queryType { name } } note { id } }', variables: { s: true } },

    'one of several operations': { query: 'query A { note { id } } query B { notes { text } }', operationName: 'B' },
    'one of several operations, with its own variables': { query: 'query A($s: Boolean!) { note { id @skip(if: $s) } } query B($n: String!) { __type(name: $n) { name } }', operationName: 'B', variables: { n: 'Note' } },
    'the only operation, by its name': { query: 'query A { note { id } }', operationName: 'A' },
    'an operation that is not there': { query: 'query A { note { id } }', operationName: 'B', fails: true },
    'several operations and no name': { query: 'query A { note { id } } query B { note { text } }', fails: true },
    'several operations that share a fragment': { query: 'query A { note { ...N } } query B { notes { ...N mark } } fragment N on Note { text length }', operationName: 'B' },
    'no operation at all': { query: 'fragment N on Note { text }', fails: true },
    'an anonymous operation among others': { query: '{ note { id } } query B { note { text } }', fails: true },
  },
};
