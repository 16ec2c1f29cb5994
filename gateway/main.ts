import cluster from 'node:cluster';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { ConfigurationError } from '#kernel/config';
import { runProcess, type Closers } from '#kernel/lifecycle';
import { openLogExports } from '#kernel/logs';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { createGateway } from './app';
import { alone, startWorkers, workerPlace } from './cluster';
import { readEnv, type GatewayEnv } from './env';

function environment(): GatewayEnv {
  try {
    return readEnv(process.env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

const env = environment();
const worker = cluster.isWorker ? (env.GATEWAY_WORKER ?? null) : null;
const logs = openLogExports(env, { service: 'gateway', instance: env.GATEWAY_ID || hostname(), release: env.RAHAT_RELEASE });
const logger = createLogger({ name: 'gateway', level: env.LOG_LEVEL, sinks: logs.sinks, ...(worker === null ? {} : { bindings: { worker } }) });

async function serve(closers: Closers): Promise<void> {
  closers.add('logs', () => logs.close());
  const place = worker === null ? alone() : workerPlace(worker);
  logs.measure(place.metrics);
  const server = await createGateway(env, { logger, ...place }, closers);
  const url = await server.listen({ host: env.LISTEN_HOST, port: env.GATEWAY_PORT });
  logger.info({ url }, 'the gateway listens');
}

function lead(closers: Closers): Promise<void> {
  closers.add('logs', () => logs.close());
  const gatewayId = env.GATEWAY_ID || randomUUID();
  return startWorkers({ count: env.GATEWAY_WORKERS, gatewayId, logger, metrics: createMetrics({ worker: 'primary' }) }, closers);
}

runProcess(logger, env.GATEWAY_WORKERS > 1 && worker === null ? lead : serve);
