import 'reflect-metadata';
import { hostname } from 'node:os';
import { runProcess } from '#kernel/lifecycle';
import { openLogExports } from '#kernel/logs';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { startChain } from './app';
import { readEnv } from './env';

const env = readEnv(process.env);
const logs = openLogExports(env, { service: 'chain', instance: hostname(), release: env.RAHAT_RELEASE });
const logger = createLogger({ name: 'chain', level: env.LOG_LEVEL, sinks: logs.sinks });
runProcess(logger, async (closers) => {
  closers.add('logs', () => logs.close());
  const metrics = createMetrics();
  logs.measure(metrics);
  await startChain(env, { logger, metrics }, closers);
});
