import { join } from 'node:path';
import type { NonEmptyArray } from 'type-graphql';
import { allow } from 'graphql-shield';
import { createPrincipalVerifier } from '#kernel/auth';
import { createPool, fromPg, readMigrations } from '#kernel/db';
import { buildSubgraph, mountSubgraph, type Subgraph } from '#kernel/graphql';
import { createInternalServer, databaseReady, listen, readyWith } from '#kernel/http';
import { createQueueAdmin, type QueueAdmin } from '#kernel/jobs';
import type { Closers } from '#kernel/lifecycle';
import type { LogExports } from '#kernel/logs';
import { createMetrics, type Logger } from '#kernel/telemetry';
import { tlsFiles } from '#kernel/tls';
import { createAudit } from './audit';
import { createAuditExports } from './audit-exports';
import { createApiKeys } from './api-keys';
import { createAttributes } from './attributes';
import { createAuth, type SignInSettings } from './auth';
import { createBeneficiaries, reindex, sealPlain } from './beneficiaries';
import { Attempts, Challenges } from './challenges';
import type { CoreContext } from './context';
import { createConsents } from './consents';
import { createBulkActions } from './bulk-actions';
import { createDatabase, type CoreDatabase } from './database';
import { createDeployments, createLocalImages } from './deployments';
import { createDocuments, kindsOfVendor, openStores, type Stores } from './documents';
import { createDevices } from './devices';
import { createEnrollments } from './enrollments';
import type { apiEnv } from './env';
import { createDuplicates } from './duplicates';
import { createMatching } from './matching';
import { createExceptions } from './exceptions';
import { createExports } from './exports';
import { FeedRepository, createEventLookup, createFeed, createFeedStream, subscriptions, type FeedEvent } from './feed';
import { createGrievances } from './grievances';
import { createImports } from './imports';
import { createGroups } from './groups';
import { createHouseholds } from './households';
import { signInSettings } from './identity-settings';
import { mountIngest } from './ingest';
import { createNews } from './news';
import { createLogs, openLogReceiver, type LaterStore } from './logs';
import { createOffline } from './offline';
import { createOrganizations } from './organizations';
import { createProjects } from './projects';
import { createPersonalDataKeys, createProtectedData, openKeyProvider, type ProtectedData } from './protected-data';
import { createQueues } from './queues';
import { createRoles } from './roles';
import { createSecondFactor } from './second-factor';
import { createSecrets } from './secrets';
import { createSessions } from './sessions';
import type { Slice } from './slice';
import { Registry, RegistryRepository, TypeCatalogue, createComposer, createGatewayLink, createSupergraph, mountSubgraphRegistration, type ImageDescription } from './supergraph';
import { createUsers } from './users';
import { createVendors, sealPlainContacts } from './vendors';

export interface SlicesDeps {
  database: CoreDatabase;
  describe: (image: string) => Promise<ImageDescription>;
  /** The first signs access tokens. */
  jwtPrivateKeyFiles: readonly string[];
  identitySecretFile: string;
  protectedData: ProtectedData;
  stores: Stores;
  largestDocument: number;
  signIn: SignInSettings;
  /** Queues of background work, wherever they lie. */
  queues: QueueAdmin;
  logger: Logger;
}

