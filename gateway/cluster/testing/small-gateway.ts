/**
 * A gateway reduced to its place in a cluster, as a program of its own: `<workers> [fails]`. A worker answers who it is, and its metrics.
 * On SIGUSR2 it takes its turn, writes so, and gives it back after a while; on SIGHUP it keeps it.
 */
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { runProcess, type Closers } from '#kernel/lifecycle';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { startWorkers, workerPlace } from '../index';

const TURN_MS = 30;
const [count = '1', fails] = process.argv.slice(2);
const number = Number(process.env.GATEWAY_WORKER);
const logger = createLogger({ name: 'small gateway', level: 'debug' });

async function serve(closers: Closers): Promise<void> {
  if (fails) throw new Error('This worker cannot start.');
  const { turn, metrics } = workerPlace(number);
  const answers = metrics.counter('answers_total', 'Answers.');
  const server = createServer(async (request, response) => {
    if (request.url === '/metrics') return response.end(await metrics.text());
    answers.inc();
    if (request.url === '/slow') {
      logger.info({ worker: number }, 'under way');
      await sleep(300);
    }
    response.end(JSON.stringify({ number, pid: process.pid, id: process.env.GATEWAY_ID }));
  });
  process.on('SIGUSR2', async () => {
    const done = await turn.take();
    logger.info({ worker: number }, 'in');
    await sleep(TURN_MS);
    logger.info({ worker: number }, 'out');
    done();
  });
  process.on('SIGHUP', async () => {
    await turn.take();
    logger.info({ worker: number }, 'in');
  });
  closers.add('server', () => new Promise((resolve) => server.close(resolve)));
  server.listen(0, '127.0.0.1', () => logger.info({ port: (server.address() as AddressInfo).port, worker: number }, 'listens'));
}

runProcess(logger, (closers) => (cluster.isPrimary ? startWorkers({ count: Number(count), gatewayId: 'g', logger, metrics: createMetrics({ worker: 'primary' }) }, closers) : serve(closers)));
