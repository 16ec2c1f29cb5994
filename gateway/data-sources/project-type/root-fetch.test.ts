import fc from 'fast-check';
import { graphql } from 'graphql';
import { reader, routeOf, treeSource } from '../../testing/tree-source';
import { treeInstance } from '../../testing/tree-type';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const both = () => treeSource({ p1: treeInstance('v2', ['p1']), p2: treeInstance('v2', ['p2']) });
const sentTo = (source: ReturnType<typeof treeSource>): string[] => source.transport.sent.map(({ url }) => url.replace(/^https:\/\/|\.test$/g, ''));

describe('a root fetch about several projects', () => {
  it('asks each project once and answers in document order', async () => {
    const tree = both();
    const answer = await tree.ask('query ($b: ID!) { y: treeRoot(projectId: $b) { title } x: treeReport(projectId: "p1") z: treeRoot(projectId: "p2") { id } }', { b: 'p2' });
    expect(Object.keys(answer.data ?? {})).toEqual(['y', 'x', 'z']);
    expect(plain(answer)).toEqual({ data: { y: { title: 'p2-root' }, x: 'report of p1 null', z: { id: 'root' } } });
    expect(sentTo(tree).sort()).toEqual(['p1', 'p2']);
  });

  it('sends each project only its own variables and fragments', async () => {
    const tree = both();
    await tree.ask(
      `query ($a: ID!, $b: ID!, $n: Int) { x: treeLeaves(projectId: $a, first: $n) { ...F } y: treeRoot(projectId: $b) { ...G } }
       fragment F on TreeLeaf { id } fragment G on TreeLeaf { title }`,
      { a: 'p1', b: 'p2', n: 1 },
    );
    const toP1 = tree.transport.sent.find(({ url }) => url.includes('p1'));
    expect(toP1?.variables).toEqual({ a: 'p1', n: 1 });
    expect(toP1?.query).not.toMatch(/\$b|fragment G/);
  });

  it('follows fragments and directives at the root', async () => {
    const tree = both();
    const answer = await tree.ask(
      `query ($no: Boolean!, $yes: Boolean = true) {
        __typename
        ... @include(if: $no) { gone: treeRoot(projectId: "p1") { id } }
        ... on Query @include(if: $yes) { ...Roots }
        skipped: treeReport(projectId: "p2") @skip(if: true)
      }
      fragment Roots on Query { one: treeRoot(projectId: "p1") @skip(if: $no) { id } }`,
      { no: false },
    );
    expect(plain(answer)).toEqual({ data: { __typename: 'Query', one: { id: 'root' } } });
    expect(tree.transport.sent).toHaveLength(1);
    expect(tree.transport.sent[0]?.variables).toEqual({});
  });

  it('merges the selections of a key that is written twice', async () => {
    const tree = both();
    const answer = await tree.ask('{ a: treeRoot(projectId: "p1") { id } b: treeRoot(projectId: "p2") { id } ... on Query { a: treeRoot(projectId: "p1") { title } } }');
    expect(plain(answer.data)).toEqual({ a: { id: 'root', title: 'p1-root' }, b: { id: 'root' } });
    expect(tree.transport.sent).toHaveLength(2);
  });

  it('keeps response names that every object inherits apart from data', async () => {
    const tree = both();
    const answer = await tree.ask('{ __proto__: treeReport(projectId: "p1") constructor: treeReport(projectId: "p2") }');
    expect(Object.entries(answer.data ?? {})).toEqual([
      ['__proto__', 'report of p1 null'],
      ['constructor', 'report of p2 null'],
    ]);
  });

  it('takes a project id that came as a number for its text', async () => {
    const tree = treeSource({ 7: treeInstance('v2', ['7']) });
    expect(plain(await tree.ask('query ($p: ID!) { treeReport(projectId: $p) }', { p: 7 }))).toEqual({ data: { treeReport: 'report of 7 null' } });
  });

  it('passes on errors of an instance with their paths', async () => {
    const tree = treeSource({ p1: treeInstance('v2', []), p2: treeInstance('v2', ['p2']) });
    const answer = await tree.ask('{ a: treeReport(projectId: "p1") b: treeReport(projectId: "p2") }');
    expect(plain(answer.data)).toEqual({ a: null, b: 'report of p2 null' });
    expect(answer.errors).toEqual([expect.objectContaining({ path: ['a'], extensions: { code: 'NOT_FOUND' } })]);
  });

  it('equals asking one schema that knows all projects, whatever is asked', async () => {
    const projects = ['p1', 'p2', 'p3'];
    const whole = treeInstance('v2', projects);
    const field = fc.record({
      alias: fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__x', 'constructor'),
      project: fc.constantFrom(...projects),
      by: fc.constantFrom('literal', 'variable'),
      shape: fc.constantFrom('treeRoot(projectId: P) { id title }', 'treeReport(projectId: P, filter: { shades: [DARK] })', 'treeLeaves(projectId: P, first: $n) { ...L }'),
      wrap: fc.constantFrom('F', '... on Query { F }', '... @include(if: $yes) { F }', '... @skip(if: $yes) { F }', '... @include(if: false) { F }'),
    });
    const property = fc.asyncProperty(fc.uniqueArray(field, { selector: ({ alias }) => alias, minLength: 1 }), fc.boolean(), async (fields, yes) => {
      const selections = fields.map(({ alias, project, by, shape, wrap }) => wrap.replace('F', `${alias}: ${shape.replace('P', by === 'literal' ? `"${project}"` : `$${project}`)}`));
      const used = projects.filter((id) => selections.some((selection) => selection.includes(`$${id}`))).map((id) => `, $${id}: ID! = "${id}"`);
      const source = `query ($n: Int, $yes: Boolean!${used.join('')}) {
        ${selections.join('\n')} ... @skip(if: true) { k: treeLeaves(projectId: "p1", first: $n) { ...L } } ... @skip(if: $yes) { __typename } }
        fragment L on TreeLeaf { title shade }`;
      const variables = { n: 2, yes };
      const tree = treeSource(Object.fromEntries(projects.map((id) => [id, treeInstance('v2', [id])])));
      const [split, direct] = [await tree.ask(source, variables), await graphql({ schema: whole, source, variableValues: variables })];
      expect(direct.errors).toBeUndefined();
      expect(plain(split)).toEqual(plain(direct));
    });
    await fc.assert(property, { numRuns: 60 });
  });
});

