import fc from 'fast-check';
import { graphql } from 'graphql';
import { reader, routeOf, treeSource } from '../../testing/tree-source';
import { treeInstance } from '../../testing/tree-type';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const leaf = (projectId: string, id: string) => ({ __typename: 'TreeLeaf', projectId, id });
const project = (id: string) => ({ __typename: 'Project', id });
const QUERY = 'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on TreeLeaf { title } ... on Project { tree { title } } } }';

const three = () => treeSource({ p1: treeInstance('v2', ['p1']), p2: treeInstance('v2', ['p2']), p3: null });

describe('a fetch of entities of several projects', () => {
  it('asks each project once and puts the answers back in order', async () => {
    const tree = three();
    const answer = await tree.ask(QUERY, { representations: [leaf('p2', 'x'), project('p1'), leaf('p1', 'y'), leaf('p2', 'z')] });
    expect(plain(answer)).toEqual({ data: { _entities: [{ title: 'p2-x' }, { tree: { title: 'tree of p1' } }, { title: 'p1-y' }, { title: 'p2-z' }] } });
    expect(tree.transport.sent).toHaveLength(2);
    expect(tree.transport.sent.map(({ variables }) => (variables.representations as unknown[]).length).sort()).toEqual([2, 2]);
  });

  it('does not merge equal representations', async () => {
    const tree = three();
    await tree.ask(QUERY, { representations: [leaf('p1', 'x'), leaf('p1', 'x')] });
    expect(tree.transport.sent[0]?.variables.representations).toHaveLength(2);
  });

  it('gives error paths the place in the whole list', async () => {
    const answer = await three().ask(QUERY, { representations: [leaf('p1', 'a'), leaf('p2', 'b'), leaf('p1', 'broken')] });
    expect(plain(answer.data)).toEqual({ _entities: [{ title: 'p1-a' }, { title: 'p2-b' }, null] });
    expect(answer.errors).toEqual([expect.objectContaining({ message: 'broken leaf', path: ['_entities', 2] })]);
  });

  it('nulls the entities of a project that is down, each with its error, and of no other', async () => {
    const answer = await three().ask(QUERY, { representations: [project('p3'), project('p1'), leaf('p3', 'x')] });
    expect(plain(answer.data)).toEqual({ _entities: [null, { tree: { title: 'tree of p1' } }, null] });
    const extensions = { code: 'PROJECT_UNAVAILABLE', projectId: 'p3', status: 'ACTIVE' };
    expect(answer.errors?.map(({ path, extensions: shown }) => ({ path, extensions: shown }))).toEqual([
      { path: ['_entities', 0], extensions },
      { path: ['_entities', 2], extensions },
    ]);
  });

  it('answers null without a call and without an error for what is another type, unknown, or hidden from the caller', async () => {
    const tree = treeSource({ p1: treeInstance('v2', ['p1']) }, { stone: routeOf('stone', { type: 'stone' }), far: routeOf('far', { organizationId: 'o2' }) });
    const representations = [project('stone'), project('nowhere'), project('far'), { __typename: 'Stranger', id: 'p1' }, { __typename: 'Project' }, { __typename: '__proto__', id: 'p1' }];
    expect(plain(await tree.ask(QUERY, { representations }))).toEqual({ data: { _entities: [null, null, null, null, null, null] } });
    expect(plain(await tree.ask(QUERY, { representations: [project('p1')] }, { ...reader, permissions: [] }))).toEqual({ data: { _entities: [null] } });
    expect(tree.transport.sent).toEqual([]);
  });

  it('says PROJECT_CLOSED for a closed project', async () => {
    const tree = treeSource({}, { p1: routeOf('p1', { status: 'CLOSED' }) });
    const answer = await tree.ask(QUERY, { representations: [project('p1')] });
    expect(answer.errors?.[0]).toMatchObject({ path: ['_entities', 0], extensions: { code: 'PROJECT_CLOSED' } });
  });

  it.each([
    ['too few entities', '{"data":{"_entities":[]}}', 'PROJECT_UNAVAILABLE'],
    ['no data', '{"errors":[{"message":"no","extensions":{"code":"NOT_READY"}}]}', 'NOT_READY'],
    ['nothing at all', '{}', 'PROJECT_UNAVAILABLE'],
  ])('gives every entity of an instance that answers %s an error', async (_what, text, code) => {
    const tree = treeSource({ p1: { status: 200, text }, p2: treeInstance('v2', ['p2']) });
    const answer = await tree.ask(QUERY, { representations: [leaf('p1', 'a'), leaf('p2', 'b'), leaf('p1', 'c')] });
    expect(plain(answer.data)).toEqual({ _entities: [null, { title: 'p2-b' }, null] });
    expect(answer.errors?.map(({ path, extensions }) => [path?.[1], extensions?.code])).toEqual([
      [0, code],
      [2, code],
    ]);
  });

  it('equals asking one schema that knows all projects, whatever is asked', async () => {
    const ids = fc.constantFrom('p1', 'p2', 'p4');
    const representation = fc.oneof(
      ids.map(project),
      fc.tuple(ids, fc.constantFrom('x', 'y', 'lost', 'broken')).map(([id, name]) => leaf(id, name)),
    );
    const whole = treeInstance('v2', ['p1', 'p2', 'p4']);
    const property = fc.asyncProperty(fc.array(representation, { maxLength: 12 }), async (representations) => {
      const tree = treeSource({ p1: treeInstance('v2', ['p1']), p2: treeInstance('v2', ['p2']), p4: treeInstance('v2', ['p4']) });
      const split = await tree.ask(QUERY, { representations });
      const direct = await graphql({ schema: whole, source: QUERY, variableValues: { representations } });
      const paths = (errors: readonly { path?: readonly unknown[] }[] = []): string[] => errors.map(({ path }) => JSON.stringify(path)).sort();
      expect(plain(split.data)).toEqual(plain(direct.data));
      expect(paths(split.errors)).toEqual(paths(direct.errors));
    });
    await fc.assert(property, { numRuns: 60 });
  });
});
