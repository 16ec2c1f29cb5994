export { createProjectTypeDataSource } from './project-type-data-source';
