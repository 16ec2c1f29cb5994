import { anyone } from './anyone';
import type { Operation } from './operation';
import { people } from './people';
import { projects } from './projects';
import { users } from './users';

export type { Around, Holding, Operation, Target } from './operation';

/** Every root field of core. A field that is missing here fails the tests of access. */
export const operations: Readonly<Record<string, Operation>> = { ...anyone, ...people, ...projects, ...users };
