import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOT = join(__dirname, '../..');
const ROOMS = ['kernel', 'gateway', 'subgraphs', 'cli', 'scripts', 'prisma', 'sdk', 'k8s', 'bench'];
/** Where a type may be named besides its own folders: generated schemas, documents, tests and the seed. */
const EXCEPTED = /(^|\/)(README\.md|[a-z-]+\.graphql|[^/]+\.test\.ts)$|^cli\/seed\/|^bench\//;

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/** What is left of a file without comments and the descriptions that users read: there a type may stand as an example. */
function codeOf(path: string): string {
  return readFileSync(path, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')
    .replace(/^\s*--.*$/gm, '')
    .split('\n')
    .filter((line) => !/description:/.test(line))
    .join('\n');
}

const types = readdirSync(join(ROOT, 'subgraphs/projects/types'));

test.each(types)('nothing but its own two folders names the project type %s', (type) => {
  const own = [`subgraphs/projects/types/${type}/`, `prisma/projects/${type}/`];
  const word = new RegExp(`(?<![a-z])${type}(?![a-z])`, 'i');
  const naming = ROOMS.flatMap((room) => {
    try {
      return filesBelow(join(ROOT, room));
    } catch {
      return []; // a room that does not exist yet
    }
  })
    .map((path) => relative(ROOT, path))
    .filter((path) => !own.some((folder) => path.startsWith(folder)) && !EXCEPTED.test(path) && word.test(codeOf(join(ROOT, path))));
  expect(naming).toEqual([]);
});
