import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createPool, fromPg, readMigrations } from '#kernel/db';
import { createInternalServer, databaseReady, listen, readyWith } from '#kernel/http';
import { createJobs } from '#kernel/jobs';
import { runProcess } from '#kernel/lifecycle';
import { openLogExports } from '#kernel/logs';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { createInternalClient, tlsFiles } from '#kernel/tls';
import { createAttributes } from './attributes';
import { openAuditTree } from './audit';
import { AuditExportRepository, implementAuditExportJobs } from './audit-exports';
import { BeneficiaryAccess, createBeneficiaries, reindex } from './beneficiaries';
import { createConsents } from './consents';
import { createMatchingRetention, implementMatchingJobs } from './matching';
import { DuplicateRepository, createNewcomerWatch, implementDuplicateJobs } from './duplicates';
import { ExportRepository, implementExportJobs } from './exports';
import { BulkActionRepository, implementBulkActionJobs } from './bulk-actions';
import { createDatabase } from './database';
import { DeploymentsRepository, createJournal, createProcessDriver, createProjectLock, createProvisioner, createReconciler, createServiceClient } from './deployments';
import { createDocumentRetention, createDocumentStore, openStores } from './documents';
import { inheritedEnv, workerEnv } from './env';
import { createTallyUpkeep, enrolPeople } from './enrollments';
import { FeedRepository, createRetention } from './feed';
import { createImportRetention, implementImportJobs } from './imports';
import { createIdentityRetention } from './identity-retention';
import { measureWorker } from './metrics';
import { createMemoryRetention, createNewsDesk } from './news';
import { createProjectOutcomes } from './projects';
import { createLogRetention } from './logs';
import { createRoles } from './roles';
import { createKeyRotation, createProtectedData, openKeyProvider, sealedTables } from './protected-data';
import { allSubscribers } from './subscribers';
import { Registry, RegistryRepository, TypeCatalogue, createComposer } from './supergraph';

const env = workerEnv();
const logs = openLogExports(env, { service: 'worker', instance: hostname(), release: env.RAHAT_RELEASE });
const logger = createLogger({ name: 'worker', level: env.LOG_LEVEL, sinks: logs.sinks });

