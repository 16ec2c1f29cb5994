import 'reflect-metadata';
import { runProcess } from '#kernel/lifecycle';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { startChain } from './app';
import { readEnv } from './env';

const env = readEnv(process.env);
const logger = createLogger({ name: 'chain', level: env.LOG_LEVEL });
runProcess(logger, async (closers) => {
  await startChain(env, { logger, metrics: createMetrics() }, closers);
});
