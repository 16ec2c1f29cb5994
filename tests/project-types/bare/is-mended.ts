import { fromPg } from '#kernel/db';
import { readProject, type ProjectDeps } from '../../../subgraphs/projects/runtime';

/** Whether the settings of the project say `{ "mended": true }`: a retry after that succeeds. */
export async function isMended(deps: ProjectDeps): Promise<boolean> {
  return (await readProject(fromPg(deps.pool))).settings.mended === true;
}