describe('a mutation about several projects', () => {
  it('runs in document order and shares a call between neighbours only', async () => {
    const grown: string[] = [];
    const tree = treeSource({ p1: treeInstance('v2', ['p1'], grown), p2: treeInstance('v2', ['p2'], grown) });
    const grow = (alias: string, project: string): string => `${alias}: treeGrow(projectId: "${project}", input: { title: "${alias}" }) { title }`;
    const answer = await tree.ask(`mutation { ${grow('a', 'p1')} ${grow('b', 'p2')} ${grow('c', 'p1')} ${grow('d', 'p1')} __typename }`);
    expect(grown).toEqual(['p1:a', 'p2:b', 'p1:c', 'p1:d']);
    expect(sentTo(tree)).toEqual(['p1', 'p2', 'p1']);
    expect(plain(answer)).toEqual({ data: { a: { title: 'p1-a' }, b: { title: 'p2-b' }, c: { title: 'p1-c' }, d: { title: 'p1-d' }, __typename: 'Mutation' } });
  });

  it.each([['timeout'], ['reset']] as const)('answers OUTCOME_UNKNOWN after a %s, is not repeated, and the rest goes on', async (failure) => {
    const tree = treeSource({ p1: { fail: failure, once: treeInstance('v2', ['p1']) }, p2: treeInstance('v2', ['p2']) });
    const answer = await tree.ask('mutation { a: treeGrow(projectId: "p1", input: { title: "x" }) { id } b: treeGrow(projectId: "p2", input: { title: "y" }) { id } }');
    expect(sentTo(tree)).toEqual(['p1', 'p2']);
    expect(plain(answer.data)).toEqual({ a: null, b: { id: 'y' } });
    expect(answer.errors).toEqual([expect.objectContaining({ path: ['a'], extensions: { code: 'OUTCOME_UNKNOWN', projectId: 'p1' } })]);
  });

  it('answers PROJECT_UNAVAILABLE when nothing can have been sent', async () => {
    const tree = treeSource({ p1: { fail: 'unreachable' } });
    const answer = await tree.ask('mutation { treeGrow(projectId: "p1", input: { title: "x" }) { id } }');
    expect(answer.errors?.[0]?.extensions).toEqual({ code: 'PROJECT_UNAVAILABLE', projectId: 'p1', status: 'ACTIVE' });
  });

  it('does not take an answer without sense for a success or a failure', async () => {
    const tree = treeSource({ p1: { status: 502, text: '<html>' } });
    const answer = await tree.ask('mutation { treeGrow(projectId: "p1", input: { title: "x" }) { id } }');
    expect(answer.errors?.[0]?.extensions?.code).toBe('OUTCOME_UNKNOWN');
  });
});

