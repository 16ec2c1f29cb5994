import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { ChildSpec } from './child';

/** A demo account, shown at the end of the start. */
export interface Login {
  role: string;
  email: string;
  password: string;
}

const seedResult = z.object({ logins: z.array(z.object({ role: z.string(), email: z.string(), password: z.string() })) });

/**
 * Runs core's seed, which fills an empty database and leaves a filled one alone.
 * @returns the accounts that it names in the last line it prints.
 */
export async function seed(spec: Pick<ChildSpec, 'command' | 'args' | 'env'>, script: string): Promise<Login[]> {
  if (!existsSync(script)) return [];
  const { stdout } = await promisify(execFile)(spec.command, spec.args, { env: spec.env, maxBuffer: 16 * 1024 * 1024 });
  const lastLine = stdout.trim().split('\n').at(-1) ?? '';
  return seedResult.parse(JSON.parse(lastLine)).logins;
}
