import type { DataSourceFactory } from './data-source';
import { createGraphNodeDataSource } from './graph-node';
import { createHttpDataSource } from './http';
import { createProjectTypeDataSource } from './project-type';

/** Every kind of subgraph that this gateway can talk to. A new kind is one folder and one line here. */
export const dataSourceKinds: ReadonlyMap<string, DataSourceFactory> = new Map([
  ['http', createHttpDataSource],
  ['project-type', createProjectTypeDataSource],
  ['graph-node', createGraphNodeDataSource],
]);
