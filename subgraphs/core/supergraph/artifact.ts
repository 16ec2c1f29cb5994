/** A subgraph as a gateway needs it: `kind` picks the data source (docs/architecture.md, "Internal calls of core"). */
export interface SubgraphDescriptor {
  name: string;
  kind: string;
  url: string | null;
  config: unknown;
}

/** What gateways serve. */
export interface SupergraphArtifact {
  version: number;
  sdl: string;
  subgraphs: SubgraphDescriptor[];
}

/** Where the service of one project is, if it has one. */
export interface ProjectRoute {
  projectId: string;
  organizationId: string;
  /** Name of the subgraph of kind `project-type` that serves it. */
  type: string;
  status: string;
  instance: { id: string; url: string; sdlHash: string } | null;
}

/** All projects with their routes. */
export interface RouteTable {
  version: number;
  routes: ProjectRoute[];
}
