import { judge, troubleOf } from './chain-trouble';

// Texts of graph-node, and what a client is told of them.
test.each([
  ['the chain was reorganized while executing the query', 'reorganized', 'CHAIN_UPSTREAM'],
  ['Failed to decode `block.hash` value: `no block with that hash found`', 'reorganized', 'CHAIN_UPSTREAM'],
  ['Failed to decode `block.number_gte` value: `subgraph Qm has only indexed up to block number 3 and data for block number 9 is therefore not yet available`', 'not-yet-indexed', 'CHAIN_NOT_YET_INDEXED'],
  ['indexing_error', 'indexing-error', 'CHAIN_INDEXING_ERROR'],
  ['Invalid value provided for argument `where`: String("x")', 'refused', 'BAD_USER_INPUT'],
  ['The value of the `skip` argument must be between 0 and 5000, but is 6000', 'refused', 'BAD_USER_INPUT'],
  ['Failed to decode `Bytes` value: `Odd number of digits`', 'refused', 'BAD_USER_INPUT'],
  ["Cannot mix column filters with 'or' operator at the same level", 'refused', 'BAD_USER_INPUT'],
  ['Store error: database unavailable', 'broken', 'CHAIN_UPSTREAM'],
  ['service is overloaded and can not run the query right now. Please try again in a few minutes', 'broken', 'CHAIN_UPSTREAM'],
])('%s', (message, kind, code) => {
  const verdict = judge([message], true);
  expect(verdict.kind).toBe(kind);
  expect(troubleOf(verdict).code).toBe(code);
});

test('the insides of a broken endpoint are not shown', () => {
  expect(troubleOf(judge(['Store error: password=hunter2'], false)).message).not.toContain('hunter2');
});

test('a block that the client has named, and that is not there, is no reorganisation', () => {
  expect(judge(['Failed to decode `block.hash` value: `no block with that hash found`'], false).kind).toBe('refused');
});
