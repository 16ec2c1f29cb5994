import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { identity, issueCertificate, type CertificateFiles } from '#kernel/tls';
import type { Driver, InstanceSpec, ObservedInstance } from './driver';
import { createLocalImages } from './local-images';
import { runningProcesses } from './running-processes';

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
  const images = createLocalImages(options.imagesDir, options.inherited);
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
    const child = spawn(process.execPath, [images.main(spec.image), 'serve', '--instance', spec.instanceId], {
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
    ...images,
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
  };
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

