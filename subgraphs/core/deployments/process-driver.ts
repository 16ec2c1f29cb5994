import { execFile, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { AppError } from '#kernel/errors';
import { identity, issueCertificate, type CertificateFiles } from '#kernel/tls';
import { descriptionSchema, type ImageDescription } from '../supergraph';
import type { Driver, InstanceSpec, ObservedInstance } from './driver';
import { runningProcesses } from './running-processes';

const run = promisify(execFile);
const IMAGE = /^([a-z][a-z0-9-]{0,40}):(\d+\.\d+\.\d+(?:-[a-z0-9.]+)?)$/;
const ONE_SHOT_MS = 60_000;

export interface ProcessDriverOptions {
  /** Holds `<name>/<version>/main.js`. */
  imagesDir: string;
  /** Holds `instances/<instanceId>/…`. Processes are found again by the instance id on their command line. */
  stateDir: string;
  caFile: string;
  authority: CertificateFiles;
  principalPublicKeyFile: string;
  logLevel: string;
  /** What every child inherits (`PATH` and the like): never our database URL or key files. */
  inherited: Record<string, string>;
}

/** Runs each service as a child process of its own session: it outlives the worker and is found again by the next one. */
export function createProcessDriver(options: ProcessDriverOptions): Driver {
  const instancesDir = resolve(options.stateDir, 'instances');
  const home = (instanceId: string): string => join(instancesDir, z.uuid().parse(instanceId));

  async function spawnService(spec: InstanceSpec): Promise<void> {
    const dir = home(spec.instanceId);
    await mkdir(dir, { recursive: true });
    await rm(join(dir, 'endpoint.json'), { force: true });
    const certificate = { certFile: join(dir, 'tls.crt'), keyFile: join(dir, 'tls.key') };
    if (!existsSync(certificate.certFile)) {
      await issueCertificate(options.authority, identity.projectInstance(spec.projectId, spec.instanceId), certificate);
    }
    const log = openSync(join(dir, 'service.log'), 'a', 0o600);
    const child = spawn(process.execPath, [mainOf(options.imagesDir, spec.image), 'serve', '--instance', spec.instanceId], {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: dir,
      env: {
        ...options.inherited,
        ...spec.environment,
        INSTANCE_ID: spec.instanceId,
        GENERATION: String(spec.generation),
        ENDPOINT_FILE: join(dir, 'endpoint.json'),
        LISTEN_HOST: '127.0.0.1',
        PORT: '0',
        LOG_LEVEL: options.logLevel,
        TLS_CA_FILE: options.caFile,
        TLS_CERT_FILE: certificate.certFile,
        TLS_KEY_FILE: certificate.keyFile,
        PRINCIPAL_PUBLIC_KEY_FILE: options.principalPublicKeyFile,
      },
    });
    closeSync(log);
    child.on('error', () => undefined); // seen as "does not run" by the next observation
    child.unref();
  }

  return {
    describe: async (image) => parseDescription(image, await oneShot(options.imagesDir, image, 'describe', options.inherited)),
    migrate: async (image, environment) => {
      await oneShot(options.imagesDir, image, 'migrate', { ...options.inherited, ...environment });
    },
    start: async (spec) => {
      if (!(await runningProcesses()).has(spec.instanceId)) await spawnService(spec);
    },
    observe: async () => {
      const [running, ours] = await Promise.all([runningProcesses(), readdir(instancesDir).catch(() => [] as string[])]);
      const found = new Map<string, ObservedInstance>();
      for (const id of ours) if (running.has(id)) found.set(id, { url: await endpointOf(home(id)) });
      return found;
    },
    logTail: async (instanceId) => (await readFile(join(home(instanceId), 'service.log'), 'utf8').catch(() => '')).slice(-2000),
    stop: (instanceId, graceMs) => stopProcess(instanceId, graceMs),
    forget: (instanceId) => rm(home(instanceId), { recursive: true, force: true }),
    available: () => listImages(options.imagesDir),
  };
}

function mainOf(imagesDir: string, image: string): string {
  const [, name, version] = IMAGE.exec(image) ?? [];
  const main = name && version ? resolve(imagesDir, name, version, 'main.js') : '';
  if (!main || !existsSync(main)) throw new AppError('UNKNOWN_PROJECT_TYPE', `There is no image ${image.slice(0, 100)}.`, { field: 'image' });
  return main;
}

async function oneShot(imagesDir: string, image: string, command: string, environment: Record<string, string>): Promise<string> {
  const main = mainOf(imagesDir, image);
  try {
    const { stdout } = await run(process.execPath, [main, command], { env: { ...options.inherited, ...environment }, timeout: ONE_SHOT_MS, maxBuffer: 16 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new AppError('DEPLOYMENT_FAILED', `The image ${image} failed to ${command}: ${output.trim().slice(-1500)}`);
  }
}

function parseDescription(image: string, output: string): ImageDescription {
  try {
    return descriptionSchema.parse(JSON.parse(output.trim().split('\n').at(-1) ?? ''));
  } catch (error) {
    throw new AppError('DEPLOYMENT_FAILED', `The image ${image} does not describe itself as agreed: ${error instanceof Error ? error.message.slice(0, 500) : ''}`);
  }
}

async function endpointOf(dir: string): Promise<string | null> {
  const text = await readFile(join(dir, 'endpoint.json'), 'utf8').catch(() => null);
  const parsed = text === null ? null : z.object({ url: z.url() }).safeParse(JSON.parse(text));
  return parsed?.data?.url ?? null;
}

async function stopProcess(instanceId: string, graceMs: number): Promise<void> {
  const deadline = Date.now() + graceMs;
  let signal: NodeJS.Signals = 'SIGTERM';
  for (;;) {
    const pid = (await runningProcesses()).get(instanceId);
    if (pid === undefined) return;
    if (Date.now() > deadline) signal = 'SIGKILL';
    kill(pid, signal);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

async function listImages(imagesDir: string): Promise<string[]> {
  const names = await readdir(imagesDir).catch(() => [] as string[]);
  const images = await Promise.all(
    names.map(async (name) => (await readdir(join(imagesDir, name)).catch(() => [] as string[])).map((version) => `${name}:${version}`)),
  );
  return images.flat().filter((image) => IMAGE.test(image)).sort();
}
