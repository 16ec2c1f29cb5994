import { createPrincipalVerifier } from '#kernel/auth';
import { createPool, holdAdvisoryLock } from '#kernel/db';
import { AppError } from '#kernel/errors';
import { mountSubgraph } from '#kernel/graphql';
import { toWire } from '#kernel/events';
import { createInternalServer, listen } from '#kernel/http';
import type { Closers } from '#kernel/lifecycle';
import { createMetrics, type Logger } from '#kernel/telemetry';
import { createInternalClient, identity, tlsFiles } from '#kernel/tls';
import { createBackgroundWork } from '../background/background-work';
import { writeEndpointFile } from '../endpoint-file';
import type { ServeEnv } from '../env';
import { mountGenerationRoutes } from '../internal/generation-routes';
import { mountProjectNews } from '../internal/project-news';
import type { ProjectContext, ProjectType } from '../project-type';
import { buildTypeSchema } from '../schema/build-type-schema';
import { createReadiness } from './readiness';

/** Three, and one for lock and LISTEN: fifty services must fit on one database server. */
const POOL_SIZE = 3;
/** Exit code of a second copy of an instance that runs. */
const ALREADY_RUNNING = 3;
/** Shorter than the five seconds that an activation may take: it waits for a batch that is under way. */
const PUBLISH_TIMEOUT_MS = 4000;

/** Serves one project until the process is told to stop. */
export async function serveType(type: ProjectType, options: { env: ServeEnv; logger: Logger; closers: Closers }): Promise<void> {
  const { env, logger, closers } = options;
  const { id: projectId } = env.PROJECT;
  if (env.PROJECT.type !== type.name) throw new Error(`This image is of the type ${type.name}; the project is of the type ${env.PROJECT.type}.`);
  const lock = await holdAdvisoryLock(env.DATABASE_URL, `instance ${env.INSTANCE_ID}`, (error) => {
    // Uncaught on purpose: without the lock another copy may run, so this one must end.
    throw new Error('The lock of this instance was lost.', { cause: error });
  });
  if (!lock) {
    logger.fatal('another copy of this instance runs');
    process.exit(ALREADY_RUNNING);
  }
  closers.add('lock', () => lock.release());
  const pool = createPool(env.DATABASE_URL, { max: POOL_SIZE, name: 'rahat-project' });
  closers.add('pool', () => pool.end());
  const client = createInternalClient(tlsFiles(env));
  closers.add('client', () => client.close());
  const background = createBackgroundWork({
    pool,
    logger,
    generation: env.GENERATION,
    publish: async (batch) => {
      await client.call({ url: env.CORE_URL, path: '/internal/ingest', identity: identity.core, method: 'POST', body: toWire(batch), timeoutMs: PUBLISH_TIMEOUT_MS });
    },
  });
  closers.add('background work', () => background.close());
  lock.client.on('notification', () => background.wake());
  await lock.client.query('LISTEN outbox');

  const parts = type.build({ projectId, pool, logger });
  const subgraph = await buildTypeSchema(parts, projectId);
  const readiness = createReadiness({ type, parts, pool, facts: env.PROJECT, onFirstReady: () => background.start() });
  await readiness.check();
  const server = createInternalServer({ tls: tlsFiles(env), logger, metrics: createMetrics(), readiness: async () => ({ ready: await readiness.check() }) });
  const verify = createPrincipalVerifier(env.PRINCIPAL_PUBLIC_KEY_FILE, `project:${projectId}`);
  const apollo = await mountSubgraph<ProjectContext>(server, {
    subgraph,
    logger,
    verify: async (token) => {
      const principal = await verify(token);
      if (!readiness.wasReady()) throw new AppError('NOT_READY', 'The service is starting; nothing was written.');
      return principal;
    },
    context: (principal) => ({ principal }),
  });
  closers.add('graphql', () => apollo.stop());
  mountProjectNews(server, { pool, projectId });
  mountGenerationRoutes(server, { pool, generation: env.GENERATION, background });
  closers.add('server', () => server.close());
  const url = await listen(server, env.LISTEN_HOST, env.PORT);
  writeEndpointFile(env.ENDPOINT_FILE, url);
  logger.info({ url }, 'the project service serves');
}
