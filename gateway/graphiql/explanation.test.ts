import { duration, marksUpTo, nameOf, placeOf, readExplanation, short, size, withoutExplanation } from './explanation.mjs';

const call = { subgraph: 'tree', instance: 'i1', path: ['projects', '@'], operationName: null, startMs: 1, ms: 2, bytes: 3, shared: false };
const extensions = { queryPlan: { text: 'QueryPlan {}', tree: null }, trace: { ms: 5, fetches: [call] } };

it('reads the explanation of an answer', () => {
  expect(readExplanation(JSON.stringify({ data: {}, extensions }))).toEqual({ ...extensions, refusal: null });
});

it('reads the explanation of an answer in parts from the last part that has one', () => {
  const early = { ...extensions, trace: { ms: 2, fetches: [] } };
  const parts = [{ data: {}, extensions: early, hasNext: true }, { incremental: [{ path: [], data: {} }], hasNext: true }, { extensions, hasNext: false }];
  const text = parts.map((part) => `\r\n---\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${JSON.stringify(part)}`).join('') + '\r\n-----\r\n';
  expect(readExplanation(text)).toEqual({ ...extensions, refusal: null });
});

it('says why there is none', () => {
  expect(readExplanation('{"errors":[{"message":"No such field."}],"extensions":{"trace":{"ms":1,"fetches":[]}}}').refusal).toBe('No such field.');
  expect(readExplanation('{"errors":[{"message":"No.","extensions":{"permission":"operation:explain"}}]}').refusal).toBe('No. Close this panel to run the operation without.');
  expect(readExplanation('{"data":{}}').refusal).toBe('The answer explains nothing.');
});

it('leaves the rest of an answer as it was', () => {
  expect(withoutExplanation(JSON.stringify({ data: { a: 1 }, extensions }))).toBe('{"data":{"a":1}}');
  expect(withoutExplanation(JSON.stringify({ data: { a: 1 }, extensions: { ...extensions, chain: { aid: {} } } }))).toBe('{"data":{"a":1},"extensions":{"chain":{"aid":{}}}}');
});

it('gives a fetch and its calls one name', () => {
  expect(nameOf(call, call.path)).toBe(nameOf({ subgraph: 'tree', operationName: null }, ['projects', '@']));
  expect(nameOf(call, call.path)).not.toBe(nameOf(call, ['projects']));
});

it.each([
  [0, [0]],
  [0.9, [0, 0.2, 0.4, 0.6, 0.8]],
  [27, [0, 10, 20]],
  [170, [0, 50, 100, 150]],
])('marks an axis of %s ms at round numbers', (ms, marks) => {
  expect(marksUpTo(ms)).toEqual(marks);
});

it('writes figures so that they are read at a glance', () => {
  expect([duration(1.234), duration(12.34), duration(1234.5)]).toEqual(['1.23 ms', '12.3 ms', '1235 ms']);
  expect([size(0), size(1536), size(2_500_000)]).toEqual(['0 B', '1.5 kB', '2.5 MB']);
  expect([short('core'), short('01a207c7-217c-7000-b87a-b5aab42b5f7a')]).toEqual(['core', '…b42b5f7a']);
  expect([placeOf([]), placeOf(['projects', '@', 'tree'])]).toEqual(['root', 'projects[ ] › tree']);
});
