import type { SubgraphDescriptor } from '../contracts';
import type { DataSource, DataSourceDeps, DataSourceFactory } from './data-source';
import { createGraphNodeDataSource } from './graph-node';
import { createHttpDataSource } from './http';
import { createProjectTypeDataSource } from './project-type';

/** Every kind of subgraph that this gateway can talk to. A new kind is one folder and one line here. */
export const dataSourceKinds: ReadonlyMap<string, DataSourceFactory> = new Map([
  ['http', createHttpDataSource],
  ['project-type', createProjectTypeDataSource],
  ['graph-node', createGraphNodeDataSource],
]);

/** Makes the data source that a descriptor asks for. @throws when this gateway has none of its kind. */
export function sourceOf(descriptor: SubgraphDescriptor, deps: DataSourceDeps, kinds: ReadonlyMap<string, DataSourceFactory> = dataSourceKinds): DataSource {
  const create = kinds.get(descriptor.kind);
  if (!create) throw new Error(`The subgraph ${descriptor.name} is of kind ${descriptor.kind}, for which this gateway has no data source.`);
  return create(descriptor, deps);
}
