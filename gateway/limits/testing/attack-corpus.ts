import { gzipSync } from 'node:zlib';

/** A request that must be refused before any subgraph hears of it. */
export interface Attack {
  /** As latin1 where it is compressed. */
  body: string;
  headers?: Record<string, string>;
  /** Of HTTP; 200 when left out. */
  status?: number;
  code: string;
  /** Named by one of the errors. */
  limit?: string;
}

/** The parts of a schema that attacks are written in. */
export interface Target {
  /** A root field that takes nothing, with its selection. */
  root(directives?: string): string;
  /** A root field with one object. */
  object(selection: string): string;
  /** A field of that object that has no selection. */
  leaf: string;
  /** Two fields that lead from that object, by its type's name, back to where they can be asked again. */
  circle: { parent: string; fields: readonly [string, string] };
  /** A root field with a page of so many. */
  list(first: string): string;
  /** A root field with pages in lists, dear by their product only. */
  lists: string;
  /** A root field with a value in the place of an id. */
  argument(value: string): string;
}

const times = (count: number, write: (index: number) => string): string => Array.from({ length: count }, (_, index) => write(index)).join(' ');
const body = (query: string, variables?: unknown): string => JSON.stringify({ query, variables });

/** What has been tried on GraphQL servers, by name. Whoever may ask nothing at all is refused the same. */
export function attacksOn({ root, object, leaf, circle: { parent, fields: [out, back] }, list, lists, argument }: Target): Record<string, Attack> {
  return {
    'aliases, a hundred': { body: body(`{ ${times(100, (i) => `a${i}: ${root()}`)} }`), code: 'OPERATION_TOO_LARGE', limit: 'rootFields' },
    'aliases, deeper': { body: body(`{ ${object(times(100, (i) => `a${i}: ${leaf}`))} }`), code: 'OPERATION_TOO_LARGE', limit: 'aliases' },
    'aliases, ten thousand': { body: body(`{ ${times(10_000, (i) => `a${i}: ${root()}`)} }`), code: 'OPERATION_TOO_LARGE', limit: 'characters' },
    'more tokens than are read': { body: body(`{ ${'a '.repeat(6000)} }`), code: 'GRAPHQL_PARSE_FAILED' },
    directives: { body: body(`{ ${root('@include(if: true) '.repeat(500))} }`), code: 'OPERATION_TOO_LARGE', limit: 'directives' },
    'directives that nobody knows': { body: body(`{ ${root('@a '.repeat(1000))} }`), code: 'OPERATION_TOO_LARGE', limit: 'directives' },
    depth: { body: body(`{ ${object(`${`${out} { ${back} { `.repeat(50)} id ${'} }'.repeat(50)}`)} }`), code: 'OPERATION_TOO_LARGE', limit: 'depth' },
    'depth, as far as tokens reach': { body: body(`${'{a'.repeat(1600)}${'}'.repeat(1600)}`), code: 'OPERATION_TOO_LARGE', limit: 'depth' },
    'depth of a value': { body: body(`{ ${argument(`${'['.repeat(2400)}${']'.repeat(2400)}`)} }`), code: 'GRAPHQL_VALIDATION_FAILED' },
    'depth of inline fragments': { body: body(`${'{...'.repeat(1600)}{${root()}}${'}'.repeat(1600)}`), code: 'OPERATION_TOO_LARGE', limit: 'nesting' },
    'depth of fragments': { body: body(`{ ...F0 } ${times(500, (i) => `fragment F${i} on Query { ...F${i + 1} }`)} fragment F500 on Query { ${root()} }`), code: 'OPERATION_TOO_LARGE', limit: 'nesting' },
    'fragments in circles': { body: body(`{ ...A } fragment A on Query { ...B } fragment B on Query { ...A ${root()} }`), code: 'GRAPHQL_VALIDATION_FAILED' },
    'fragments in circles, through fields': { body: body(`{ ${object('...L')} } fragment L on ${parent} { ${out} { ${back} { ...L } } }`), code: 'GRAPHQL_VALIDATION_FAILED' },
    'fragments that double a hundred times': { body: body(`{ ...F0 } ${times(100, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)} fragment F100 on Query { ${root()} }`), code: 'OPERATION_TOO_LARGE', limit: 'fields' },
    'one field, five hundred times': { body: body(`{ ${`${root()} `.repeat(500)} }`), code: 'OPERATION_TOO_LARGE', limit: 'rootFields' },
    'one field, through inline fragments': { body: body(`{ ${object(`... { ${leaf} } `.repeat(500))} }`), code: 'OPERATION_TOO_LARGE', limit: 'duplicates' },
    'a large operation beside a small one': { body: JSON.stringify({ query: `query A { ${root()} } query B { ${object(`${leaf} `.repeat(1000))} }`, operationName: 'A' }), code: 'OPERATION_TOO_LARGE', limit: 'duplicates' },
    'a megabyte of comment': { body: body(`#${'x'.repeat(900_000)}\n{ ${root()} }`), code: 'OPERATION_TOO_LARGE', limit: 'characters' },
    'a body of ten megabytes': { body: body(`{ ${root()} }`, { x: 'x'.repeat(10 * 1024 * 1024) }), status: 413, code: 'BAD_USER_INPUT' },
    'a batch of ten': { body: `[${Array(10).fill(body(`{ ${root()} }`)).join()}]`, status: 400, code: 'BATCH_REFUSED' },
    'a batch of a thousand': { body: `[${Array(1000).fill(body(`{ ${root()} }`)).join()}]`, status: 400, code: 'BATCH_REFUSED' },
    'a page of two thousand million': { body: body(`{ ${list('2147483647')} }`), code: 'OPERATION_TOO_COSTLY', limit: 'cost' },
    'the same as a variable': { body: body(`query ($n: Int) { ${list('$n')} }`, { n: 2147483647 }), code: 'OPERATION_TOO_COSTLY', limit: 'cost' },
    'pages in lists': { body: body(`{ ${lists} }`), code: 'OPERATION_TOO_COSTLY', limit: 'cost' },
    'a size that is none': { body: body(`query ($n: Int) { ${list('$n')} }`, { n: '1e9' }), code: 'BAD_USER_INPUT' },
    'variables a hundred thousand arrays deep': {
      body: `{"query":"mutation ($i: CreateProjectInput!) { createProject(input: $i, idempotencyKey: \\"k\\") { id } }","variables":{"i":{"name":"n","type":"t","settings":${'['.repeat(100_000)}${']'.repeat(100_000)}}}}`,
      code: 'BAD_USER_INPUT',
    },
    'a subgraph’s own fields': { body: body('{ _entities(representations: [{ __typename: "Project", id: "p1" }]) { __typename } }'), code: 'GRAPHQL_VALIDATION_FAILED' },
    'the schema': { body: body('{ __schema { types { name fields { name } } } }'), code: 'FORBIDDEN' },
    'the schema, many times': { body: body(`{ ${times(15, (i) => `a${i}: __schema { types { name } }`)} }`), code: 'FORBIDDEN' },
    'the schema, deep': { body: body(`{ __schema { types { ${'fields { type { '.repeat(8)} name ${'} }'.repeat(8)} } } }`), code: 'GRAPHQL_VALIDATION_FAILED' },
    'a type by name': { body: body('query ($n: String!) { ...F } fragment F on Query { __type(name: $n) { fields { name } } }', { n: 'Project' }), code: 'FORBIDDEN' },
    'a compressed body': { body: gzipSync(body(`{ ${root()} }`)).toString('latin1'), headers: { 'content-encoding': 'gzip' }, status: 415, code: 'BAD_USER_INPUT' },
    'a form': { body: `query={${root()}}`, headers: { 'content-type': 'application/x-www-form-urlencoded' }, status: 415, code: 'BAD_USER_INPUT' },
    'a form of several parts': { body: `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{"query":"{ ${root()} }"}\r\n--x--`, headers: { 'content-type': 'multipart/form-data; boundary=x' }, status: 415, code: 'BAD_USER_INPUT' },
  };
}
