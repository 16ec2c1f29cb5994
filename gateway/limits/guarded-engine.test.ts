import type { Answer, DeferredPart, Engine, ExecutionRequest, Operation } from '../engine';
import { scopeOf } from '../testing/tree-source';
import { guardEngine, type GuardOptions } from './guarded-engine';

const OPTIONS: GuardOptions = { maxDocument: 20, maxCost: 100, maxAnswer: 50, introspectionPermission: 'schema:introspect', suggestions: false, refused: () => undefined };
const operationOf = (changes: Partial<Operation> = {}): Operation => ({ kind: 'query', name: null, plan: null, introspects: false, cost: ({ n }) => Number(n ?? 1), subscribes: null, ...changes });
const request = (changes: Partial<ExecutionRequest> = {}): ExecutionRequest => ({ variables: {}, scope: scopeOf(), ...changes });

function guarded(answer: Answer | Error, options: Partial<GuardOptions> = {}) {
  const seen = { planned: 0, executed: 0, refused: [] as string[] };
  const engine = {
    version: 3,
    plan: () => {
      seen.planned += 1;
      return { ok: true, operation: operationOf() };
    },
    execute: async () => {
      seen.executed += 1;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  } as unknown as Engine;
  return { seen, engine: guardEngine(engine, { ...OPTIONS, refused: (code) => seen.refused.push(code), ...options }) };
}
const codesOf = ({ errors }: Pick<Answer, 'errors'>): unknown[] => errors?.map(({ extensions }) => extensions?.code) ?? [];

describe('a guarded engine', () => {
  test('does not read a document that is too long', () => {
    const { engine, seen } = guarded({ data: '{}' });
    expect(engine.plan(`{ ${'a'.repeat(30)} }`)).toMatchObject({ ok: false, errors: [{ extensions: { code: 'OPERATION_TOO_LARGE', limit: 'characters', value: 34, maximum: 20 } }] });
    expect([seen.planned, seen.refused, engine.version]).toEqual([0, ['OPERATION_TOO_LARGE'], 3]);
  });

  test('does not run what costs too much with these variables, and takes no pay for it', async () => {
    const { engine, seen } = guarded({ data: '{}' });
    const paid: number[] = [];
    const scope = { ...scopeOf(), pay: (cost: number) => void paid.push(cost) };
    expect(codesOf(await engine.execute(operationOf(), request({ variables: { n: 101 }, scope })))).toEqual(['OPERATION_TOO_COSTLY']);
    expect((await engine.execute(operationOf(), request({ variables: { n: 100 }, scope }))).data).toBe('{}');
    expect([seen.executed, seen.refused, paid]).toEqual([1, ['OPERATION_TOO_COSTLY'], [100]]);
  });

  test('does not run what cannot be paid', async () => {
    const { engine, seen } = guarded({ data: '{}' });
    await expect(engine.execute(operationOf(), request({ scope: { ...scopeOf(), pay: () => Promise.reject(new Error('too much')) } }))).rejects.toThrow('too much');
    expect(seen.executed).toBe(0);
  });

  test('shows the schema to who may see it', async () => {
    const { engine } = guarded({ data: '{}' });
    const asking = operationOf({ introspects: true });
    const maker = scopeOf({ subject: 'm', organizationId: null, roles: [], permissions: ['schema:introspect'], projectPermissions: {} });
    expect([codesOf(await engine.execute(asking, request())), codesOf(await engine.execute(asking, request({ scope: maker })))]).toEqual([['FORBIDDEN'], []]);
  });

  test('does not suggest names to who may not read them', async () => {
    const refused = { data: null, errors: [{ message: 'Value "LIGH" does not exist in "Shade" enum. Did you mean the enum value "LIGHT"?' }] };
    const message = async (suggestions: boolean) => (await guarded(refused, { suggestions }).engine.execute(operationOf(), request())).errors?.[0]?.message;
    expect([await message(false), await message(true)]).toEqual(['Value "LIGH" does not exist in "Shade" enum.', refused.errors[0]?.message]);
  });

  test('gives no answer that is too large, and says that a change has happened', async () => {
    const { engine } = guarded({ data: `"${'x'.repeat(60)}"` });
    const [read, change] = [await engine.execute(operationOf(), request()), await engine.execute(operationOf({ kind: 'mutation' }), request())];
    expect([codesOf(read), codesOf(change)]).toEqual([['RESPONSE_TOO_LARGE'], ['RESPONSE_TOO_LARGE']]);
    expect(change.errors?.[0]?.message).toMatch(/is changed/);
  });

  test('counts deferred parts together, and cuts those that are too much', async () => {
    async function* parts(): AsyncGenerator<readonly DeferredPart[]> {
      for (const size of [10, 20, 40]) yield [{ path: [], data: `"${'x'.repeat(size)}"` }];
    }
    const { deferred } = await guarded({ data: '{}', deferred: parts() }).engine.execute(operationOf(), request());
    const said: [number, unknown[]][] = [];
    for await (const some of deferred ?? []) for (const part of some) said.push([part.data.length, codesOf(part)]);
    expect(said).toEqual([[12, []], [22, []], [4, ['RESPONSE_TOO_LARGE']]]);
  });

  test('takes variables that nest too deep for the client’s fault, and nothing else', async () => {
    await expect(guarded(new RangeError('Maximum call stack size exceeded')).engine.execute(operationOf(), request())).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(guarded(new RangeError('Invalid array length')).engine.execute(operationOf(), request())).rejects.toThrow('Invalid array length');
  });
});
