import { routeOf, treeSource, type TreeSource } from '../../testing/tree-source';
import { treeInstance } from '../../testing/tree-type';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** `old` runs version 1 and `young` version 2 of the type; the supergraph speaks version 2. */
const mixed = (): TreeSource => {
  const tree = treeSource({ old: treeInstance('v1', ['old']), young: treeInstance('v2', ['young']) });
  tree.routes.set('old', routeOf('old', { instance: { id: 'i-old', url: 'https://old.test', sdlHash: 'v1' } }));
  return tree;
};
const toOld = (tree: TreeSource): string => tree.transport.sent.find(({ url }) => url.includes('old'))?.query ?? '';
const refused = (path: unknown[], what: RegExp) => expect.objectContaining({ path, message: expect.stringMatching(what), extensions: { code: 'FIELD_NOT_IN_VERSION', projectId: 'old' } });

describe('an older instance beside a newer one', () => {
  it('is not asked for an output field that it does not have', async () => {
    const tree = mixed();
    const answer = await tree.ask('{ a: treeRoot(projectId: "old") { id ring { year } } b: treeRoot(projectId: "young") { id ring { year } } }');
    expect(plain(answer)).toEqual({ data: { a: { id: 'root' }, b: { id: 'root', ring: { year: 5 } } } });
  });

  it('is asked for __typename when nothing else is left', async () => {
    const tree = mixed();
    expect(plain(await tree.ask('{ treeRoot(projectId: "old") { ring { year } } }'))).toEqual({ data: { treeRoot: { __typename: 'TreeLeaf' } } });
  });

  it('loses fragments on types that it does not know, and the variables of what was left out', async () => {
    const tree = mixed();
    const answer = await tree.ask(
      `query ($y: Boolean!, $n: Int) { treeThings(projectId: "old") { ... on TreeLeaf { id ...New } ... on TreeRing { year @include(if: $y) } ...Ring ... on TreeNut { weight } } x: treeLeaves(projectId: "old", first: $n) { ...Kept } }
       fragment New on TreeLeaf { ring { leaf { id } } } fragment Ring on TreeRing { year } fragment Kept on TreeLeaf { title }`,
      { y: true, n: 1 },
    );
    expect(answer.errors).toBeUndefined();
    expect(plain(answer.data)).toEqual({ treeThings: [{ id: 'l1', __typename: 'TreeLeaf' }, { weight: 5 }], x: [{ title: 'old-l1' }] });
    expect(toOld(tree)).not.toMatch(/TreeRing|\$y|fragment Ring/);
  });

  it('answers FIELD_NOT_IN_VERSION for a root field, and the rest proceeds', async () => {
    const answer = await mixed().ask('{ r: treeRings(projectId: "old") { year } a: treeReport(projectId: "old") s: treeRings(projectId: "young") { year } }');
    expect(plain(answer.data)).toEqual({ r: null, a: 'report of old null', s: [{ year: 5 }] });
    expect(answer.errors).toEqual([refused(['r'], /the field Query.treeRings/)]);
  });

  it.each([
    ['an argument', 'query ($s: TreeShade) { f: treeLeaves(projectId: "old", shade: $s) { id } a: treeReport(projectId: "old") }', {}, /the argument shade of Query.treeLeaves/],
    ['an input field in a literal', '{ f: treeReport(projectId: "old", filter: { size: 1 }) a: treeReport(projectId: "old") }', {}, /the input field TreeFilter.size/],
    ['an enum value in a literal list', '{ f: treeReport(projectId: "old", filter: { shades: [DARK, MIXED] }) a: treeReport(projectId: "old") }', {}, /the value MIXED of TreeShade/],
    ['an input field in a variable', 'query ($f: TreeFilter) { f: treeReport(projectId: "old", filter: $f) a: treeReport(projectId: "old") }', { f: { size: 1 } }, /the input field TreeFilter.size/],
    ['an enum value in a variable', 'query ($f: TreeFilter) { f: treeReport(projectId: "old", filter: $f) a: treeReport(projectId: "old") }', { f: { shades: ['MIXED'] } }, /the value MIXED of TreeShade/],
    ['an enum value in a default', 'query ($f: TreeShade = MIXED) { f: treeReport(projectId: "old", filter: { shade: $f }) a: treeReport(projectId: "old") }', {}, /the value MIXED of TreeShade/],
    ['an inherited name as an input field', 'query ($f: TreeFilter) { f: treeReport(projectId: "old", filter: $f) a: treeReport(projectId: "old") }', JSON.parse('{"f":{"__proto__":1}}') as Record<string, unknown>, /the input field TreeFilter.__proto__/],
  ])('executes nothing for a root field with %s that it does not know', async (_what, query, variables, words) => {
    const tree = mixed();
    const answer = await tree.ask(query, variables);
    expect(plain(answer.data)).toEqual({ f: null, a: 'report of old null' });
    expect(answer.errors).toEqual([refused(['f'], words)]);
    expect(toOld(tree)).not.toMatch(/f:/);
  });

  it('takes a variable that names nothing new', async () => {
    const answer = await mixed().ask('query ($f: TreeFilter) { treeReport(projectId: "old", filter: $f) }', { f: { shade: 'LIGHT' } });
    expect(plain(answer)).toEqual({ data: { treeReport: 'report of old {"shade":"LIGHT"}' } });
  });

  it('does not execute a mutation, or an input of it, that it does not know', async () => {
    const grown: string[] = [];
    const tree = mixed();
    tree.transport.servers.set('https://old.test', treeInstance('v1', ['old'], grown));
    const answer = await tree.ask(
      'mutation ($i: TreeGrowInput!) { a: treeFell(projectId: "old") b: treeGrow(projectId: "old", input: $i) { id } c: treeGrow(projectId: "old", input: { title: "c", shade: MIXED }) { id } d: treeGrow(projectId: "old", input: { title: "d" }) { id ring { year } } }',
      { i: { title: 'b', rings: 3 } },
    );
    expect(plain(answer.data)).toEqual({ a: null, b: null, c: null, d: { id: 'd' } });
    expect(answer.errors?.map(({ path, extensions }) => [path, extensions?.code])).toEqual(['a', 'b', 'c'].map((key) => [[key], 'FIELD_NOT_IN_VERSION']));
    expect(grown).toEqual(['old:d']);
  });

  it('answers a promised field that it lacks with an error beside the data', async () => {
    const query = 'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Project { tree { title owner } } } }';
    const answer = await mixed().ask(query, { representations: [{ __typename: 'Project', id: 'young' }, { __typename: 'Project', id: 'old' }] });
    expect(plain(answer.data)).toEqual({ _entities: [{ tree: { title: 'tree of young', owner: 'nobody' } }, { tree: { title: 'tree of old' } }] });
    expect(answer.errors).toEqual([refused(['_entities', 1], /the field TreeProject.owner/)]);
  });

  it('refuses its entities, and no others, when an argument inside is unknown', async () => {
    const query = 'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Project { tree { leaves(shade: DARK) { id } } } } }';
    const answer = await mixed().ask(query, { representations: [{ __typename: 'Project', id: 'old' }, { __typename: 'Project', id: 'young' }] });
    expect(plain(answer.data)).toEqual({ _entities: [null, { tree: { leaves: [{ id: 'l1' }, { id: 'l2' }, { id: 'l3' }] } }] });
    expect(answer.errors).toEqual([refused(['_entities', 0], /the argument shade of TreeProject.leaves/)]);
  });

  it('is asked everything when its version is newer than the supergraph', async () => {
    const tree = mixed();
    tree.routes.set('young', routeOf('young', { instance: { id: 'i-young', url: 'https://young.test', sdlHash: 'v3' } }));
    const answer = await tree.ask('query ($f: TreeFilter) { treeRings(projectId: "young") { year } treeReport(projectId: "young", filter: $f) }', { f: { size: 2 } });
    expect(plain(answer)).toEqual({ data: { treeRings: [{ year: 5 }], treeReport: 'report of young {"size":2}' } });
  });
});