// The composition root of the worker: one page that shows what depends on what.
runProcess(logger, async (closers) => {
  closers.add('logs', () => logs.close());
  const tls = tlsFiles(env);
  const pool = createPool(env.DATABASE_URL, { max: 12, name: 'rahat-worker' });
  closers.add('pool', () => pool.end());
  const database = createDatabase(pool);
  const client = createInternalClient(tls);
  closers.add('client', () => client.close());
  const composer = createComposer();
  closers.add('composer', () => composer.close());

  const driver = createProcessDriver({
    imagesDir: env.IMAGES_DIR,
    stateDir: env.STATE_DIR,
    caFile: env.TLS_CA_FILE,
    authority: { certFile: env.TLS_ISSUER_CERT_FILE, keyFile: env.TLS_ISSUER_KEY_FILE },
    principalPublicKeyFile: env.PRINCIPAL_PUBLIC_KEY_FILE,
    logLevel: env.LOG_LEVEL,
    inherited: inheritedEnv(),
  });
  const registryRepository = new RegistryRepository(database);
  const registry = new Registry(database, registryRepository, composer, logger);
  const types = new TypeCatalogue(database, registryRepository, driver.describe);
  const deployments = new DeploymentsRepository(database);
  const services = createServiceClient(client);
  const { lifecycle, recordContract } = createProjectOutcomes(database);
  const lock = createProjectLock(pool);
  closers.add('locks', () => lock.close());

  const protectedData = createProtectedData(openKeyProvider(env, closers), env.PII_INDEX_KEY_FILE);
  const indexed = await reindex(database, protectedData);
  if (indexed > 0) logger.info({ people: indexed }, 'made people found by the newest index key');
  const documents = createDocumentStore({ database, protectedData, stores: openStores(env), logger });
  const documentRetention = createDocumentRetention(documents.cleanUp, logger);
  closers.add('document retention', () => documentRetention.close());
  const jobs = createJobs({ databaseUrl: env.DATABASE_URL, redisUrl: env.REDIS_URL }, logger);
  const reconciler = createReconciler({
    database,
    repository: deployments,
    registry,
    types,
    driver,
    provisioner: createProvisioner({
      adminUrl: env.DATABASE_ADMIN_URL,
      secret: readFileSync(env.PROJECT_SECRET_FILE, 'utf8').trim(),
      prefix: env.PROJECT_DATABASE_PREFIX,
    }),
    services,
    lifecycle,
    step: createJournal(deployments, logger),
    coreUrl: env.CORE_URL,
    readyTimeoutMs: env.READY_TIMEOUT_MS,
    drainGraceMs: env.DRAIN_GRACE_MS,
    jobs,
    withLock: lock.withLock,
    logger,
  });
  const feed = new FeedRepository(fromPg(pool));
  const { grants } = createRoles({ database });
  const principalOf = (userId: string) => grants.effectivePermissions(userId);
  const attributes = createAttributes({ database });
  implementImportJobs(jobs, { database, documents, protectedData, attributes, enrol: enrolPeople, principalOf, chunk: 1000 });
  implementBulkActionJobs(jobs, { database, repository: new BulkActionRepository(database), access: new BeneficiaryAccess(database), principalOf, chunk: 2000 });
  const beneficiaries = createBeneficiaries({ database, protectedData, attributes });
  implementExportJobs(jobs, { database, repository: new ExportRepository(database), beneficiaries, consents: createConsents({ database, beneficiaries }), attributes, documents, principalOf, page: 1000 });
  implementAuditExportJobs(jobs, { database, pool, repository: new AuditExportRepository(database), documents, principalOf });
  implementMatchingJobs(jobs, { database, protectedData, chunk: 2000 });
  implementDuplicateJobs(jobs, { database, repository: new DuplicateRepository(database), chunk: 2000 });
  const matchingRetention = createMatchingRetention(database, logger);
  closers.add('matching retention', () => matchingRetention.close());
  const newcomerWatch = createNewcomerWatch(database, logger);
  closers.add('newcomer watch', () => newcomerWatch.close());
  const tallyUpkeep = createTallyUpkeep(database, logger);
  closers.add('tally upkeep', () => tallyUpkeep.close());
  const importRetention = createImportRetention(database, logger);
  closers.add('import retention', () => importRetention.close());
  const metrics = createMetrics();
  logs.measure(metrics);
  const { recordAnchor } = openAuditTree(env, { pool, logger, metrics, closers });
  const subscribers = allSubscribers({ database, jobs, deployments, services, client, chainUrl: env.CHAIN_URL, recordContract, recordAnchor });
  const desk = await createNewsDesk({ pool, databaseUrl: env.DATABASE_URL, logger, metrics, subscribers, markPublished: (tx, ids) => feed.publish(tx, ids) });
  await jobs.start();
  closers.add('jobs', () => jobs.close());
  closers.add('news desk', () => desk.close());
  const retention = createRetention(feed, { hours: env.FEED_RETENTION_HOURS, logger });
  closers.add('retention', () => retention.close());
  const memoryRetention = createMemoryRetention(pool, logger);
  closers.add('memory retention', () => memoryRetention.close());
  const logRetention = createLogRetention(database, { days: env.LOG_RETENTION_DAYS, logger });
  closers.add('log retention', () => logRetention.close());
  const keyRotation = createKeyRotation(database, protectedData, sealedTables, logger);
  closers.add('key rotation', () => keyRotation.close());
  const identityRetention = createIdentityRetention(database, logger);
  closers.add('identity retention', () => identityRetention.close());
  reconciler.start();
  closers.add('reconciler', () => reconciler.close());

  const migrations = readMigrations(join(env.RAHAT_ROOT, 'prisma/core/migrations'));
  const ready = async () => readyWith({ database: databaseReady(pool, migrations), keys: protectedData.currentVersion() });
  measureWorker(metrics, { pool, jobs });
  const server = createInternalServer({ tls, logger, metrics, readiness: ready });
  closers.add('server', () => server.close());
  logger.info({ url: await listen(server, env.LISTEN_HOST, env.WORKER_PORT) }, 'the worker works');
});
