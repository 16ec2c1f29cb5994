export { createLogger, type Logger } from './logger';
export { METRICS_CONTENT_TYPE, createMetrics, joinMetrics, type Metrics, type MetricsSnapshot } from './metrics';
export { currentRequest, newRequestContext, runWithRequest, type RequestContext } from './request-context';
