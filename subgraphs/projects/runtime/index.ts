export { defineProjectType, type ProjectContext, type ProjectDeps, type ProjectParts, type ProjectType } from './project-type';
export { runProjectType } from './run-project-type';
export { Enrollment, Project, ProjectVendor, stubReferences } from './schema/stubs';
export type { ProjectFacts } from './project/project-facts';
export { lockProject, readProject } from './project/project-state';
export { changeProject, type ChangeRequest } from './project/project-change';
export { buildTypeSchema } from './schema/build-type-schema';
export { migrateType } from './commands/migrate';
export { sdlOf } from './commands/describe';
