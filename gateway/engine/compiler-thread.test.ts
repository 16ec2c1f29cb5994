import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCompilerThread, type CompilerPort } from './compiler-thread';

const limits = { maxTokens: 1000, introspection: true };
const sdl = readFileSync(join(__dirname, '../testing/supergraph/core.graphql'), 'utf8');

describe('a compiler in a thread of its own', () => {
  let compiler: CompilerPort;
  beforeAll(async () => void (compiler = await startCompilerThread({ sdl, limits })));
  afterAll(() => compiler.close());

  test('compiles what is asked, also several at a time', async () => {
    const compiled = await Promise.all(['{ whoami }', '{ projects { id } }', '{ nope }'].map(async (source) => compiler.compile(source, undefined)));
    expect(compiled.map((one) => (one.ok ? one.value.form?.plan?.kind : one.errors[0]?.extensions?.code))).toEqual(['Fetch', 'Fetch', 'GRAPHQL_VALIDATION_FAILED']);
  });

  test('answers introspection with variables', async () => {
    const source = 'query ($name: String!) { __type(name: $name) { kind } }';
    expect(await compiler.introspect(source, undefined, { name: 'Project' })).toEqual({ __type: '{"kind":"OBJECT"}' });
  });

  test('knows the schema that clients may ask', () => expect(compiler.facts.apiSdl).toContain('type Project'));

  test('is not started for what is no supergraph', async () => {
    await expect(startCompilerThread({ sdl: 'type Query { a: Int }', limits })).rejects.toThrow();
  });

  test('is replaced when it does not get done with an operation, which is refused; the others are compiled', async () => {
    const endless = `${'{...'.repeat(1600)}{whoami}${'}'.repeat(1600)}`; // without a limit of shapes
    const impatient = await startCompilerThread({ sdl, limits: { maxTokens: 10_000, introspection: true } }, 1000);
    const compiled = await Promise.all(['{ whoami }', endless, '{ projects { id } }', '{ nope }'].map(async (source) => impatient.compile(source, undefined)));
    expect(compiled.map((one) => (one.ok ? one.value.form?.plan?.kind : one.errors[0]?.extensions?.code))).toEqual(['Fetch', 'OPERATION_TOO_COSTLY', 'Fetch', 'GRAPHQL_VALIDATION_FAILED']);
    await impatient.close();
  });

  test('fails what was asked when it ends, and everything after', async () => {
    const other = await startCompilerThread({ sdl, limits });
    const asked = Promise.resolve(other.compile('{ whoami }', undefined)).catch((error: Error) => error.message);
    await other.close();
    expect([await asked, await Promise.resolve(other.compile('{ whoami }', undefined)).catch((error: Error) => error.message)].at(-1)).toMatch(/ended/);
  });
});
