import type { CompiledOperation, SchemaFacts } from '../compiled';
import { scopeOf } from '../../testing/tree-source';
import { createFormMemory, executable } from './executable';

const facts: SchemaFacts = { apiSdl: '', possible: { Query: ['Query'] }, objects: ['Query'], enums: {}, subtypes: {} };
const compiled: CompiledOperation = { kind: 'query', name: null, variables: { definitions: [], inputSdl: null, suggests: false }, conditions: ['a'], subscribes: null, form: null, costMs: 1, cost: 1, introspects: false };

test('forms of all operations together are bounded, and those of one are never taken for those of another', async () => {
  const forms = createFormMemory(3);
  const made: string[] = [];
  const operations = ['one', 'two', 'three', 'four'].map((name) =>
    executable(compiled, facts, { sourceOf: () => ({ process: async () => ({}) }), isSubtype: () => false, isAbstract: () => false }, forms, {
      compileForm: () => {
        made.push(name);
        return { ok: true, value: { plan: null, rootType: 'Query', selections: [{ kind: 'field', key: name, read: '', name: '__typename', parent: 'Query', type: 'String!' }] } };
      },
      introspect: () => ({}),
    }),
  );
  const answers = [];
  for (const operation of [...operations, ...operations.slice(3)]) answers.push((await operation.execute({ variables: {}, scope: scopeOf() })).data);
  expect(answers).toEqual(['one', 'two', 'three', 'four', 'four'].map((name) => `{"${name}":"Query"}`));
  expect([forms.size, made]).toEqual([3, ['one', 'two', 'three', 'four']]);
});
