import { scopeOf } from '../testing/tree-source';
import { createEngine } from './create-engine';
import { compose } from './differential/testing/composition';
import type { SubgraphAnswer } from '../data-sources/data-source';
import type { Engine } from './engine';
import { startCompilerHere } from './testing/compiler-here';

const sdl = `type Query { thing(id: ID, any: JSON, flag: Boolean, input: Wish): Thing things: [Thing!] shape: Shape } scalar JSON input Wish { secret: String }
  interface Shape { name: String } type Square implements Shape { name: String }
  type Thing @key(fields: "id") { id: ID! name: String size: Float count: Int any: JSON must: JSON! next: Thing }`;

let answer: SubgraphAnswer;
let sent: Record<string, unknown>[];

async function engineWith(introspection: boolean): Promise<Engine> {
  const composed = compose({ things: { sdl } });
  if (!composed.ok) throw new Error(composed.errors.join());
  return createEngine(
    { version: 1, sdl: composed.supergraphSdl, subgraphs: [{ name: 'things', kind: 'test', url: null, config: {} }] },
    { source: () => ({ process: async ({ variables }) => (sent.push(variables.values()), answer) }), limits: { maxTokens: 5000, introspection }, startCompiler: startCompilerHere },
  );
}

let engine: Engine;
beforeAll(async () => void (engine = await engineWith(true)));
beforeEach(() => ([answer, sent] = [{ data: {} }, []]));

async function run(query: string, variables: Record<string, unknown> = {}, on: Engine = engine) {
  const planned = await on.plan(query);
  if (!planned.ok) return { data: null, errors: planned.errors };
  return on.execute(planned.operation, { variables, scope: scopeOf() });
}
const fromWire = (text: string): SubgraphAnswer => ({ data: JSON.parse(text) as Record<string, unknown> });

describe('what is remembered of operations', () => {
  test('belongs to one document and one name: no other pair can pose as it', async () => {
    const honest = 'query Honest { thing { id } }';
    for (const [source, name] of [[`Honest\n${honest}`, null], ['}', `Honest\n${honest.slice(0, -1)}`], [`6:Honest${honest}`, null], [`:${honest}`, null]] as const) expect((await engine.plan(source, name)).ok).toBe(false);
    expect((await engine.plan(honest, 'Honest')).ok).toBe(true);
    expect((await engine.plan(honest)).ok).toBe(true);
  });

  test('is bounded in characters, not only in number', async () => {
    const first = await engine.plan('{ thing { name } }');
    expect(await engine.plan('{ thing { name } }')).toBe(first);
    for (let index = 0; index < 40; index++) await engine.plan(`{ thing { id } } # ${index} ${'x'.repeat(1_000_000)}`);
    expect(await engine.plan('{ thing { name } }')).not.toBe(first);
  });
});

describe('a client\u2019s keys', () => {
  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__typename_', 'valueOf'])('may be %s, and are answered as data', async (key) => {
    answer = fromWire(`{"${key}":{"${key}":"n","__al_${key}":"n","id":"1"},"__al_${key}":{"${key}":"n","__al_${key}":"n","id":"1"}}`);
    const { data, errors } = await run(`{ ${key}: thing { ${key}: name } }`);
    expect([data, errors]).toEqual([`{"${key}":{"${key}":"n"}}`, undefined]);
    answer = fromWire('{}');
    expect((await run(`{ ${key}: thing { ${key}: name } }`)).data).toBe(`{"${key}":null}`);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test.each(['constructor', 'toString'])('of variables may be %s, and are sent as they came', async (name) => {
    await run(`query ($${name}: JSON) { thing(any: $${name}) { id } }`, JSON.parse(`{"${name}":{"__proto__":1}}`) as Record<string, unknown>);
    await run(`query ($${name}: JSON) { thing(any: $${name}) { id } }`, {});
    expect(sent.map((one) => JSON.stringify(one))).toEqual([`{"${name}":{"__proto__":1}}`, '{}']);
  });

  test('of variables decide what is asked, also when they are __proto__', async () => {
    answer = fromWire('{"thing":{"id":"1","name":"n"}}');
    const ask = (value: boolean) => run('query ($__proto__: Boolean!) { thing { id @include(if: $__proto__) name } }', JSON.parse(`{"__proto__":${value}}`) as Record<string, unknown>);
    expect([(await ask(true)).data, (await ask(false)).data]).toEqual(['{"thing":{"id":"1","name":"n"}}', '{"thing":{"name":"n"}}']);
  });
});

describe('a subgraph\u2019s values', () => {
  test('that no JSON number can hold are errors, never text that is no JSON', async () => {
    answer = fromWire('{"thing":{"size":1e400,"count":1e400,"must":1e400,"id":"1"}}');
    const { data, errors } = await run('{ thing { size count } }');
    expect([JSON.parse(data ?? ''), errors?.map(({ path }) => path)]).toEqual([{ thing: { size: null, count: null } }, [['thing', 'size'], ['thing', 'count']]]);
    const must = await run('{ thing { must } }');
    expect([must.data, must.errors?.length]).toEqual(['{"thing":null}', 1]);
  });

  test.each([['-0', 0], ['1e308', 1e308], ['5e-324', 5e-324]])('such as %s are numbers', async (text, value) => {
    answer = fromWire(`{"thing":{"size":${text}}}`);
    expect(JSON.parse((await run('{ thing { size } }')).data ?? '')).toEqual({ thing: { size: value } });
  });

  test.each(['\\u0000', '\\ud800', '\\udc00 after', '\\u2028', '\\"\\\\', `${'x'.repeat(50)}\\ud83d`])('such as the text %s are the same for the client', async (text) => {
    answer = fromWire(`{"thing":{"name":"${text}"}}`);
    const { data } = await run('{ thing { name } }');
    expect(JSON.parse(Buffer.from(data ?? '').toString('utf8'))).toEqual(answer.data);
  });

  test.each(['constructor', 'toString', '__proto__', 'Nowhere'])('of the type %s are of no type', async (type) => {
    answer = fromWire(`{"shape":{"__typename":"${type}","name":"n"}}`);
    const { data, errors } = await run('{ shape { name } }');
    expect([data, errors?.length]).toEqual(['{"shape":null}', 1]);
  });

  test('may be many', async () => {
    answer = { data: { things: Array.from({ length: 200_000 }, (_one, index) => ({ id: String(index) })) } };
    expect((JSON.parse((await run('{ things { id } }')).data ?? '') as { things: unknown[] }).things).toHaveLength(200_000);
  });
});

test('whoever may not read the schema is not told names of it by errors about variables', async () => {
  const query = 'query ($input: Wish) { thing(input: $input) { id } }';
  const messageFrom = async (on: Engine): Promise<string> => (await run(query, { input: { secre: 1 } }, on)).errors?.[0]?.message ?? '';
  expect(await messageFrom(engine)).toContain('Did you mean "secret"?');
  expect(await messageFrom(await engineWith(false))).not.toMatch(/"secret"|Did you mean/);
});

test('a value that is nested too deeply to be sent on fails its field, not the gateway', async () => {
  const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
  const { data, errors } = await run('query ($any: JSON) { thing(any: $any) { id } }', { any: deep });
  expect([data, errors?.length, sent]).toEqual(['{"thing":null}', 1, []]);
});
