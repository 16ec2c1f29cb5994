import { Kind, buildSchema, parse } from 'graphql';
import { createLogger } from '#kernel/telemetry';
import { createFakeTransport } from '../testing/fake-transport';
import { fakeDeps, scopeOf } from '../testing/tree-source';
import { artifactOf } from '../testing/world';
import { createApolloEngineFactory } from './apollo-engine';
import type { Engine, Executor } from './engine';

const CORE = buildSchema('type Query { projects: [Project!]! whoami: String } type Project { id: ID! name: String! }');
const deps = () => fakeDeps(createFakeTransport({ 'https://core.test': CORE }), new Map());

async function run(engine: Engine, query: string): Promise<Awaited<ReturnType<Executor>>> {
  const document = parse(query);
  const [operation] = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const context = { request: { query }, document, operation, queryHash: query, schema: engine.schema, context: scopeOf(), metrics: {}, logger: createLogger({ name: 'test', level: 'silent' }) };
  return engine.execute(context as unknown as Parameters<Executor>[0]);
}

describe('an engine', () => {
  it('serves one version of the supergraph with data sources of its own', async () => {
    const engine = await createApolloEngineFactory(deps())(artifactOf(7, 'https://core.test'));
    expect([engine.version, engine.schema.getQueryType()?.getFields().treeRoot?.name]).toEqual([7, 'treeRoot']);
    expect(await run(engine, '{ whoami }')).toEqual({ data: { whoami: null } });
  });

  it('says so when a value is missing where none may be missing', async () => {
    const broken = fakeDeps(createFakeTransport({ 'https://core.test': { status: 200, text: '{"data":{"projects":[{"id":"p1","name":null}]}}' } }), new Map());
    const result = await run(await createApolloEngineFactory(broken)(artifactOf(1, 'https://core.test')), '{ projects { id name } }');
    expect(result.data).toBeNull();
    expect(result.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([[['projects', 0, 'name'], 'INTERNAL_SERVER_ERROR']]);
  });

  it('reports to nobody', async () => {
    const reporters: unknown[] = [];
    const OTLPMetricExporter = jest.fn((options: unknown) => void reporters.push(options));
    jest.resetModules();
    jest.doMock('@opentelemetry/exporter-metrics-otlp-http', () => ({ OTLPMetricExporter }));
    delete process.env.APOLLO_TELEMETRY_DISABLED;
    const fresh = jest.requireActual<{ createApolloEngineFactory: typeof createApolloEngineFactory }>('./apollo-engine');
    await fresh.createApolloEngineFactory(deps())(artifactOf(1, 'https://core.test'));
    expect(reporters).toEqual([]);
  });

  it('is not built for a kind of subgraph that it cannot ask, or for one without a descriptor', async () => {
    const build = createApolloEngineFactory(deps());
    const artifact = artifactOf(1, 'https://core.test');
    await expect(build({ ...artifact, subgraphs: [] })).rejects.toThrow(/core/);
    await expect(build({ ...artifact, subgraphs: [{ name: 'core', kind: 'pigeon', url: null, config: {} }] })).rejects.toThrow(/pigeon/);
  });
});
