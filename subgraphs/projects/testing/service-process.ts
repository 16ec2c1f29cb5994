import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { anonymous, createPrincipalSigner, PRINCIPAL_HEADER, type Principal } from '#kernel/auth';
import { newId } from '#kernel/db';
import { identity } from '#kernel/tls';
import type { ProjectFacts } from '../runtime';
import type { Stage } from './stage';

const ROOT = join(__dirname, '../../..');

/** The file of an image: `rfv:1.0.0`, or a test type. */
export function imageMain(image: string): string {
  const path = image.replace(':', '/');
  const found = ['dist/images', 'dist/test-images'].map((folder) => join(ROOT, folder, path, 'main.js')).find((file) => existsSync(file));
  if (!found) throw new Error(`There is no built image ${image}: run npm run build.`);
  return found;
}

export interface Ended {
  code: number | null;
  output: string;
}

/** Runs one command of an image to its end, with nothing in its environment but what is given. */
export async function runImage(image: string, command: string, env: Record<string, string> = {}): Promise<Ended> {
  const { ended } = spawnImage(image, [command], env);
  return ended;
}

/** Migrates the stage's database as core's worker would. */
export async function migrateStage(stage: Stage, image: string): Promise<void> {
  const { code, output } = await runImage(image, 'migrate', { DATABASE_URL: stage.database.url, SERVICE_ROLE: new URL(stage.database.serviceUrl).username });
  if (code !== 0) throw new Error(output);
}

export interface GraphQLAnswer {
  data?: Record<string, unknown> | null;
  errors?: Array<{ message: string; path?: unknown[]; extensions: Record<string, unknown> }>;
}

export interface RunningService {
  instanceId: string;
  url: string;
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Asks as the gateway, for a principal with these permissions in the project. */
  ask(query: string, options?: { variables?: Record<string, unknown>; permissions?: string[]; token?: string }): Promise<GraphQLAnswer>;
  post<T>(path: string, body: unknown, room?: 'gateway' | 'worker' | 'chain'): Promise<T>;
  stop(signal?: NodeJS.Signals): Promise<Ended>;
}

export interface StartOptions {
  instanceId?: string;
  generation?: number;
  facts?: ProjectFacts;
}

/** What `serve` would need, for this stage. */
export async function serveEnvironment(stage: Stage, options: Required<StartOptions>): Promise<Record<string, string>> {
  const { facts, instanceId, generation } = options;
  const tls = await stage.certificates.ofInstance(facts.id, instanceId);
  const home = join(stage.folder, instanceId);
  mkdirSync(home, { recursive: true });
  rmSync(join(home, 'endpoint.json'), { force: true }); // of an earlier process of this instance
  return {
    INSTANCE_ID: instanceId,
    GENERATION: String(generation),
    PROJECT: JSON.stringify(facts),
    DATABASE_URL: stage.database.serviceUrl,
    CORE_URL: stage.core.url,
    ENDPOINT_FILE: join(home, 'endpoint.json'),
    LISTEN_HOST: '127.0.0.1',
    PORT: '0',
    TLS_CA_FILE: tls.caFile,
    TLS_CERT_FILE: tls.certFile,
    TLS_KEY_FILE: tls.keyFile,
    PRINCIPAL_PUBLIC_KEY_FILE: stage.certificates.publicKeyFile,
    LOG_LEVEL: 'info',
  };
}

/** Starts a service and waits until it listens. @throws Error with its output when it ends instead. */
export async function startService(stage: Stage, image: string, options: StartOptions = {}): Promise<RunningService> {
  const all = { instanceId: newId(), generation: 1, facts: stage.facts, ...options };
  const env = await serveEnvironment(stage, all);
  const { child, ended } = spawnImage(image, ['serve', '--instance', all.instanceId], env);
  const url = await listening(env.ENDPOINT_FILE ?? '', ended);
  if (!url) {
    const { code, output } = await ended;
    throw new Error(`The service ended with ${code}: ${output}`);
  }
  return serviceAt({ stage, url, child, ended, instanceId: all.instanceId, projectId: all.facts.id });
}

function serviceAt(at: { stage: Stage; url: string; child: ChildProcess; ended: Promise<Ended>; instanceId: string; projectId: string }): RunningService {
  const { stage, url, child, ended, instanceId, projectId } = at;
  const to = { url, identity: identity.projectInstance(projectId, instanceId), method: 'POST' as const, timeoutMs: 20_000 };
  const sign = createPrincipalSigner(stage.certificates.privateKeyFile);
  return {
    instanceId,
    url,
    child,
    ended,
    ask: async (query, { variables = {}, permissions = ALL, token } = {}) => {
      const principal = token ?? (await sign(principalWith(permissions), `project:${projectId}`));
      return stage.as('gateway').call<GraphQLAnswer>({ ...to, path: '/graphql', body: { query, variables }, headers: { [PRINCIPAL_HEADER]: principal } });
    },
    post: (path, body, room = 'worker') => stage.as(room).call({ ...to, path, body }),
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

const ALL = ['entitlement:read', 'entitlement:issue', 'entitlement:redeem'];

/** A user with permissions in the project. */
export function principalWith(permissions: string[]): Principal {
  return { ...anonymous, subject: 'ffffffff-0000-4000-8000-000000000001', permissions };
}

function spawnImage(image: string, args: string[], env: Record<string, string>): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [imageMain(image), ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, output })));
  return { child, ended };
}

/** Waits until the endpoint file is there; an empty text when the service ended without writing it. */
async function listening(file: string, ended: Promise<unknown>): Promise<string> {
  let over = false;
  void ended.then(() => (over = true));
  while (!over) {
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { url: string }).url;
    await new Promise((wake) => setTimeout(wake, 5));
  }
  return '';
}
