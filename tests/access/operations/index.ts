import { account } from './account';
import { anyone } from './anyone';
import { attributes } from './attributes';
import { audit, events } from './audit';
import { bulkActions } from './bulk-actions';
import { consents } from './consents';
import { documents } from './documents';
import { devices } from './devices';
import { duplicates } from './duplicates';
import { exported } from './exports';
import { grievances } from './grievances';
import { imports } from './imports';
import { groups } from './groups';
import { households } from './households';
import { logs } from './logs';
import { matching } from './matching';
import { offline } from './offline';
import type { Operation } from './operation';
import { people } from './people';
import { projects } from './projects';
import { users } from './users';
import { vendors } from './vendors';

export type { Around, Holding, Operation, Target } from './operation';

export { proofs } from './account';

/** Every root field of core but those that ask for a proof. A field that is missing in both fails the tests of access. */
export const operations: Readonly<Record<string, Operation>> = {
  ...account,
  ...anyone,
  ...attributes,
  ...audit,
  ...bulkActions,
  ...consents,
  ...documents,
  ...devices,
  ...events,
  ...duplicates,
  ...exported,
  ...grievances,
  ...imports,
  ...groups,
  ...households,
  ...logs,
  ...matching,
  ...offline,
  ...people,
  ...projects,
  ...users,
  ...vendors,
};
