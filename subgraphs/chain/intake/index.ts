export { mountProjectEvents } from './project-events';
