import { buildSubgraphSchema } from '@apollo/subgraph';
import fc from 'fast-check';
import { parse, validate } from 'graphql';
import { treeSdl } from '../../testing/tree-type';
import { readFetchShape } from './fetch-shape';
import { compilePart, createPartCompiler } from './part';
import { indexVersion } from './version-index';

const [v1, v2] = [indexVersion(treeSdl.v1), indexVersion(treeSdl.v2)];
const oldSchema = buildSubgraphSchema({ typeDefs: parse(treeSdl.v1) });

const leaf = fc.constantFrom('id', 'title', 'shade', 'ring { year }', 'ring { leaf { id } }', '... on TreeLeaf { ring { year } }', '...Leaf', '...Ringed', 'x: ring { y: year @include(if: $b) }');
const leaves = fc.uniqueArray(leaf, { minLength: 1 }).map((fields) => fields.join(' '));
const thing = fc.constantFrom('... on TreeRing { year }', '... on TreeLeaf { id ring { year } }', '... on TreeNut { weight }', '...Ring', '... @include(if: $b) { ... on TreeRing { year } }');
const things = fc.uniqueArray(thing, { minLength: 1 }).map((fields) => fields.join(' '));
const root = fc.oneof(
  leaves.map((inner) => `treeRoot(projectId: $p) { ${inner} }`),
  leaves.map((inner) => `treeLeaves(projectId: "p", first: $n) { ${inner} }`),
  leaves.map((inner) => `treeLeaves(projectId: "p", shade: $s) { ${inner} }`),
  things.map((inner) => `treeThings(projectId: $p) { ${inner} }`),
  fc.constantFrom('treeReport(projectId: $p, filter: { shade: $s })', 'treeReport(projectId: $p, filter: { size: $n })', 'treeRings(projectId: $p) { year }'),
);
const FRAGMENTS = 'fragment Leaf on TreeLeaf { title ring { year } } fragment Ringed on TreeLeaf { ring { year } ...Leaf } fragment Ring on TreeRing { year leaf { id } }';

describe('compiling a part for a version', () => {
  it('writes only what that version accepts, whatever was asked', () => {
    fc.assert(
      fc.property(fc.array(root, { minLength: 1, maxLength: 6 }), (roots) => {
        const fields = roots.map((field, index) => `f${index}: ${field}`).join('\n');
        const shape = readFetchShape(`query ($p: ID!, $n: Int, $s: TreeShade, $b: Boolean!) { ${fields} } ${FRAGMENTS}`);
        const part = compilePart(shape, shape.roots, v1, [v1, v2]);
        expect(part.refused.size + (part.text.match(/^ {2}f\d+:/gm) ?? []).length).toBe(roots.length);
        if (part.text) expect(validate(oldSchema, parse(part.text)).map(({ message }) => message)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('compiles the same question to the same version once', () => {
    const compile = createPartCompiler({ index: (hash) => (hash === 'v1' ? v1 : v2), all: [v1, v2] });
    const shape = readFetchShape('{ a: treeRoot(projectId: "p") { id ring { year } } b: treeRoot(projectId: "q") { id } }');
    const [a, b] = shape.roots;
    expect(compile(shape, shape.roots, 'v1')).toBe(compile(shape, shape.roots, 'v1'));
    expect(compile(shape, shape.roots, 'v1').text).not.toEqual(compile(shape, shape.roots, 'v2').text);
    expect(compile(shape, a ? [a] : [], 'v1').text).not.toEqual(compile(shape, b ? [b] : [], 'v1').text);
  });
});
