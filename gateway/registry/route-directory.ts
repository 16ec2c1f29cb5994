import { RoutesUnavailableError, type RouteDirectory } from '../data-sources/data-source';
import type { ProjectRoute, RouteTable } from '../contracts';

/** The route table in memory, with core behind it for ids that it does not name. */
export interface Routes extends RouteDirectory {
  replace(table: RouteTable): void;
  /** URLs of all instances, for the transport. */
  urls(): string[];
}

/** `lookUp` asks core for one project. Several requests for one unknown id share a look-up. */
export function createRoutes(lookUp: (projectId: string) => Promise<ProjectRoute | null>): Routes {
  let known = new Map<string, ProjectRoute>();
  const underWay = new Map<string, Promise<ProjectRoute | null>>();
  const ask = (projectId: string): Promise<ProjectRoute | null> => {
    const asked =
      underWay.get(projectId) ??
      lookUp(projectId)
        .catch((error: unknown) => {
          throw new RoutesUnavailableError(`The route of a project cannot be looked up.`, { cause: error });
        })
        .finally(() => underWay.delete(projectId));
    underWay.set(projectId, asked);
    return asked;
  };
  return {
    find: async (projectId) => known.get(projectId) ?? ask(projectId),
    replace: (table) => {
      known = new Map(table.routes.map((route) => [route.projectId, route]));
    },
    urls: () => [...known.values()].flatMap((route) => route.instance?.url ?? []),
  };
}
