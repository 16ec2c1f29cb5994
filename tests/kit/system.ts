import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { print, type DocumentNode } from 'graphql';
import { testEnvironment } from './environment';

const ROOT = join(__dirname, '..', '..');
const START_DEADLINE_MS = 120_000;

/** What a story starts. What is left out: a whole system with the seed, without demo projects, without a chain. */
export interface SystemOptions {
  /** Folder of project service images, from the repository's root. Default: the test types. */
  images?: string;
  chain?: boolean;
  seed?: boolean;
  /** Whether each image is registered and gets a project, as `npm start` does. */
  demo?: boolean;
  /** More variables for all processes, for example shorter timeouts. */
  environment?: Record<string, string>;
}

/** A document: typed by `npm run generate`, or text. */
export type Document<Result, Variables> = string | (DocumentNode & { __apiType?: (variables: Variables) => Result });

/** The name of a process of the system. */
export type ProcessName = 'gateway' | 'core' | 'worker' | 'chain' | 'anvil';

export interface Caller {
  /** The role of a demo account, for example `admin`; nobody when left out. */
  as?: string;
  headers?: Record<string, string>;
}

/** A GraphQL answer as it came. */
export interface Answer<Result> {
  data: Result | null;
  errors: Array<{ message: string; path?: Array<string | number>; extensions?: Record<string, unknown> }>;
  extensions?: Record<string, unknown>;
}

/** A system of its own for one story: real processes, an own database for each room, free ports. */
export interface TestSystem {
  urls: Record<string, string | null>;
  stateDir: string;
  /** Of core, as owner. */
  databaseUrl: string;
  projects: Array<{ id: string; name: string; type: string }>;
  /** @throws Error with code and message of each GraphQL error. */
  graphql<Result = Record<string, unknown>, Variables = Record<string, unknown>>(document: Document<Result, Variables>, variables?: Variables, caller?: Caller): Promise<Result>;
  /** The whole answer, errors included. */
  attempt<Result = Record<string, unknown>, Variables = Record<string, unknown>>(document: Document<Result, Variables>, variables?: Variables, caller?: Caller): Promise<Answer<Result>>;
  token(role: string): Promise<string>;
  pids(): Promise<Record<string, number>>;
  /** SIGKILL, and it stays dead until {@link restart}. */
  kill(process: ProcessName): Promise<void>;
  restart(process: ProcessName): Promise<void>;
  stop(): Promise<void>;
}

interface Ready {
  urls: Record<string, string | null>;
  stateDir: string;
  databases: { core: string };
  logins: Array<{ role: string; email: string; password: string }>;
  projects: Array<{ id: string; name: string; type: string }>;
  control: { url: string; token: string };
}

/** Starts a system and resolves when it serves. Whoever starts it stops it; {@link useSystem} does both for a whole file. */
export async function startSystem(options: SystemOptions = {}): Promise<TestSystem> {
  const { supervisor, log } = spawnSupervisor(options);
  const ready = await readiness(supervisor, log);
  const tokens = new Map<string, Promise<string>>();
  const token = (role: string): Promise<string> => {
    const known = tokens.get(role) ?? logIn(ready, role);
    tokens.set(role, known);
    return known;
  };
  const attempt: TestSystem['attempt'] = async (document, variables, caller) => ask(ready, { document, variables, caller, token });
  const command = (path: string): Promise<unknown> => callControl(ready, path);
  return {
    urls: ready.urls,
    stateDir: ready.stateDir,
    databaseUrl: ready.databases.core,
    projects: ready.projects,
    attempt,
    graphql: async (document, variables, caller) => dataOf(await attempt(document, variables, caller)),
    token,
    pids: async () => ((await command('status')) as { pids: Record<string, number> }).pids,
    kill: async (name) => void (await command(`kill/${name}`)),
    restart: async (name) => void (await command(`restart/${name}`)),
    stop: () => stopSupervisor(supervisor),
  };
}

/** Gives the file (or describe block) that calls it a system of its own. */
export function useSystem(options: SystemOptions = {}): () => TestSystem {
  let system: TestSystem | null = null;
  beforeAll(async () => {
    system = await startSystem(options);
  }, START_DEADLINE_MS);
  afterAll(() => system?.stop(), START_DEADLINE_MS);
  return () => {
    if (!system) throw new Error('The system exists only while tests run.');
    return system;
  };
}

