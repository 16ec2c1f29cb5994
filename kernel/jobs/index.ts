export { defineJob, type JobDefinition } from './definition';
export { createJobs, type Jobs, type EnqueueOptions } from './jobs';
export { migrateJobs, type JobsConnection } from './backend';
export { createQueueAdmin, jobStates, type JobFacts, type JobState, type QueueAdmin, type QueueFacts } from './queue-admin';
