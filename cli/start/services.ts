import { join } from 'node:path';
import { createInternalClient, identity, type TlsFiles } from '#kernel/tls';
import type { ChildSpec } from './child';
import type { Credentials, Identity } from './credentials';
import type { RoomDatabase } from './databases';
import type { Ports, StartOptions } from './options';
import { keptSecretFile, type StateDir } from './state-dir';
import { nodeProcess } from './supervisor';

/** All that the environments of our processes are made of. */
export interface ServicesInput {
  options: StartOptions;
  ports: Ports;
  state: StateDir;
  credentials: Credentials;
  core: RoomDatabase;
  chain: { database: RoomDatabase; rpcUrl: string; chainId: number } | null;
  /** The server on which projects get their databases, as the role that may make them. */
  provisionerUrl: string;
  /** Core's database, as the role that writes the tree over the audit log. */
  auditWriterUrl: string;
}

export interface Services {
  gateway: ChildSpec;
  core: ChildSpec;
  worker: ChildSpec;
  chain: ChildSpec | null;
  urls: { gateway: string; core: string; worker: string; chain: string };
}

/** One page that shows what each process is given. Variables are those of the process's own `env.ts`. */
export function services(input: ServicesInput): Services {
  const { ports, credentials, core, chain, options, state } = input;
  const urls = urlsOf(ports);
  const dist = (script: string): string => join(options.root, 'dist', script);
  // Outside production graphql-js looks for second copies of itself with every value of an answer: a sixth of the time of a large one.
  const shared = (name: Identity): NodeJS.ProcessEnv => ({ NODE_ENV: 'production', ...inherited(), ...tlsVariables(credentials.tls[name]), LOG_LEVEL: options.logLevel, STATE_DIR: state.path, RAHAT_ROOT: options.root });
  const ready = readiness(credentials.tls.cli);
  const coreShared = {
    DATABASE_URL: core.serviceUrl,
    PRINCIPAL_PUBLIC_KEY_FILE: credentials.principal.publicFile,
    IMAGES_DIR: options.imagesDir,
    PII_KEY_FILE: keptSecretFile(state, 'personal-data', '1 '),
    PII_INDEX_KEY_FILE: keptSecretFile(state, 'personal-data-index'),
    CORE_URL: urls.core,
  };
  return {
    urls,
    core: nodeProcess({
      name: 'core',
      state,
      script: dist('subgraphs/core/main.js'),
      env: {
        SIGN_IN_ORIGIN: urls.gateway,
        CODE_OUTBOX: 'true',
        ...shared('core'),
        ...coreShared,
        CORE_PORT: String(ports.core),
        JWT_PRIVATE_KEY_FILE: credentials.access.privateFile,
        IDENTITY_SECRET_FILE: keptSecretFile(state, 'identity'),
      },
      ready: ready(urls.core, identity.core),
    }),
    worker: nodeProcess({
      name: 'worker',
      state,
      script: dist('subgraphs/core/worker.js'),
      env: {
        ...shared('worker'),
        ...coreShared,
        WORKER_PORT: String(ports.worker),
        AUDIT_DATABASE_URL: input.auditWriterUrl,
        AUDIT_KEY_FILE: credentials.audit.privateFile,
        DATABASE_ADMIN_URL: input.provisionerUrl,
        PROJECT_SECRET_FILE: keptSecretFile(state, 'project-databases'),
        PROJECT_DATABASE_PREFIX: `${options.databasePrefix}project`,
        TLS_ISSUER_CERT_FILE: credentials.authority.certFile,
        TLS_ISSUER_KEY_FILE: credentials.authority.keyFile,
        ...(chain ? { CHAIN_URL: urls.chain } : {}),
      },
      ready: ready(urls.worker, identity.worker),
    }),
    chain: chain && nodeProcess({
      name: 'chain',
      state,
      script: dist('subgraphs/chain/main.js'),
      env: {
        ...shared('chain'),
        CHAIN_PORT: String(ports.chain),
        DATABASE_URL: chain.database.serviceUrl,
        CHAIN_RPC_URL: chain.rpcUrl,
        CHAIN_ID: String(chain.chainId),
        CORE_URL: urls.core,
        PRINCIPAL_PUBLIC_KEY_FILE: credentials.principal.publicFile,
      },
      ready: ready(urls.chain, identity.chain),
    }),
    gateway: nodeProcess({
      name: 'gateway',
      state,
      script: dist('gateway/main.js'),
      // Answers are large and short-lived. With Node's default of 16 MiB many outlive a scavenge and are copied: a list of 1,000 costs twice the time.
      nodeArgs: ['--max-semi-space-size=32'],
      env: {
        ...LOCAL_GATEWAY,
        ...shared('gateway'),
        GATEWAY_PORT: String(ports.gateway),
        CORE_URL: urls.core,
        PRINCIPAL_PRIVATE_KEY_FILE: credentials.principal.privateFile,
      },
      ready: async () => (await fetch(`${urls.gateway}/readiness`, { signal: AbortSignal.timeout(2000) })).ok,
    }),
  };
}

// On a developer's machine everybody may look at the schema, and there is a page to do so.
const LOCAL_GATEWAY = { GRAPHQL_INTROSPECTION: 'true', GRAPHIQL: 'true' };

function urlsOf(ports: Ports): Services['urls'] {
  return {
    gateway: `http://127.0.0.1:${ports.gateway}`,
    core: `https://127.0.0.1:${ports.core}`,
    worker: `https://127.0.0.1:${ports.worker}`,
    chain: `https://127.0.0.1:${ports.chain}`,
  };
}

function tlsVariables(files: TlsFiles): NodeJS.ProcessEnv {
  return { TLS_CA_FILE: files.caFile, TLS_CERT_FILE: files.certFile, TLS_KEY_FILE: files.keyFile };
}

// A database URL that the developer gave to us is an administrator's: no process may inherit it.
const WITHHELD = ['DATABASE_URL', 'DATABASE_ADMIN_URL', 'AUDIT_DATABASE_URL', 'TEST_DATABASE_ADMIN_URL', 'NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE'];

function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !WITHHELD.includes(name)));
}

function readiness(tls: TlsFiles): (url: string, server: string) => () => Promise<boolean> {
  return (url, server) => async () => {
    const client = createInternalClient(tls);
    try {
      await client.call({ url, path: '/readiness', identity: server, timeoutMs: 2000 });
      return true;
    } finally {
      await client.close();
    }
  };
}
