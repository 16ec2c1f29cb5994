import type { World } from '../world';

/** Variables, arguments and what becomes of them. */
export const inputs: World = {
  subgraphs: {
    echo: {
      sdl: `
        type Query { say(text: String, times: Int = 1, loud: Boolean): String find(filter: Filter): String ids(in: [ID!]): String enums(of: [Mood!] = [GLAD]): String any(value: Any): Any needed(x: Int!): Int deep(in: [[Int]]): String entity(id: ID!): Thing near(x: Float): Float }
        type Thing @key(fields: "id") { id: ID! own(filter: Filter): String }
        input Filter { name: String mood: Mood = CALM and: [Filter!] range: Range tags: [String!] }
        input Range { from: Int = 0 to: Int! }
        enum Mood { GLAD CALM }
        scalar Any`,
      rows: {
        Query: [
          Object.fromEntries([
            ...['say', 'find', 'ids', 'enums', 'deep'].map((name) => [name, (args: object) => JSON.stringify(args)]),
            ['any', ({ value }: { value: unknown }) => value],
            ['needed', ({ x }: { x: number }) => x],
            ['near', ({ x }: { x: number }) => x],
            ['entity', ({ id }: { id: string }) => ({ id, own: (args: object) => JSON.stringify(args) })],
          ]) as Record<string, unknown>,
        ],
      },
    },
    second: {
      sdl: `
        type Thing @key(fields: "id") { id: ID! other(filter: Filter, n: Int = 5, representations: Int): String }
        input Filter { name: String mood: Mood = CALM and: [Filter!] range: Range tags: [String!] }
        input Range { from: Int = 0 to: Int! }
        enum Mood { GLAD CALM }`,
      rows: { Thing: [{ id: '1', other: (args: object) => JSON.stringify(args) }] },
    },
  },
  cases: {
    'defaults of arguments': '{ say find enums }',
    'a literal null is not nothing': '{ say(text: null, times: null) }',
    'a variable that is absent': 'query($t: String) { say(text: $t) }',
    'a variable that is null': { query: 'query($t: String) { say(text: $t) }', variables: { t: null } },
    'a variable with a default, absent': 'query($t: Int = 7) { say(times: $t) }',
    'a variable with a default, null': { query: 'query($t: Int = 7) { say(times: $t) }', variables: { t: null } },
    'a variable with a default, given': { query: 'query($t: Int = 7) { say(times: $t) }', variables: { t: 8 } },
    'an absent variable for an argument with a default': 'query($t: Int) { say(times: $t) }',
    'a variable that nothing uses in a fetch': { query: 'query($a: Int!, $i: Boolean!) { say(times: $a) needed(x: $a) @include(if: $i) }', variables: { a: 1, i: false } },
    'variables that are not declared are ignored': { query: '{ say }', variables: { x: 1 } },
    'a list for a list': { query: 'query($i: [ID!]) { ids(in: $i) }', variables: { i: ['a', 2] } },
    'one thing for a list': { query: 'query($i: [ID!]) { ids(in: $i) }', variables: { i: 'a' } },
    'one thing for a list of lists': { query: 'query($i: [[Int]]) { deep(in: $i) }', variables: { i: 3 } },
    'nulls in lists of lists': { query: 'query($i: [[Int]]) { deep(in: $i) }', variables: { i: [null, [1, null]] } },
    'an input object': { query: 'query($f: Filter) { find(filter: $f) }', variables: { f: { name: 'a', range: { to: 3 }, and: [{ mood: 'GLAD' }] } } },
    'variables within an input object': { query: 'query($n: String, $t: Int!) { find(filter: { name: $n, range: { to: $t }, tags: ["x", "y"] }) }', variables: { t: 3 } },
    'variables within a list': { query: 'query($a: ID!, $b: ID!) { ids(in: [$a, "z", $b]) }', variables: { a: '1', b: '2' } },
    'an enum': { query: 'query($m: [Mood!]) { enums(of: $m) }', variables: { m: ['CALM', 'GLAD'] } },
    'an enum as one thing': { query: 'query($m: Mood!) { enums(of: [$m]) }', variables: { m: 'CALM' } },
    'any value at all': { query: 'query($v: Any) { any(value: $v) }', variables: { v: { a: [1, { b: null }], c: 'x' } } },
    'any value, written in the query': '{ any(value: { a: [1, 2.5, "x", null, true], b: { c: ENUMLIKE } }) }',
    'an id as a number': { query: 'query($i: ID!) { entity(id: $i) { id } }', variables: { i: 1 } },
    'a whole number for a fraction': { query: 'query($x: Float) { near(x: $x) }', variables: { x: 2 } },
    'variables for two subgraphs': { query: 'query($f: Filter, $n: Int) { entity(id: "1") { own(filter: $f) other(filter: $f, n: $n) } }', variables: { f: { name: 'q', range: { to: 1 } } } },
    'a variable of an entity, absent': 'query($n: Int) { entity(id: "1") { other(n: $n) } }',
    'a variable of an entity, with a default': 'query($n: Int = 9) { entity(id: "1") { other(n: $n) } }',
    'strings with all kinds of characters': { query: 'query($t: String) { say(text: $t) any(value: "\\u2028 \\" \\\\ é 🎈") }', variables: { t: '"\\\n\u2028🎈</script>' } },
    'a block string': '{ say(text: """\n    a\n      b "c"\n  """) }',

    'a missing variable that is needed': { query: 'query($x: Int!) { needed(x: $x) }', fails: true },
    'null for a variable that is needed': { query: 'query($x: Int!) { needed(x: $x) }', variables: { x: null }, fails: true },
    'text for an integer variable': { query: 'query($x: Int!) { needed(x: $x) }', variables: { x: '1' }, fails: true },
    'a large integer variable': { query: 'query($x: Int!) { needed(x: $x) }', variables: { x: 2147483648 }, fails: true },
    'an unknown enum value': { query: 'query($m: [Mood!]) { enums(of: $m) }', variables: { m: ['SAD'] }, fails: true },
    'an unknown field of an input object': { query: 'query($f: Filter) { find(filter: $f) }', variables: { f: { nam: 'x' } }, fails: true },
    'a missing field of an input object': { query: 'query($f: Filter) { find(filter: $f) }', variables: { f: { and: [{ range: {} }] } }, fails: true },
    'several wrong variables at once': { query: 'query($a: Int!, $b: Boolean, $f: Filter) { needed(x: $a) say(loud: $b) find(filter: $f) }', variables: { a: 'x', b: 3, f: { tags: [1, null] } }, fails: true },
    'an object for text': { query: 'query($t: String) { say(text: $t) }', variables: { t: { a: 1 } }, fails: true },
    'null in a list that may hold none': { query: 'query($i: [ID!]) { ids(in: $i) }', variables: { i: ['a', null] }, fails: true },
    'wrong variables of a query of which nothing is fetched': { query: 'query($x: Int!) { __typename needed(x: $x) @skip(if: true) }', fails: true },
    'an argument of the wrong type': { query: '{ needed(x: "1") }', fails: true },
    'an unknown field': { query: '{ sya }', fails: true },
    'an unknown argument': { query: '{ say(txt: "a") }', fails: true },
    'an unknown type of a variable': { query: 'query($x: Nope) { say }', fails: true },
    'a variable that is not declared': { query: '{ say(text: $t) }', fails: true },
    'a syntax error': { query: '{ say( }', fails: true },
    'nothing but white space': { query: '  ', fails: true },
    'fields that cannot be merged': { query: '{ x: say x: find }', fails: true },
    'a fragment that spreads itself': { query: 'query { ...F } fragment F on Query { say ...F }', fails: true },
  },
};
