export { createLogger, type LogSink, type Logger, type LoggerOptions } from './logger';
export { METRICS_CONTENT_TYPE, createMetrics, joinMetrics, type Metrics, type MetricsSnapshot } from './metrics';
export { currentRequest, newRequestContext, runWithRequest, runWithin, type RequestContext } from './request-context';
export { scrub } from './scrub';
