import 'reflect-metadata';
import { hostname } from 'node:os';
import { runProcess } from '#kernel/lifecycle';
import { openLogExports } from '#kernel/logs';
import { createLogger } from '#kernel/telemetry';
import { startApi } from './app';
import { apiEnv, inheritedEnv } from './env';
import { createLaterStore } from './logs';

const env = apiEnv();
const own = createLaterStore();
const logs = openLogExports(env, { service: 'core', instance: hostname(), release: env.RAHAT_RELEASE }, own.store);
const logger = createLogger({ name: 'core', level: env.LOG_LEVEL, sinks: logs.sinks });
runProcess(logger, (closers) => startApi({ env, inherited: inheritedEnv(), logger, logs: { ...logs, ...own }, closers }));