function spawnSupervisor(options: SystemOptions): { supervisor: ChildProcess; log: string } {
  const { adminUrl, folder } = testEnvironment();
  const id = randomBytes(4).toString('hex');
  const stateDir = join(folder, 'systems', id);
  mkdirSync(stateDir, { recursive: true });
  const log = join(stateDir, 'supervisor.log');
  const output = openSync(log, 'a');
  const supervisor = fork(join(ROOT, 'dist/cli/main.js'), ['start', '--ephemeral', '--database-prefix', `t_${id}_`], {
    execArgv: ['--enable-source-maps'],
    stdio: ['ignore', output, output, 'ipc'],
    env: {
      ...process.env,
      RATE_LIMIT: 'false', // stories ask faster than people
      ...options.environment,
      ...FREE_PORTS,
      NODE_ENV: 'production',
      RAHAT_ROOT: ROOT,
      STATE_DIR: stateDir,
      DATABASE_URL: adminUrl,
      IMAGES_DIR: options.images ?? 'dist/test-images',
      RAHAT_CHAIN: String(options.chain ?? false),
      RAHAT_SEED: String(options.seed ?? true),
      RAHAT_DEMO: String(options.demo ?? false),
    },
  });
  return { supervisor, log };
}

const FREE_PORTS = { GATEWAY_PORT: '0', CORE_PORT: '0', WORKER_PORT: '0', CHAIN_PORT: '0', POSTGRES_PORT: '0', ANVIL_PORT: '0' };

function readiness(supervisor: ChildProcess, log: string): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      supervisor.off('message', onMessage).off('exit', onExit).off('error', onError);
      end();
    };
    const fail = (why: string): void => settle(() => reject(new Error(`The system did not start: ${why}\n${readFileSync(log, 'utf8').slice(-4000)}`)));
    const onMessage = (message: unknown): void => {
      const { ready, failed } = message as { ready?: Ready; failed?: string };
      if (ready) settle(() => resolve(ready));
      else fail(failed ?? 'it said nothing');
    };
    const onExit = (code: number | null): void => fail(`the supervisor exited with ${code}`);
    const onError = (error: Error): void => fail(error.message);
    supervisor.on('message', onMessage).on('exit', onExit).on('error', onError);
  });
}

async function stopSupervisor(supervisor: ChildProcess): Promise<void> {
  if (supervisor.exitCode !== null || supervisor.signalCode !== null) return;
  const ended = new Promise((resolve) => supervisor.once('exit', resolve));
  supervisor.kill('SIGTERM');
  await ended;
}

interface Asking<Result, Variables> {
  document: Document<Result, Variables>;
  variables?: Variables | undefined;
  caller?: Caller | undefined;
  token: (role: string) => Promise<string>;
}

async function ask<Result, Variables>(ready: Ready, { document, variables, caller, token }: Asking<Result, Variables>): Promise<Answer<Result>> {
  const authorization: Record<string, string> = caller?.as ? { authorization: `Bearer ${await token(caller.as)}` } : {};
  const response = await fetch(`${ready.urls.gateway}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization, ...caller?.headers },
    body: JSON.stringify({ query: typeof document === 'string' ? document : print(document), variables }),
  });
  const answer = (await response.json()) as Partial<Answer<Result>>;
  return { ...answer, data: answer.data ?? null, errors: answer.errors ?? [] };
}

function dataOf<Result>({ data, errors }: Answer<Result>): Result {
  if (errors.length > 0) throw new Error(errors.map((error) => `${String(error.extensions?.code)} at ${error.path?.join('.') ?? '-'}: ${error.message}`).join('\n'));
  if (!data) throw new Error('The gateway answered without data.');
  return data;
}

async function logIn(ready: Ready, role: string): Promise<string> {
  const account = ready.logins.find((login) => login.role === role);
  if (!account) throw new Error(`There is no demo account ${role}; there are ${ready.logins.map((login) => login.role).join(', ')}.`);
  const variables = { email: account.email, password: account.password };
  const document = 'mutation ($email: String!, $password: String!) { login(email: $email, password: $password) { accessToken } }';
  const answer = await ask<{ login: { accessToken: string } }, typeof variables>(ready, { document, variables, token: () => Promise.resolve('') });
  return dataOf(answer).login.accessToken;
}

async function callControl({ control }: Ready, path: string): Promise<unknown> {
  const response = await fetch(`${control.url}/${path}`, { method: 'POST', headers: { authorization: `Bearer ${control.token}` } });
  const body = (await response.json()) as { error?: string };
  if (!response.ok) throw new Error(body.error ?? `The supervisor answered ${response.status}.`);
  return body;
}
