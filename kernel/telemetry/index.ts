export { createLogger, type Logger } from './logger';
export { createMetrics, type Metrics } from './metrics';
export { currentRequest, newRequestContext, runWithRequest, type RequestContext } from './request-context';
