import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const TYPES = join(__dirname, '../../prisma/projects');
/** What an instance of the older version, which goes on serving during an upgrade, would not survive. */
const CONTRACTING = /\b(DROP\s+(TABLE|COLUMN|TYPE|SCHEMA|VIEW)|RENAME\s+(TO|COLUMN)|ALTER\s+COLUMN\s+\S+\s+(TYPE|SET\s+NOT\s+NULL|SET\s+DATA)|TRUNCATE)\b/i;

const migrations = readdirSync(TYPES).flatMap((type) => {
  const folder = join(TYPES, type, 'migrations');
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name, 'migration.sql')) : [];
});

test.each(migrations.filter(existsSync).map((path) => [path.slice(TYPES.length + 1), path]))('the migration %s only adds', (_name, path) => {
  const statements = readFileSync(path ?? '', 'utf8').replace(/--.*$/gm, '');
  expect(CONTRACTING.exec(statements)?.[0]).toBeUndefined();
});
