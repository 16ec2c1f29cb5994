import { join } from 'node:path';
import { writeChainSchemas } from './schema-files';

test('the committed schemas of the chain room are those of its entity schema', () => {
  expect(writeChainSchemas(true, join(__dirname, '../..'))).toEqual([]);
});