/** The slices of core, in the order in which one may know of another: downhill only. */
export function createSlices(deps: SlicesDeps) {
  const { database, logger } = deps;
  const repository = new RegistryRepository(database);
  const catalogue = new TypeCatalogue(database, repository, deps.describe);
  const audit = createAudit({ database });
  const news = createNews({ database });
  const queues = createQueues({ database, admin: deps.queues });
  const exceptions = createExceptions({ database });
  const logs = createLogs({ database });
  const secrets = createSecrets(deps.identitySecretFile);
  const attempts = new Attempts(database, secrets);
  const challenges = new Challenges(database, secrets);
  const sessions = createSessions({ database, secrets, jwtPrivateKeyFiles: deps.jwtPrivateKeyFiles });
  const secondFactor = createSecondFactor({ database, secrets, attempts, sessions: sessions.service });
  const auth = createAuth({ database, secrets, attempts, challenges, sessions, secondFactor: secondFactor.service, settings: deps.signIn, logger });
  const organizations = createOrganizations({ database });
  const roles = createRoles({ database });
  const users = createUsers({ database, organizations, roles, sessions });
  const apiKeys = createApiKeys({ database, roles });
  const attributes = createAttributes({ database });
  const beneficiaries = createBeneficiaries({ database, protectedData: deps.protectedData, attributes });
  const households = createHouseholds({ database, beneficiaries });
  const consents = createConsents({ database, beneficiaries });
  const vendors = createVendors({ database, protectedData: deps.protectedData, documents: { kindsOf: kindsOfVendor } });
  const devices = createDevices({ database, vendors });
  const offline = createOffline({ database, protectedData: deps.protectedData, beneficiaries, devices });
  const supergraph = createSupergraph({ repository, catalogue });
  const deployments = createDeployments({ database });
  const projects = createProjects({ database, catalogue, deployments });
  const enrollments = createEnrollments({ database, projects, beneficiaries, vendors });
  const groups = createGroups({ database, beneficiaries });
  const documents = createDocuments({
    database,
    protectedData: deps.protectedData,
    secrets,
    stores: deps.stores,
    logger,
    publicUrl: deps.signIn.origin,
    largest: deps.largestDocument,
    about: { project: projects.byId, beneficiary: beneficiaries.byId, vendor: vendors.byId },
  });
  const bulkActions = createBulkActions({ database, beneficiaries, projects, groupMembers: groups.members });
  const duplicates = createDuplicates({ database, protectedData: deps.protectedData, beneficiaries });
  const matching = createMatching({ database, beneficiaries });
  const auditExports = createAuditExports({ database, documents });
  const exported = createExports({ database, attributes, beneficiaries, documents });
  const imports = createImports({ database, documents, projects, beneficiaries });
  const personalDataKeys = createPersonalDataKeys({ database, protectedData: deps.protectedData });
  const grievances = createGrievances({ database, protectedData: deps.protectedData, projects, beneficiaries, vendors });
  const feed = createFeed({ projects, beneficiaries, vendors, enrollments });
  const all = [
    audit,
    auditExports,
    news,
    createExceptions({ database }),
    createLogs({ database }),
    queues,
    exceptions,
    logs,
    organizations,
    roles,
    sessions,
    secondFactor,
    auth,
    users,
    apiKeys,
    attributes,
    beneficiaries,
    households,
    consents,
    vendors,
    devices,
    offline,
    supergraph,
    deployments,
    projects,
    enrollments,
    groups,
    documents,
    imports,
    bulkActions,
    exported,
    duplicates,
    matching,
    grievances,
    personalDataKeys,
    feed,
  ];
  return { repository, auth, sessions, roles, apiKeys, consents, documents, all };
}

/** Core's schema out of its slices. */
export async function buildCoreSubgraph(slices: readonly Slice[]): Promise<Subgraph> {
  const instances = new Map<unknown, object>(slices.flatMap((slice) => [...slice.resolvers]));
  return buildSubgraph<CoreContext>({
    resolvers: [...instances.keys()] as NonEmptyArray<NewableFunction>,
    container: { get: (resolver) => instances.get(resolver) as object },
    references: Object.assign({}, ...slices.map((slice) => slice.references)),
    rules: mergeRules(slices),
  });
}

type ShieldRule = typeof allow;
type TypeRules = Record<string, ShieldRule>;

function mergeRules(slices: readonly Slice[]): Record<string, TypeRules> {
  const merged: Record<string, TypeRules> = { PageInfo: { '*': allow }, Query: { _entities: allow, _service: allow } };
  for (const [type, rules] of slices.flatMap((slice) => Object.entries(slice.rules))) {
    merged[type] = { ...merged[type], ...(isRule(rules) ? { '*': rules } : (rules as TypeRules)) };
  }
  return merged;
}

function isRule(rules: unknown): rules is ShieldRule {
  return typeof rules === 'object' && rules !== null && 'resolve' in rules;
}

