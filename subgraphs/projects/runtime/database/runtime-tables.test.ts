import { createHash } from 'node:crypto';
import { runtimeMigrations } from './runtime-tables';

it('never changes a migration that live databases have', () => {
  const checksums = runtimeMigrations.map(({ name, sql }) => [name, createHash('sha256').update(sql).digest('hex').slice(0, 16)]);
  expect(checksums).toEqual([['0000_runtime', '6400015a4dce5c8b'], ['0001_audit_ip', '698dd713ecbd24d7']]);
});
