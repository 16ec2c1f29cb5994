import 'reflect-metadata';
import { runProcess } from '#kernel/lifecycle';
import { createLogger } from '#kernel/telemetry';
import { startApi } from './app';
import { apiEnv, inheritedEnv } from './env';

const env = apiEnv();
const logger = createLogger({ name: 'core', level: env.LOG_LEVEL });
runProcess(logger, (closers) => startApi({ env, inherited: inheritedEnv(), logger, closers }));
