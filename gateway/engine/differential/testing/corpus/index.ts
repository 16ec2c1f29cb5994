import type { World } from '../world';
import { abstract } from './abstract';
import { broken } from './broken';
import { hidden } from './hidden';
import { inputs } from './inputs';
import { interfaceObjects } from './interface-objects';
import { keys } from './keys';
import { mutations } from './mutations';
import { nulls } from './nulls';
import { oddNames } from './odd-names';
import { requires } from './requires';
import { shop } from './shop';

/** Hand-written cases, by what they are about. */
export const worlds: Readonly<Record<string, World>> = {
  'a shop': shop,
  keys,
  'requirements and provisions': requires,
  'interfaces and unions': abstract,
  'entity interfaces': interfaceObjects,
  nulls,
  'broken subgraphs': broken,
  'variables and arguments': inputs,
  changes: mutations,
  'what may be seen': hidden,
  'odd names': oddNames,
};
