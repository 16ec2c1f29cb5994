export { createLogExporter, RefusedLogs, type LogExporter, type SendLogs } from './log-exporter';
export { SEVERITIES, lineToRecord, type LogLevel } from './line-to-record';
export { RECEIVER, openLogExports, type LogExports, type LogExportsEnv, type LogResource } from './open-log-exports';
export { exportLogsSchema, fromAnyValue, fromKeyValues, type ExportLogs, type OtlpRecord } from './otlp';
