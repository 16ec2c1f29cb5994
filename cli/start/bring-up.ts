import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { resolveAnvil } from '#kernel/anvil';
import { anvil, LOCAL_CHAIN_ID } from './anvil';
import type { ChildSpec } from './child';
import { ensureCredentials, type Credentials } from './credentials';
import { ensureAuditWriter, ensureProvisioner, prepareRoomDatabase, type RoomDatabase } from './databases';
import { bringUpDemo, type DemoProject } from './demo';
import { embeddedPostgres } from './embedded-postgres';
import { tryFirstQuery, type FirstQuery } from './first-query';
import type { Ports, StartOptions } from './options';
import { settlePorts } from './ports';
import type { Progress } from './progress';
import { seed, type Login } from './seed';
import { services, type Services } from './services';
import type { StateDir } from './state-dir';
import type { Supervisor } from './supervisor';

/** What a system that serves offers. */
export interface Serving {
  urls: Services['urls'] & { anvil: string | null };
  /** The PostgreSQL server, as its administrator. */
  adminDatabaseUrl: string;
  databases: { core: string; chain: string | null };
  logins: Login[];
  projects: DemoProject[];
  firstQuery: FirstQuery | null;
}

interface Context {
  options: StartOptions;
  progress: Progress;
  state: StateDir;
  supervisor: Supervisor;
}

interface Databases {
  adminUrl: string;
  core: RoomDatabase;
  chain: RoomDatabase | null;
  provisionerUrl: string;
  auditWriterUrl: string;
}

/** Everything from the first port to the first answer, in order. */
export async function bringUp(context: Context): Promise<Serving> {
  const { options, progress, state, supervisor } = context;
  const anvilBinary = options.chain ? resolveAnvil({ root: options.root, anvilBin: options.anvilBin ?? undefined, path: process.env.PATH }) : null;
  const withChain = anvilBinary !== null && existsSync(join(options.root, 'dist/subgraphs/chain/main.js'));
  if (options.chain && !withChain) progress.say('          no chain: this machine has no anvil (name one in ANVIL_BIN), or the chain service is not built');
  const ports = await settlePorts(options.ports, neededPorts(options, withChain));

  const credentials = await progress.run('certificates and keys', () => ensureCredentials(state));
  const databases = await prepareDatabases(context, ports, withChain);
  const chainNode = withChain && anvilBinary ? anvil(anvilBinary, state, ports.anvil) : null;
  if (chainNode) await progress.run('local chain', () => supervisor.start(chainNode.spec));

  const specs = specsOf(context, ports, credentials, databases, chainNode?.url ?? null);
  const logins = options.seed ? await progress.run('seed', () => seed(specs.seed, specs.seedScript)) : [];
  const wanted = [specs.core, specs.worker, specs.gateway, ...(specs.chain ? [specs.chain] : [])];
  await progress.run(wanted.map(({ name }) => name).join(', '), () => startTogether(supervisor, wanted));

  const projects = options.demo ? await bringUpDemo({ gatewayUrl: specs.urls.gateway, imagesDir: options.imagesDir, logins, progress }) : [];
  const firstQuery = options.demo && logins.length > 0 ? await progress.run('first query', () => tryFirstQuery(specs.urls.gateway, logins, { projects, chain: specs.chain !== null })) : null;
  return {
    firstQuery,
    urls: { ...specs.urls, anvil: chainNode?.url ?? null },
    adminDatabaseUrl: databases.adminUrl,
    databases: { core: databases.core.ownerUrl, chain: databases.chain?.ownerUrl ?? null },
    logins,
    projects,
  };
}

function neededPorts(options: StartOptions, withChain: boolean): Array<keyof Ports> {
  const always: Array<keyof Ports> = ['gateway', 'core', 'worker'];
  return [...always, ...(options.adminDatabaseUrl ? [] : (['postgres'] as const)), ...(withChain ? (['chain', 'anvil'] as const) : [])];
}

async function prepareDatabases({ options, progress, state, supervisor }: Context, ports: Ports, withChain: boolean): Promise<Databases> {
  const adminUrl =
    options.adminDatabaseUrl ??
    (await progress.run('PostgreSQL', async () => {
      const embedded = await embeddedPostgres(state, { root: options.root, port: ports.postgres, unsafe: options.ephemeral });
      await supervisor.start(embedded.spec);
      return embedded.adminUrl;
    }));
  const room = (name: 'core' | 'chain'): Promise<RoomDatabase> => prepareRoomDatabase({ adminUrl, prefix: options.databasePrefix, room: name, root: options.root, state });
  return progress.run(
    'databases and migrations',
    async () => {
      const [core, chain, provisionerUrl] = await Promise.all([room('core'), withChain ? room('chain') : null, ensureProvisioner(adminUrl, options.databasePrefix, state)]);
      return { adminUrl, core, chain, provisionerUrl, auditWriterUrl: await ensureAuditWriter(adminUrl, core, state) };
    },
    ({ core, chain }) => remark([...core.applied, ...(chain?.applied ?? [])].length),
  );
}

function remark(applied: number): string {
  return applied === 0 ? 'up to date' : `${applied} applied`;
}

type Specs = Services & { seed: Pick<ChildSpec, 'command' | 'args' | 'env'>; seedScript: string };

function specsOf({ options, state }: Context, ports: Ports, credentials: Credentials, databases: Databases, rpcUrl: string | null): Specs {
  const chain = databases.chain && rpcUrl ? { database: databases.chain, rpcUrl, chainId: LOCAL_CHAIN_ID } : null;
  const all = services({ options, ports, state, credentials, core: databases.core, chain, provisionerUrl: databases.provisionerUrl, auditWriterUrl: databases.auditWriterUrl });
  const seedScript = join(options.root, 'dist/subgraphs/core/seed.js');
  return { ...all, seedScript, seed: { command: process.execPath, args: ['--enable-source-maps', seedScript], env: all.core.env } };
}

/** They wait for each other by themselves; the first that fails fails the start. */
async function startTogether(supervisor: Supervisor, specs: readonly ChildSpec[]): Promise<void> {
  await Promise.all(specs.map((spec) => supervisor.start(spec)));
}
