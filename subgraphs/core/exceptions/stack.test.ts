import { fingerprintOf, framesOf, titleOf } from './stack';

const failure = { room: 'core', type: 'TypeError', code: null, message: 'x', stack: '' };
const stack = (root: string, line: number, message = 'no'): string => `TypeError: ${message}
    at Object.find (${root}/subgraphs/core/people/person.repository.ts:${line}:7)
    at async PersonResolver.person [as resolve] (${root}/subgraphs/core/people/person.resolver.ts:${line + 3}:12)
    at async /srv/app/node_modules/graphql/execution/execute.js:500:9
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)`;

test('frames are read wherever the code lies, with whose code it is', () => {
  expect(framesOf(stack('/srv/app', 10))).toEqual([
    { function: 'Object.find', file: 'subgraphs/core/people/person.repository.ts', line: 10, column: 7, own: true },
    { function: 'PersonResolver.person', file: 'subgraphs/core/people/person.resolver.ts', line: 13, column: 12, own: true },
    { function: '<anonymous>', file: 'node_modules/graphql/execution/execute.js', line: 500, column: 9, own: false },
    { function: 'process.processTicksAndRejections', file: 'task_queues', line: 105, column: 5, own: false },
  ]);
});

test('one cause has one fingerprint, whatever the values, the lines and the folder of the release', () => {
  const first = fingerprintOf({ ...failure, message: 'no Amina', stack: stack('/srv/app', 10, 'no Amina') });
  expect(fingerprintOf({ ...failure, message: 'no Otieno', stack: stack('/opt/releases/7', 99, 'no Otieno') })).toBe(first);
});

test.each([
  ['room', { room: 'worker' }],
  ['type', { type: 'RangeError' }],
  ['code', { code: 'P2002' }],
  ['place', { stack: stack('/srv/app', 10).replace('Object.find', 'Object.list') }],
])('another %s is another cause', (_what, change) => {
  expect(fingerprintOf({ ...failure, stack: stack('/srv/app', 10), ...change })).not.toBe(fingerprintOf({ ...failure, stack: stack('/srv/app', 10) }));
});

test('without a frame of ours the message tells, but not the values in it', () => {
  const of = (message: string): string => fingerprintOf({ ...failure, message });
  expect(of('relation "a" of 7 is gone')).toBe(of('relation "b" of 812 is gone'));
  expect(of('relation "a" is gone')).not.toBe(of('the line is dead'));
  expect(titleOf('core answered 502 for 01939f0c-8c1a-7bbb-8aaa-1234567890ab in 1.5 s\nand more')).toBe('core answered … for … in … s');
});
