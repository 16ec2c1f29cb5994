import type { World } from '../world';

/** Names that objects of JavaScript have of their own. */
export const oddNames: World = {
  subgraphs: {
    odd: {
      sdl: `
        type Query { thing: Thing constructor: String things: [Thing!] blob: Any hasOwnProperty(toString: String): String }
        type Thing @key(fields: "valueOf") { valueOf: ID! toString: String constructor: Int data: Any prototype: [Thing] }
        scalar Any`,
      rows: {
        Query: [{ thing: { valueOf: '1' }, constructor: 'made', things: [{ valueOf: '1' }, { valueOf: '2' }], blob: JSON.parse('{"__proto__":{"a":1},"constructor":{"prototype":2},"toString":"x"}') as unknown, hasOwnProperty: (args: object) => JSON.stringify(args) }],
        Thing: [
          { valueOf: '1', toString: 'one', constructor: 1, data: JSON.parse('{"__proto__":[1],"length":3}') as unknown, prototype: [{ valueOf: '2' }, null] },
          { valueOf: '2', toString: null, constructor: null, data: null, prototype: null },
        ],
      },
    },
    more: {
      sdl: `
        type Thing @key(fields: "valueOf") { valueOf: ID! isPrototypeOf: String hasOwnProperty: Boolean propertyIsEnumerable: Thing }`,
      rows: { Thing: [{ valueOf: '1', isPrototypeOf: 'x', hasOwnProperty: true, propertyIsEnumerable: { valueOf: '2' } }] },
    },
  },
  cases: {
    'fields with such names': '{ constructor thing { valueOf toString constructor data } hasOwnProperty(toString: "a") }',
    'fields with such names, null': '{ things { toString constructor prototype { toString } } }',
    'fields with such names of another subgraph': '{ thing { isPrototypeOf hasOwnProperty propertyIsEnumerable { toString } } }',
    'fields with such names that a subgraph does not know': '{ things { isPrototypeOf hasOwnProperty } }',
    'aliases with such names': '{ toString: constructor thing { hasOwnProperty: toString valueOf: constructor __proto__: toString } }',
    'the alias __proto__ at the root': '{ __proto__: constructor after: constructor }',
    'the alias __proto__ of an object': '{ __proto__: thing { toString isPrototypeOf } }',
    'the alias __proto__ of an entity of another subgraph': '{ thing { __proto__: propertyIsEnumerable { toString } } }',
    'the alias __proto__ twice, merged': '{ __proto__: thing { toString } __proto__: thing { isPrototypeOf } }',
    'the alias constructor of __typename': '{ thing { constructor: __typename toString: __typename } }',
    'such keys in a scalar of their own': '{ blob thing { data } }',
    'a variable with such a name': { query: 'query($constructor: String, $toString: Boolean!) { hasOwnProperty(toString: $constructor) thing { valueOf toString @skip(if: $toString) } }', variables: { constructor: 'x', toString: false } },
    'a variable with such a name, absent': 'query($valueOf: String) { hasOwnProperty(toString: $valueOf) }',
    'a fragment with such a name': 'query { thing { ...constructor ...toString } } fragment constructor on Thing { toString } fragment toString on Thing { isPrototypeOf }',
    'an operation with such a name': { query: 'query constructor { thing { isPrototypeOf } }', operationName: 'constructor' },
    'conditions by such a variable on an alias': { query: 'query($__proto__: Boolean!) { thing { toString @include(if: $__proto__) } }', variables: JSON.parse('{"__proto__":true}') as Record<string, unknown> },
    'such keys in variables': { query: 'query($v: String) { hasOwnProperty(toString: $v) }', variables: JSON.parse('{"v":"x","__proto__":{"v":"y"}}') as Record<string, unknown> },
  },
};