/** Starts core's API process: the subgraph, the registry's line to gateways, and what other rooms call. */
export async function startApi(options: { env: ReturnType<typeof apiEnv>; inherited: Record<string, string>; logger: Logger; logs: Pick<LaterStore, 'storeIn'> & Pick<LogExports, 'close' | 'measure'>; closers: Closers }): Promise<void> {
  const { env, logger, closers } = options;
  const pool = createPool(env.DATABASE_URL, { max: 20, name: 'rahat-core' });
  closers.add('pool', () => pool.end());
  const database = createDatabase(pool);
  const receiver = openLogReceiver(env, { database, closers });
  options.logs.storeIn(receiver.takeOwn);
  closers.add('logs', () => options.logs.close()); // before the pool, after all else that may have something to say
  const protectedData = createProtectedData(openKeyProvider(env, closers), env.PII_INDEX_KEY_FILE);
  const sealed = await sealPlain(database, protectedData);
  if (sealed > 0) logger.info({ people: sealed }, 'sealed personal data that lay open');
  const indexed = await reindex(database, protectedData);
  if (indexed > 0) logger.info({ people: indexed }, 'made people found by the newest index key');
  const contacts = await sealPlainContacts(database, protectedData);
  if (contacts > 0) logger.info({ vendors: contacts }, 'sealed contacts of vendors that lay open');
  const { describe } = createLocalImages(env.IMAGES_DIR, options.inherited);
  const queues = createQueueAdmin({ databaseUrl: env.DATABASE_URL, redisUrl: env.REDIS_URL });
  closers.add('queues', () => queues.close());
  const { repository, auth, sessions, roles, apiKeys, documents, all } = createSlices({
    database,
    describe,
    jwtPrivateKeyFiles: env.JWT_PRIVATE_KEY_FILE,
    identitySecretFile: env.IDENTITY_SECRET_FILE,
    protectedData,
    stores: openStores(env),
    largestDocument: env.DOCUMENT_MAX_BYTES,
    signIn: signInSettings(env),
    queues,
    logger,
  });
  auth.post.start();
  closers.add('code post', () => auth.post.close());
  const composer = createComposer();
  closers.add('composer', () => composer.close());
  const registry = new Registry(database, repository, composer, logger);
  const subgraph = await buildCoreSubgraph(all);
  await registry.registerStatic({ name: 'core', kind: 'http', url: env.CORE_URL, sdl: subgraph.sdl, config: { audience: 'core', subscriptions } });

  const migrations = readMigrations(join(env.RAHAT_ROOT, 'prisma/core/migrations'));
  const metrics = createMetrics();
  options.logs.measure(metrics);
  const server = createInternalServer({
    tls: tlsFiles(env),
    logger,
    metrics,
    readiness: async () => readyWith({ database: databaseReady(pool, migrations), keys: protectedData.currentVersion() }),
  });
  const verify = createPrincipalVerifier(env.PRINCIPAL_PUBLIC_KEY_FILE, 'core');
  const events = new FeedRepository(fromPg(pool));
  const apollo = await mountSubgraph<CoreContext, FeedEvent>(server, {
    subgraph,
    logger,
    verify,
    context: (principal, event, client) => ({ principal, event, client }),
    eventById: createEventLookup(events),
  });
  closers.add('graphql', () => apollo.stop());
  const link = await createGatewayLink(registry, repository, { databaseUrl: env.DATABASE_URL, revocations: sessions.revocations, logger });
  link.mount(server);
  const feed = await createFeedStream(events, { databaseUrl: env.DATABASE_URL, logger });
  feed.mount(server);
  auth.registerAuthRoutes(server);
  roles.registerPrincipals(server);
  apiKeys.registerApiKeys(server, { logger, closers });
  documents.mountContent(server);
  mountIngest(server, database);
  receiver.mount(server);
  mountSubgraphRegistration(server, registry);
  closers.add('server', () => server.close());
  closers.add('gateway link', () => link.close());
  closers.add('feed', () => feed.close());
  logger.info({ url: await listen(server, env.LISTEN_HOST, env.CORE_PORT) }, 'core serves');
}
