import { ConfigurationError } from '#kernel/config';
import { runProcess } from '#kernel/lifecycle';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { createGateway } from './app';
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
const logger = createLogger({ name: 'gateway', level: env.LOG_LEVEL });

runProcess(logger, async (closers) => {
  const server = await createGateway(env, { logger, metrics: createMetrics() }, closers);
  const url = await server.listen({ host: env.LISTEN_HOST, port: env.GATEWAY_PORT });
  logger.info({ url }, 'the gateway listens');
});
