export { defineJob, type JobDefinition } from './definition';
export { createJobs, type Jobs, type EnqueueOptions } from './jobs';
export { migrateJobs, type JobsConnection } from './backend';
