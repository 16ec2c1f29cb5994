// @ts-check
/** The walls between rooms, as zones of import-x/no-restricted-paths. docs/architecture.md says why they stand. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../bootstrap/paths.mjs';

const ROOMS = ['sdk', 'kernel', 'gateway', 'subgraphs/core', 'subgraphs/projects', 'subgraphs/chain', 'cli'];
/** Folders whose folders may see of each other only the door, `index.ts`. */
const BEHIND_DOORS = [
  { parent: 'kernel', alsoFrom: ['./gateway', './subgraphs', './cli', './tests'] },
  { parent: 'subgraphs/core', alsoFrom: [] },
];
/** Folders whose folders do not see each other at all. */
const STRANGERS = ['subgraphs/projects/types'];

/** Rooms import only the kernel, and the kernel imports no room. What is given away (`sdk`) imports nothing of ours, and anybody may use it. */
export function zonesBetweenRooms() {
  return ROOMS.map((room) => ({
    target: `./${room}`,
    from: ROOMS.filter((other) => other !== room && other !== 'sdk' && !(other === 'kernel' && room !== 'sdk')).map((other) => `./${other}`),
    message: 'Rooms never import each other: they talk by the graph, by events and by internal calls. Only the kernel is shared.',
  }));
}

/** Product code does not import the tests. */
export function zoneOfTests() {
  return { target: ROOMS.map((room) => `./${room}`), from: './tests', message: 'Product code does not import test code.' };
}

/** Slices are entered through their door. */
export function zonesOfDoors() {
  return BEHIND_DOORS.flatMap(({ parent, alsoFrom }) =>
    foldersOf(parent).map((slice) => ({
      target: [`./${parent}/!(${slice})/**/*`, `./${parent}/*.ts`, ...alsoFrom.map((folder) => `${folder}/**/*`)],
      from: `./${parent}/${slice}`,
      except: ['./index.ts'],
      message: `Enter ${parent}/${slice} through its index.ts.`,
    })),
  );
}

/** One project type knows nothing of another. */
export function zonesOfStrangers() {
  return STRANGERS.flatMap((parent) =>
    foldersOf(parent).map((folder) => ({
      target: `./${parent}/!(${folder})/**/*`,
      from: `./${parent}/${folder}`,
      message: 'Project types know nothing of each other; what two need belongs into the runtime.',
    })),
  );
}

/** @param {string} parent */
function foldersOf(parent) {
  const path = join(ROOT, parent);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}
