export { createResilientTransport, type ResilienceOptions } from './resilient-transport';
