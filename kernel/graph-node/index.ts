export { federationSchema, graphNodeConfigSchema, kindOfLink, linkSchema, type Federation, type GraphNodeConfig, type Link } from './config';
export { federate, type FederatedGraph } from './federate';
export type { EntityRoot } from './endpoint-api';
