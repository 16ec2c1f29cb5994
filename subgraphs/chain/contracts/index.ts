export { aidProjectInterface } from './aid-project';
export { DEPLOYMENT_PROXY, createProject, deployFactory, factoryAddress, factoryInterface, projectAddress } from './aid-project-factory';
export { anchorCheckpoint, auditAnchorAddress, auditAnchorInterface, deployAuditAnchor, type Checkpoint } from './audit-anchor';
export { fromBytes16, toBytes16 } from './project-id';