describe('a project that cannot answer', () => {
  const one = '{ a: treeReport(projectId: "p1") b: treeReport(projectId: "p2") }';

  it('nulls only its own fields', async () => {
    const tree = treeSource({ p1: null, p2: treeInstance('v2', ['p2']) });
    const answer = await tree.ask(one);
    expect(plain(answer.data)).toEqual({ a: null, b: 'report of p2 null' });
    expect(answer.errors).toEqual([
      expect.objectContaining({ path: ['a'], extensions: { code: 'PROJECT_UNAVAILABLE', projectId: 'p1', status: 'ACTIVE' } }),
    ]);
    expect(tree.outcomes.sort()).toEqual(['ok', 'unreachable']);
  });

  it('is asked again when a connection broke, but not for ever', async () => {
    const tree = treeSource({ p1: { fail: 'reset', once: treeInstance('v2', ['p1']) }, p2: { fail: 'reset' } });
    const answer = await tree.ask(one);
    expect(plain(answer.data)).toEqual({ a: 'report of p1 null', b: null });
    expect(sentTo(tree).sort()).toEqual(['p1', 'p1', 'p2', 'p2', 'p2']);
  });

  it('is followed to the instance that replaced it', async () => {
    const tree = treeSource({ p1: null });
    const old = routeOf('p1');
    const successor = routeOf('p1', { instance: { id: 'i2', url: 'https://new.test', sdlHash: 'v2' } });
    tree.transport.servers.set('https://new.test', treeInstance('v2', ['p1']));
    let lookups = 0;
    tree.routes.get = () => (lookups++ === 0 ? old : successor);
    expect(plain(await tree.ask('{ treeReport(projectId: "p1") }'))).toEqual({ data: { treeReport: 'report of p1 null' } });
  });

  it.each([
    ['has no instance', routeOf('p1', { status: 'PROVISIONING', instance: null }), { code: 'PROJECT_UNAVAILABLE', projectId: 'p1', status: 'PROVISIONING' }],
    ['is closed', routeOf('p1', { status: 'CLOSED' }), { code: 'PROJECT_CLOSED', projectId: 'p1', status: 'CLOSED' }],
    ['is archived', routeOf('p1', { status: 'ARCHIVED', instance: null }), { code: 'PROJECT_CLOSED', projectId: 'p1', status: 'ARCHIVED' }],
    ['is not in the table while core is down', 'core-down' as const, { code: 'PROJECT_UNAVAILABLE', projectId: 'p1', status: 'UNKNOWN' }],
  ])('says so when it %s', async (_why, route, extensions) => {
    const tree = treeSource({ p2: treeInstance('v2', ['p2']) }, { p1: route });
    const answer = await tree.ask(one);
    expect(plain(answer.data)).toEqual({ a: null, b: 'report of p2 null' });
    expect(answer.errors).toEqual([expect.objectContaining({ path: ['a'], extensions })]);
    expect(tree.transport.sent).toHaveLength(1);
  });

  it('does not show the client that the gateway was refused by the instance', async () => {
    const tree = treeSource({ p1: { status: 401, text: '{"errors":[{"message":"no","extensions":{"code":"UNAUTHENTICATED"}}]}' } });
    const answer = await tree.ask('{ treeReport(projectId: "p1") }');
    expect(answer.errors?.map((error) => error.extensions?.code)).toEqual(['PROJECT_UNAVAILABLE']);
  });
});

describe('a project that the caller may not read', () => {
  const ask = '{ treeReport(projectId: "p1") }';
  const nobody = { ...reader, permissions: [] };

  it('cannot be told from one that does not exist, or is of another type', async () => {
    const unknown = await treeSource({}).ask(ask);
    const forbidden = await treeSource({ p1: treeInstance('v2', ['p1']) }).ask(ask, {}, nobody);
    const abroad = await treeSource({ p1: treeInstance('v2', ['p1']) }).ask(ask, {}, { ...reader, organizationId: 'o2' });
    const otherType = await treeSource({}, { p1: routeOf('p1', { type: 'stone' }) }).ask(ask);
    const closed = await treeSource({}, { p1: routeOf('p1', { status: 'CLOSED' }) }).ask(ask, {}, nobody);
    const coreDown = await treeSource({}, { p1: 'core-down' }).ask(ask, {}, nobody);
    expect(plain(unknown)).toEqual({ data: { treeReport: null }, errors: [{ message: 'The project was not found.', extensions: { code: 'NOT_FOUND' }, path: ['treeReport'] }] });
    for (const other of [forbidden, abroad, otherType, closed, coreDown]) expect(plain(other)).toEqual(plain(unknown));
  });

  it('is not called', async () => {
    const tree = both();
    await tree.ask(ask, {}, nobody);
    expect(tree.transport.sent).toEqual([]);
  });

  it('opens by a permission in that project, also from another organisation', async () => {
    const guest = { ...nobody, organizationId: 'o2', projectPermissions: { p1: ['project:read'] } };
    const tree = both();
    const answer = await tree.ask('{ a: treeReport(projectId: "p1") b: treeReport(projectId: "p2") }', {}, guest);
    expect(plain(answer.data)).toEqual({ a: 'report of p1 null', b: null });
  });

  it('stays closed to ids that every object inherits', async () => {
    const answer = await both().ask('{ a: treeReport(projectId: "constructor") b: treeReport(projectId: "__proto__") }', {}, nobody);
    expect(answer.errors?.map((error) => error.extensions?.code)).toEqual(['NOT_FOUND', 'NOT_FOUND']);
  });
});

it('sends the principal for the project, the request id and the trace, and expects the identity of the instance', async () => {
  const tree = both();
  await tree.ask('{ treeReport(projectId: "p1") }');
  const request = tree.transport.sent[0]?.request;
  expect(request?.headers).toMatchObject({ 'x-rahat-principal': 'u1>project:p1@o1', 'x-request-id': 'r1', traceparent: '00-1-1-01' });
  expect(request?.identity).toBe('spiffe://rahat/project/p1/i-p1');
  expect(request?.timeoutMs).toBe(5000);
});
